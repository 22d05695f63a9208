package drover.tokenizer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Turns text into token ids and back, exactly as HuggingFace's tokenizers library does with the
 * same {@code tokenizer.json} (byte pair encoding only; what is not supported is refused by name
 * when the file is loaded). Immutable and safe for use by many threads.
 *
 * <pre>{@code
 * Tokenizer tokenizer = Tokenizer.load(modelFolder.resolve("tokenizer.json"));
 * int[] ids = tokenizer.encode("Hello, world!", true, false);
 * String text = tokenizer.decode(ids, true);
 * }</pre>
 */
public final class Tokenizer {

  private static final long MAX_FILE_BYTES = 512L << 20;
  private static final System.Logger LOG = System.getLogger(Tokenizer.class.getName());

  private final String source;
  private final Normalizer normalizer;
  private final PreTokenizer preTokenizer;
  private final BpeModel model;
  private final AddedTokens addedTokens;
  private final PostProcessor postProcessor;
  private final Decoder decoder;
  private final LongAdder droppedBytes = new LongAdder();
  private final AtomicBoolean loggedDrop = new AtomicBoolean();

  Tokenizer(
      String source,
      Normalizer normalizer,
      PreTokenizer preTokenizer,
      BpeModel model,
      AddedTokens addedTokens,
      PostProcessor postProcessor,
      Decoder decoder) {
    this.source = source;
    this.normalizer = normalizer;
    this.preTokenizer = preTokenizer;
    this.model = model;
    this.addedTokens = addedTokens;
    this.postProcessor = postProcessor;
    this.decoder = decoder;
  }

  /**
   * Loads a {@code tokenizer.json}.
   *
   * @throws TokenizerException if the file cannot be read, is not a tokenizer.json, or uses what is
   *     not supported
   */
  public static Tokenizer load(Path tokenizerJson) {
    byte[] json;
    try {
      if (Files.size(tokenizerJson) > MAX_FILE_BYTES) {
        throw tooLarge(tokenizerJson.toString());
      }
      json = Files.readAllBytes(tokenizerJson);
    } catch (IOException e) {
      throw new TokenizerException(tokenizerJson + ": cannot be read: " + ModelFiles.reason(e), e);
    }
    return parse(json, tokenizerJson.toString());
  }

  /**
   * Reads a tokenizer.json from a stream, which stays open.
   *
   * @param sourceName what messages call the stream
   * @throws TokenizerException as {@link #load} does
   */
  public static Tokenizer parse(InputStream json, String sourceName) {
    byte[] bytes;
    try {
      bytes = json.readNBytes((int) MAX_FILE_BYTES + 1);
    } catch (IOException e) {
      throw new TokenizerException(sourceName + ": cannot be read: " + ModelFiles.reason(e), e);
    }
    if (bytes.length > MAX_FILE_BYTES) {
      throw tooLarge(sourceName);
    }
    return parse(bytes, sourceName);
  }

  /**
   * Reads the bytes of a tokenizer.json.
   *
   * @param sourceName what messages call the bytes
   * @throws TokenizerException as {@link #load} does
   */
  public static Tokenizer parse(byte[] json, String sourceName) {
    return TokenizerFile.read(json, sourceName);
  }

  private static TokenizerException tooLarge(String source) {
    return new TokenizerException(
        source + ": larger than " + (MAX_FILE_BYTES >> 20) + " MiB, which no tokenizer.json is");
  }

  /**
   * Encodes a text. A surrogate without its partner counts as U+FFFD. Bytes that no token covers
   * are dropped, as HuggingFace drops them: see {@link #droppedBytes}.
   *
   * @param addSpecialTokens whether to put around the ids what the file's post-processor says, such
   *     as the beginning-of-text token
   * @param parseSpecial whether special tokens written out in the text become those tokens; false
   *     for text of a user. Added tokens that are not special are always found.
   * @return the ids
   * @throws TokenizerException if a pattern in the file takes too many steps on this text
   */
  public int[] encode(CharSequence text, boolean addSpecialTokens, boolean parseSpecial) {
    List<Span> literal = parseSpecial ? List.of() : List.of(new Span(0, text.length()));
    return encode(text, addSpecialTokens, literal);
  }

  /**
   * Encodes a text of several hands, such as a filled-in chat template: special tokens written out
   * in it become those tokens, but not where they touch a literal span, such as a user's message.
   * Without such a clash the ids are those of {@link #encode(CharSequence, boolean, boolean)} with
   * {@code parseSpecial}: nothing is split at the spans.
   *
   * @param addSpecialTokens as in the other method
   * @param literal the parts, in chars of the text, in which nothing becomes a special token
   * @throws TokenizerException if a pattern in the file takes too many steps on this text
   */
  public int[] encode(CharSequence text, boolean addSpecialTokens, List<Span> literal) {
    IntList ids = new IntList();
    if (addSpecialTokens) {
      ids.addAll(postProcessor.before());
    }
    addedTokens.split(
        Unicode.wellFormed(text.toString()),
        literal,
        normalizer,
        piece -> encode(piece, ids),
        token -> ids.add(token.id()));
    if (addSpecialTokens) {
      ids.addAll(postProcessor.after());
    }
    return ids.toArray();
  }

  private void encode(Piece piece, IntList ids) {
    List<Piece> words = new ArrayList<>();
    preTokenizer.split(piece, words);
    long dropped = 0;
    for (Piece word : words) {
      dropped += model.encode(word.text(), ids);
    }
    if (dropped > 0) {
      droppedBytes.add(dropped);
      if (!loggedDrop.getAndSet(true)) {
        LOG.log(
            System.Logger.Level.WARNING,
            "{0}: the vocabulary lacks some bytes; text that has them is encoded without them",
            source);
      }
    }
  }

  /**
   * Decodes ids to text. Ids that no token has are left out.
   *
   * @param skipSpecial whether to leave out special tokens
   */
  public String decode(int[] ids, boolean skipSpecial) {
    Decoder.Run run = decoder.start();
    for (int id : ids) {
      String token = decodable(id, skipSpecial);
      if (token != null) {
        run.accept(token);
      }
    }
    run.finish();
    return run.take();
  }

  /** Starts decoding ids that come one by one. */
  public StreamingDecoder streamingDecoder(boolean skipSpecial) {
    return new StreamingDecoder(this, decoder.start(), skipSpecial);
  }

  /** The token as the decoder gets it, or null where the id adds nothing. */
  String decodable(int id, boolean skipSpecial) {
    if (skipSpecial && isSpecial(id)) {
      return null;
    }
    AddedToken added = addedTokens.byId().get(id);
    return added == null ? model.vocabulary().token(id) : added.pattern();
  }

  /** The number of tokens, added ones included. Ids may have gaps. */
  public int vocabSize() {
    int size = model.vocabulary().size();
    for (AddedToken added : addedTokens.byId().values()) {
      size += model.vocabulary().find(added.content()) == Vocabulary.NONE ? 1 : 0;
    }
    return size;
  }

  /** The id of a token by its text in the file; byte-level tokens are in their own alphabet. */
  public OptionalInt idOf(String token) {
    Integer added = addedTokens.idOf(token);
    int id = added != null ? added : model.vocabulary().find(token);
    return id == Vocabulary.NONE ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /**
   * The text of a token in the file; byte-level tokens are in their own alphabet.
   *
   * @throws TokenizerException if no token has this id
   */
  public String tokenOf(int id) {
    AddedToken added = addedTokens.byId().get(id);
    String token = added == null ? model.vocabulary().token(id) : added.content();
    if (token == null) {
      throw new TokenizerException(source + ": no token has the id " + id);
    }
    return token;
  }

  /** Whether the token is special: a marker, not text. */
  public boolean isSpecial(int id) {
    return addedTokens.isSpecial(id);
  }

  /**
   * How many bytes of text {@link #encode} has left out so far, over all calls, because the
   * vocabulary has no token for them. The first time, a warning is logged.
   */
  public long droppedBytes() {
    return droppedBytes.sum();
  }
}
