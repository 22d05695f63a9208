package drover.steering;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drover.engine.ModelFolder;
import drover.engine.io.StrictJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Breaks up the tokens that a model's tokenizer has a role for, as the Python library does in the
 * texts of a data set: {@code <s>} becomes {@code <|s|>}. Other special tokens stay as they are.
 */
final class RoleTokens {
  private static final int MOST_BYTES = 64 << 20;

  /** In the order in which the library takes them. */
  private static final List<String> ROLES =
      List.of("bos_token", "eos_token", "pad_token", "unk_token");

  private final List<String> tokens;

  private RoleTokens(List<String> tokens) {
    this.tokens = tokens;
  }

  /**
   * Those of tokenizer_config.json, or else of special_tokens_map.json.
   *
   * @throws drover.engine.io.DroverException if a file is not JSON
   */
  static RoleTokens of(ModelFolder folder) {
    Map<String, String> found = new HashMap<>();
    read(folder.specialTokensMapJson(), found);
    read(folder.tokenizerConfigJson(), found);
    List<String> tokens = new ArrayList<>();
    for (String role : ROLES) {
      String token = found.getOrDefault(role, "");
      if (!token.isEmpty()) {
        tokens.add(token);
      }
    }
    return new RoleTokens(tokens);
  }

  /** A role's token is a text, or an object with its content; null takes it away. */
  private static void read(Optional<Path> file, Map<String, String> found) {
    if (file.isEmpty()) {
      return;
    }
    ObjectNode json = StrictJson.readObject(file.get(), MOST_BYTES);
    for (String role : ROLES) {
      JsonNode token =
          json.path(role).isObject() ? json.path(role).path("content") : json.path(role);
      if (token.isTextual()) {
        found.put(role, token.textValue());
      } else if (token.isNull()) {
        found.remove(role);
      }
    }
  }

  /** A text without these tokens. */
  String breakUp(String text) {
    String result = text;
    for (String token : tokens) {
      result = result.replace(token, withBars(token));
    }
    return result;
  }

  /** A bar behind the first character and one before the last. */
  private static String withBars(String token) {
    int length = token.codePointCount(0, token.length());
    if (length < 2) {
      return " ";
    }
    int first = token.offsetByCodePoints(0, 1);
    int last = token.offsetByCodePoints(token.length(), -1);
    String middle = length == 2 ? "|" : "|" + token.substring(first, last) + "|";
    return token.substring(0, first) + middle + token.substring(last);
  }
}
