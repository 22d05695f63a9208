package drover.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Reads a HuggingFace tokenizer.json (format version 1.0). The vocabulary and the merges, which are
 * nearly all of the file, go straight from the parser's buffer into their tables.
 */
final class TokenizerFile {

  private static final Set<String> SMALL_PARTS =
      Set.of("version", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder");

  private final String source;
  private final Map<String, Json> parts = new HashMap<>();
  private ModelReader model;

  private TokenizerFile(String source) {
    this.source = source;
  }

  static Tokenizer read(byte[] json, String source) {
    TokenizerFile file = new TokenizerFile(source);
    try (JsonParser parser = Json.FACTORY.createParser(json)) {
      file.readAll(parser);
    } catch (IOException e) {
      throw Json.invalid(source, e);
    }
    return file.build();
  }

  private void readAll(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new TokenizerException(source + ": not a tokenizer.json, which is a JSON object");
    }
    Set<String> seen = new HashSet<>();
    while (Json.next(parser, source) != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      Json.next(parser, source);
      if (!seen.add(key)) {
        throw new TokenizerException(source + ": the key " + Json.show(key) + " is there twice");
      }
      if (key.equals("model")) {
        model = new ModelReader(source + ": model");
        model.read(parser);
      } else if (SMALL_PARTS.contains(key)) {
        parts.put(key, Json.read(parser, source + ": " + key));
      } else {
        parser.skipChildren();
      }
    }
    if (parser.nextToken() != null) {
      throw new TokenizerException(source + ": there is more after the end of the JSON object");
    }
  }

  private Json part(String name) {
    return parts.getOrDefault(name, new Json(null, source + ": " + name));
  }

  private Tokenizer build() {
    Json version = part("version");
    if (!version.isNull() && !version.string().equals("1.0")) {
      throw version.expected("\"1.0\"");
    }
    if (model == null) {
      throw new TokenizerException(source + ": there is no model");
    }
    Json preTokenizer = part("pre_tokenizer");
    boolean charsAreBytes =
        PreTokenizer.uses(preTokenizer, "ByteLevel")
            || Normalizer.uses(part("normalizer"), "ByteLevel");
    BpeModel bpe = model.build(charsAreBytes);
    Normalizer normalizer = Normalizer.read(part("normalizer"));
    AddedTokens added = new AddedTokens(part("added_tokens"), bpe.vocabulary(), normalizer);
    return new Tokenizer(
        source,
        normalizer,
        PreTokenizer.read(preTokenizer),
        bpe,
        added,
        PostProcessor.read(part("post_processor")),
        Decoder.read(part("decoder")));
  }
}
