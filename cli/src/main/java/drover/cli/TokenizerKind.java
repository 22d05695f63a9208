package drover.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import drover.engine.io.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says in words what kind of tokenizer a tokenizer.json describes, supported or not. */
final class TokenizerKind {
  private TokenizerKind() {}

  /**
   * The {@code type} of the file's model, and for BPE how it takes characters outside its
   * vocabulary: by {@code byte_fallback} as SentencePiece does, or as bytes throughout.
   */
  static String of(Path tokenizerJson) {
    try (InputStream in = Files.newInputStream(tokenizerJson);
        JsonParser json = StrictJson.parser(in)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean isModel = json.currentName().equals("model");
        if (json.nextToken() == JsonToken.START_OBJECT && isModel) {
          return ofModel(json);
        }
        json.skipChildren();
      }
      return "of no kind that the file names";
    } catch (IOException e) {
      throw StrictJson.invalid(tokenizerJson.toString(), e);
    }
  }

  private static String ofModel(JsonParser json) throws IOException {
    String type = "BPE";
    boolean byteFallback = false;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      switch (name) {
        case "type" -> type = json.getText();
        case "byte_fallback" -> byteFallback = json.currentToken() == JsonToken.VALUE_TRUE;
        default -> json.skipChildren();
      }
    }
    if (!type.equals("BPE")) {
      return type;
    }
    return byteFallback ? "BPE with byte fallback" : "byte-level BPE";
  }
}
