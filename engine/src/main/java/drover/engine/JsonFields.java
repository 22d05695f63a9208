package drover.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drover.engine.io.DroverException;
import drover.engine.io.StrictJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Typed access to the keys of a JSON object. A key that is absent or null is empty; one of another
 * type is refused in a sentence that names key, value and expected type.
 */
record JsonFields(ObjectNode object) {
  private static final int LARGEST_FILE = 4 << 20;

  /** What a reader makes of a file's fields; refusals name the file. */
  static <T> T read(Path file, Function<JsonFields, T> reader) {
    JsonFields fields = new JsonFields(StrictJson.readObject(file, LARGEST_FILE));
    try {
      return reader.apply(fields);
    } catch (DroverException e) {
      throw new DroverException(file + ": " + e.getMessage(), e);
    }
  }

  OptionalInt integer(String key) {
    JsonNode value = object.path(key);
    return isAbsent(value) ? OptionalInt.empty() : OptionalInt.of(integer(key, value));
  }

  int integer(String key, int otherwise) {
    return integer(key).orElse(otherwise);
  }

  OptionalDouble number(String key) {
    JsonNode value = object.path(key);
    if (isAbsent(value)) {
      return OptionalDouble.empty();
    }
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw wrong(key, value, "a number");
    }
    return OptionalDouble.of(value.doubleValue());
  }

  double number(String key, double otherwise) {
    return number(key).orElse(otherwise);
  }

  boolean flag(String key, boolean otherwise) {
    JsonNode value = object.path(key);
    if (isAbsent(value)) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw wrong(key, value, "true or false");
    }
    return value.booleanValue();
  }

  Optional<String> text(String key) {
    JsonNode value = object.path(key);
    if (isAbsent(value)) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw wrong(key, value, "a string");
    }
    return Optional.of(value.textValue());
  }

  /** A string, or an array of strings. */
  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (JsonNode value : elements(key)) {
      if (!value.isTextual()) {
        throw wrong(key, value, "an array of strings");
      }
      texts.add(value.textValue());
    }
    return texts;
  }

  /** A token id; configs write -1 for none. */
  OptionalInt tokenId(String key) {
    OptionalInt id = integer(key);
    return id.isPresent() && id.getAsInt() < 0 ? OptionalInt.empty() : id;
  }

  /** Token ids, given as one number or an array; negative ones mean none. */
  List<Integer> tokenIds(String key) {
    List<Integer> ids = new ArrayList<>();
    for (JsonNode value : elements(key)) {
      int id = integer(key, value);
      if (id >= 0) {
        ids.add(id);
      }
    }
    return ids;
  }

  /** An object as fields of its own, if it is there. */
  Optional<JsonFields> fields(String key) {
    JsonNode value = object.path(key);
    if (isAbsent(value)) {
      return Optional.empty();
    }
    if (value instanceof ObjectNode fields) {
      return Optional.of(new JsonFields(fields));
    }
    throw wrong(key, value, "an object");
  }

  /** Whether the key is there with a value other than null. */
  boolean has(String key) {
    return !isAbsent(object.path(key));
  }

  /** Whether the key is there at all: an explicit null switches a default off. */
  boolean mentions(String key) {
    return object.has(key);
  }

  private List<JsonNode> elements(String key) {
    JsonNode value = object.path(key);
    if (isAbsent(value)) {
      return List.of();
    }
    return value.isArray() ? value.valueStream().toList() : List.of(value);
  }

  private static int integer(String key, JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(key, value, "a whole number of at most " + Integer.MAX_VALUE);
    }
    return value.intValue();
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static DroverException wrong(String key, JsonNode value, String expected) {
    return new DroverException(
        key + " is " + StrictJson.describe(value) + ", but must be " + expected);
  }
}
