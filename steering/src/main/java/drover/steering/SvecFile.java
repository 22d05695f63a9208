package drover.steering;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drover.engine.io.AtomicFile;
import drover.engine.io.DroverException;
import drover.engine.io.StrictJson;
import drover.steering.python.PythonNumbers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The Python library's vector files: a JSON object with {@code model_type}, {@code directions} and
 * {@code explained_variances}, both keyed by layer.
 */
final class SvecFile {
  private static final String DIRECTIONS = "directions";
  private static final String VARIANCES = "explained_variances";

  /** The largest of Llamas, 126 layers of 16384, needs 46 MB. */
  private static final int MOST_BYTES = 64 << 20;

  private static final Pattern LAYER = Pattern.compile("0|[1-9]\\d{0,4}");

  private SvecFile() {}

  static void write(SteeringVector vector, Path file) {
    StringBuilder json = new StringBuilder("{\"model_type\": ");
    json.append(quoted(vector.provenance().modelType()));
    json.append(", \"" + DIRECTIONS + "\": {");
    json.append(entries(vector.directions(), SvecFile::list));
    json.append("}, \"" + VARIANCES + "\": {");
    json.append(entries(vector.explainedVariances(), PythonNumbers::repr));
    json.append("}}");
    AtomicFile.writeString(file, json.toString());
  }

  /** A string as Python's {@code json} writes it: in ASCII. */
  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> json.append('\\').append(c);
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        case '\b' -> json.append("\\b");
        case '\f' -> json.append("\\f");
        default -> json.append(c >= ' ' && c <= '~' ? c : "\\u%04x".formatted((int) c));
      }
    }
    return json.append('"').toString();
  }

  private static <T> String entries(NavigableMap<Integer, T> values, Function<T, String> shown) {
    return values.entrySet().stream()
        .map(e -> "\"" + e.getKey() + "\": " + shown.apply(e.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String list(float[] direction) {
    StringBuilder list = new StringBuilder("[");
    for (int i = 0; i < direction.length; i++) {
      list.append(i == 0 ? "" : ", ").append(PythonNumbers.repr(direction[i]));
    }
    return list.append(']').toString();
  }

  static SteeringVector read(Path file) {
    ObjectNode json = json(file);
    try {
      String modelType = text(json, "model_type");
      return new SteeringVector(
          byLayer(json.path(DIRECTIONS), DIRECTIONS, SvecFile::direction),
          byLayer(json.path(VARIANCES), VARIANCES, SvecFile::number),
          Provenance.ofModelType(modelType));
    } catch (DroverException e) {
      throw e.in(file.toString());
    }
  }

  private static ObjectNode json(Path file) {
    try {
      return StrictJson.readObject(file, MOST_BYTES);
    } catch (DroverException e) {
      throw nonFinite(file).orElse(e);
    }
  }

  /**
   * Python writes numbers that are not finite as NaN and Infinity, which JSON does not have: says
   * of which layer the first one is, if that is what is wrong with a file.
   */
  private static Optional<DroverException> nonFinite(Path file) {
    try (InputStream in = Files.newInputStream(file);
        JsonParser json = StrictJson.parser(in)) {
      json.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS.mappedFeature());
      while (json.nextToken() != null) {
        if (json.currentToken() == JsonToken.VALUE_NUMBER_FLOAT && json.isNaN()) {
          return nonFinite(json).map(sentence -> new DroverException(file + ": " + sentence));
        }
      }
      return Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static Optional<String> nonFinite(JsonParser json) throws IOException {
    JsonStreamContext value = json.getParsingContext();
    JsonStreamContext layer = value.inArray() ? value.getParent() : value;
    boolean direction = value.inArray() && isIn(layer, DIRECTIONS);
    if (!direction && !isIn(value, VARIANCES)) {
      return Optional.empty();
    }
    return Optional.of(
        "the %s of layer %s is not finite: it has %s"
            .formatted(
                direction ? "direction" : "explained variance",
                DroverException.quote(layer.getCurrentName()),
                json.getText()));
  }

  /** Whether an object is the value of a key of the file's one object. */
  private static boolean isIn(JsonStreamContext object, String key) {
    JsonStreamContext file = object.getParent();
    return object.inObject()
        && file != null
        && file.inObject()
        && file.getParent().inRoot()
        && key.equals(file.getCurrentName());
  }

  private static String text(ObjectNode json, String key) {
    JsonNode value = json.path(key);
    if (!value.isTextual()) {
      throw new DroverException(key + " is " + StrictJson.describe(value) + ", not a text");
    }
    return value.textValue();
  }

  /**
   * An object keyed by layer.
   *
   * @param key what refusals call it
   */
  static <T> NavigableMap<Integer, T> byLayer(
      JsonNode object, String key, Function<JsonNode, T> read) {
    if (!object.isObject()) {
      throw new DroverException(
          key + " is " + StrictJson.describe(object) + ", not an object keyed by layer");
    }
    NavigableMap<Integer, T> result = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      result.put(layer(key, entry.getKey()), read.apply(entry.getValue()));
    }
    return result;
  }

  private static int layer(String key, String name) {
    if (!LAYER.matcher(name).matches()) {
      throw new DroverException(
          key + " has the key " + DroverException.quote(name) + ", which is no layer");
    }
    return Integer.parseInt(name);
  }

  private static float[] direction(JsonNode list) {
    if (!list.isArray()) {
      throw new DroverException(
          "a direction is " + StrictJson.describe(list) + ", not a list of numbers");
    }
    float[] result = new float[list.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = number(list.get(i)).floatValue();
    }
    return result;
  }

  static Double number(JsonNode value) {
    if (!value.isNumber()) {
      throw new DroverException(StrictJson.describe(value) + " stands where a number belongs");
    }
    return value.doubleValue();
  }
}
