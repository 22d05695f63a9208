package drover.steering.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drover.engine.io.DroverException;
import drover.engine.io.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Condition points as a JSON object of one line, and in words. */
public final class ConditionPointText {
  private static final String LAYERS = "layers";
  private static final String THRESHOLD = "threshold";
  private static final String THRESHOLD_IS = "comparator_threshold_is";
  private static final String F1 = "f1";
  private static final String PRECISION = "precision";
  private static final String RECALL = "recall";
  private static final String MARGIN = "margin";
  private static final String AUC = "auc";
  private static final String HELD_OUT_F1 = "held_out_f1";

  private ConditionPointText() {}

  /**
   * A JSON object. Numbers are as exact as they are; those that JSON does not have are texts:
   * "Infinity", "-Infinity", "NaN".
   */
  public static String json(ConditionPoint point) {
    StringBuilder json = new StringBuilder("{\"" + LAYERS + "\": " + point.layers());
    append(json, THRESHOLD, point.threshold());
    json.append(", \"" + THRESHOLD_IS + "\": \"").append(point.thresholdIs().key()).append('"');
    append(json, F1, point.f1());
    point.heldOutF1().ifPresent(f1 -> append(json, HELD_OUT_F1, f1));
    append(json, MARGIN, point.margin());
    append(json, PRECISION, point.precision());
    append(json, RECALL, point.recall());
    append(json, AUC, point.auc());
    return json.append('}').toString();
  }

  private static void append(StringBuilder json, String key, double value) {
    String quote = Double.isFinite(value) ? "" : "\"";
    json.append(", \"").append(key).append("\": ").append(quote).append(value).append(quote);
  }

  /**
   * Reads what {@link #json} writes.
   *
   * @param what the text's origin, as a refusal names it
   * @throws DroverException if it is not such an object
   */
  public static ConditionPoint parse(String what, String text) {
    ObjectNode json = StrictJson.readObject(what, text.getBytes(StandardCharsets.UTF_8));
    try {
      JsonNode side = json.path(THRESHOLD_IS);
      return new ConditionPoint(
          layers(json.path(LAYERS)),
          number(json, THRESHOLD),
          ThresholdIs.named(side.isTextual() ? side.textValue() : StrictJson.describe(side)),
          number(json, F1),
          number(json, PRECISION),
          number(json, RECALL),
          number(json, MARGIN),
          number(json, AUC),
          json.has(HELD_OUT_F1)
              ? OptionalDouble.of(number(json, HELD_OUT_F1))
              : OptionalDouble.empty());
    } catch (DroverException e) {
      throw e.in(what);
    }
  }

  private static List<Integer> layers(JsonNode json) {
    List<Integer> layers = new ArrayList<>();
    for (JsonNode layer : json) {
      if (!layer.isInt() || layer.intValue() < 0) {
        throw new DroverException(LAYERS + " has " + StrictJson.describe(layer) + ", no layer");
      }
      layers.add(layer.intValue());
    }
    if (!json.isArray() || layers.isEmpty()) {
      throw new DroverException(
          LAYERS + " is " + StrictJson.describe(json) + ", not a list of layers");
    }
    return layers;
  }

  private static double number(JsonNode json, String key) {
    JsonNode value = json.path(key);
    if (value.isNumber() && Double.isFinite(value.doubleValue())) {
      return value.doubleValue();
    }
    return switch (value.asText()) {
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      case "NaN" -> Double.NaN;
      default ->
          throw new DroverException(key + " is " + StrictJson.describe(value) + ", not a number");
    };
  }

  /** In words, for people. */
  public static String line(ConditionPoint point) {
    String layers = point.layers().stream().map(String::valueOf).collect(Collectors.joining(", "));
    String line =
        String.format(
            Locale.ROOT,
            "layer %s, met when %s is %s than the similarity; F1 %.3f, precision %.3f, recall"
                + " %.3f, margin %.4f, AUC %.3f",
            layers,
            point.threshold(),
            point.thresholdIs().key(),
            point.f1(),
            point.precision(),
            point.recall(),
            point.margin(),
            point.auc());
    return point.heldOutF1().isPresent()
        ? line + String.format(Locale.ROOT, ", held-out F1 %.3f", point.heldOutF1().getAsDouble())
        : line;
  }
}
