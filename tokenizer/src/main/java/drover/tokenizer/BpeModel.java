package drover.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Byte pair encoding of one word, as HuggingFace tokenizers' {@code BPE} model does it: characters
 * become symbols, what the vocabulary lacks becomes byte tokens, the unknown token or nothing, and
 * the merges follow.
 */
final class BpeModel {

  /** The options of the model in tokenizer.json; prefix and suffix are empty where not set. */
  record Options(
      String unkToken,
      String continuingSubwordPrefix,
      String endOfWordSuffix,
      boolean fuseUnk,
      boolean byteFallback,
      boolean ignoreMerges) {}

  /** The tokens of a word, and how many bytes the vocabulary could not express. */
  private record Word(int[] ids, int droppedBytes) {}

  private static final int MAX_CACHED_WORDS = 20_000;
  private static final int MAX_CACHED_LENGTH = 64;

  private final Vocabulary vocabulary;
  private final MergeLoop merges;
  private final Options options;
  private final int unkId;
  private final int[] byteIds = new int[256]; // of <0x00> to <0xFF>
  private final boolean charsAreBytes;
  private final Map<String, Word> cache = new ConcurrentHashMap<>();

  /**
   * Makes the model.
   *
   * @param charsAreBytes whether words come in the byte-level alphabet, one character for a byte
   */
  BpeModel(Vocabulary vocabulary, MergeTable merges, Options options, boolean charsAreBytes) {
    this.vocabulary = vocabulary;
    this.merges = new MergeLoop(merges);
    this.options = options;
    this.charsAreBytes = charsAreBytes;
    unkId = options.unkToken() == null ? Vocabulary.NONE : vocabulary.find(options.unkToken());
    HexFormat hex = HexFormat.of().withUpperCase();
    for (int b = 0; b < byteIds.length; b++) {
      byteIds[b] = vocabulary.find("<0x" + hex.toHexDigits((byte) b) + ">");
    }
  }

  Vocabulary vocabulary() {
    return vocabulary;
  }

  /**
   * Encodes one word.
   *
   * @return how many bytes of it were dropped because no token covers them
   */
  int encode(String word, IntList out) {
    if (word.isEmpty()) {
      return 0;
    }
    boolean cacheable = word.length() <= MAX_CACHED_LENGTH;
    Word encoded = cacheable ? cache.get(word) : null;
    if (encoded == null) {
      encoded = encode(word);
      if (cacheable && cache.size() < MAX_CACHED_WORDS) {
        cache.put(word, encoded);
      }
    }
    out.addAll(encoded.ids());
    return encoded.droppedBytes();
  }

  private Word encode(String word) {
    if (options.ignoreMerges()) {
      int id = vocabulary.find(word);
      if (id != Vocabulary.NONE) {
        return new Word(new int[] {id}, 0);
      }
    }
    Symbols symbols = new Symbols(word.length());
    char[] chars = word.toCharArray();
    for (int i = 0; i < chars.length; ) {
      int length = Character.isHighSurrogate(chars[i]) && i + 1 < chars.length ? 2 : 1;
      addCharacter(chars, i, length, symbols);
      i += length;
    }
    symbols.flushUnknown();
    int left = merges.merge(symbols.ids, symbols.size);
    return new Word(Arrays.copyOf(symbols.ids, left), symbols.droppedBytes);
  }

  private void addCharacter(char[] chars, int at, int length, Symbols symbols) {
    boolean first = at == 0;
    boolean last = at + length == chars.length;
    boolean affixed =
        !first && !options.continuingSubwordPrefix().isEmpty()
            || last && !options.endOfWordSuffix().isEmpty();
    char[] text = chars;
    int from = at;
    int size = length;
    if (affixed) {
      String prefix = first ? "" : options.continuingSubwordPrefix();
      String suffix = last ? options.endOfWordSuffix() : "";
      text = (prefix + new String(chars, at, length) + suffix).toCharArray();
      from = 0;
      size = text.length;
    }
    int id = vocabulary.find(text, from, size);
    if (id != Vocabulary.NONE) {
      symbols.flushUnknown();
      symbols.add(id);
      return;
    }
    String symbol = new String(text, from, size);
    if (options.byteFallback() && addBytes(symbol, symbols)) {
      return;
    }
    if (options.unkToken() == null) {
      symbols.droppedBytes +=
          charsAreBytes ? 1 : new String(chars, at, length).getBytes(StandardCharsets.UTF_8).length;
      return;
    }
    if (unkId == Vocabulary.NONE) {
      throw new TokenizerException(
          "the text has a character that the vocabulary lacks, and the tokenizer's unk_token "
              + Json.show(options.unkToken())
              + " is not in the vocabulary either");
    }
    symbols.unknown(unkId, options.fuseUnk());
  }

  private boolean addBytes(String symbol, Symbols symbols) {
    byte[] bytes = symbol.getBytes(StandardCharsets.UTF_8);
    for (byte b : bytes) {
      if (byteIds[b & 0xff] == Vocabulary.NONE) {
        return false;
      }
    }
    for (byte b : bytes) {
      symbols.add(byteIds[b & 0xff]);
    }
    return true;
  }

  /** The symbols of a word before merging. An unknown token waits, so that the next may join it. */
  private static final class Symbols {

    private int[] ids;
    private int size;
    private int droppedBytes;
    private int pendingUnknown = Vocabulary.NONE;

    Symbols(int capacity) {
      ids = new int[Math.max(capacity, 4)];
    }

    void add(int id) {
      if (size == ids.length) {
        ids = Arrays.copyOf(ids, size * 2);
      }
      ids[size++] = id;
    }

    void unknown(int id, boolean fuse) {
      if (!fuse) {
        flushUnknown();
      }
      pendingUnknown = id;
    }

    void flushUnknown() {
      if (pendingUnknown != Vocabulary.NONE) {
        add(pendingUnknown);
        pendingUnknown = Vocabulary.NONE;
      }
    }
  }
}
