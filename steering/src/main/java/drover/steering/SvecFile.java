package drover.steering;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drover.engine.io.AtomicFile;
import drover.engine.io.DroverException;
import drover.engine.io.StrictJson;
import drover.steering.python.PythonNumbers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The Python library's vector files: a JSON object with {@code model_type}, {@code directions} and
 * {@code explained_variances}, both keyed by layer.
 */
final class SvecFile {
  private static final String SUFFIX = ".svec";

  /** The largest of Llamas, 126 layers of 16384, needs 46 MB. */
  private static final int MOST_BYTES = 64 << 20;

  private static final Pattern LAYER = Pattern.compile("0|[1-9]\\d{0,4}");

  private SvecFile() {}

  static Path withSuffix(Path file) {
    if (file.getFileName() == null) {
      throw new DroverException(file + " is a folder, but a vector is a file");
    }
    String name = file.getFileName().toString();
    return name.endsWith(SUFFIX) ? file : file.resolveSibling(name + SUFFIX);
  }

  static Path existing(Path file) {
    return Files.exists(file) ? file : withSuffix(file);
  }

  static void write(SteeringVector vector, Path file) {
    StringBuilder json = new StringBuilder("{\"model_type\": ");
    json.append('"').append(JsonStringEncoder.getInstance().quoteAsString(vector.modelType()));
    json.append('"');
    json.append(", \"directions\": {");
    json.append(entries(vector.directions(), SvecFile::list));
    json.append("}, \"explained_variances\": {");
    json.append(entries(vector.explainedVariances(), PythonNumbers::repr));
    json.append("}}");
    AtomicFile.writeString(file, json.toString());
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
    ObjectNode json = StrictJson.readObject(file, MOST_BYTES);
    try {
      return new SteeringVector(
          text(json, "model_type"),
          byLayer(json, "directions", SvecFile::direction),
          byLayer(json, "explained_variances", SvecFile::number));
    } catch (DroverException e) {
      throw new DroverException(file + ": " + e.getMessage(), e);
    }
  }

  private static String text(ObjectNode json, String key) {
    JsonNode value = json.path(key);
    if (!value.isTextual()) {
      throw new DroverException(key + " is " + StrictJson.describe(value) + ", not a text");
    }
    return value.textValue();
  }

  private static <T> NavigableMap<Integer, T> byLayer(
      ObjectNode json, String key, Function<JsonNode, T> read) {
    JsonNode object = json.path(key);
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

  private static Double number(JsonNode value) {
    if (!value.isNumber()) {
      throw new DroverException(StrictJson.describe(value) + " stands where a number belongs");
    }
    return value.doubleValue();
  }
}
