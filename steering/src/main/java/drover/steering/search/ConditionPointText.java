package drover.steering.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drover.engine.io.DroverException;
import drover.engine.io.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Condition points as a JSON object of one line, and in words. */
public final class ConditionPointText {
  private static final String LAYERS = "layers";
  private static final String THRESHOLD = "threshold";
  private static final String THRESHOLD_IS = "comparator_threshold_is";
  private static final String MARGIN = "margin";
  private static final String F1 = "f1";
  private static final String PRECISION = "precision";
  private static final String RECALL = "recall";
  private static final String AUC = "auc";
  private static final String HELD_OUT = "held_out_";

  private ConditionPointText() {}

  /**
   * A JSON object. Numbers are as exact as they are; those that JSON does not have are texts:
   * "Infinity", "-Infinity", "NaN".
   */
  public static String json(ConditionPoint point) {
    StringBuilder json = new StringBuilder("{\"" + LAYERS + "\": " + point.layers());
    append(json, THRESHOLD, point.threshold());
    json.append(", \"" + THRESHOLD_IS + "\": \"").append(point.thresholdIs()).append('"');
    append(json, MARGIN, point.margin());
    append(json, "", point.quality());
    point.heldOut().ifPresent(quality -> append(json, HELD_OUT, quality));
    return json.append('}').toString();
  }

  private static void append(StringBuilder json, String prefix, Quality quality) {
    append(json, prefix + F1, quality.f1());
    append(json, prefix + PRECISION, quality.precision());
    append(json, prefix + RECALL, quality.recall());
    append(json, prefix + AUC, quality.auc());
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
          number(json, MARGIN),
          quality(json, ""),
          json.has(HELD_OUT + F1) ? Optional.of(quality(json, HELD_OUT)) : Optional.empty());
    } catch (DroverException e) {
      throw e.in(what);
    }
  }

  private static Quality quality(JsonNode json, String prefix) {
    return new Quality(
        number(json, prefix + F1),
        number(json, prefix + PRECISION),
        number(json, prefix + RECALL),
        number(json, prefix + AUC));
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
    return String.format(
            Locale.ROOT,
            "layer %s, met when %s is %s than the similarity (margin %.4f); ",
            point.layers().stream().map(String::valueOf).collect(Collectors.joining(", ")),
            point.threshold(),
            point.thresholdIs(),
            point.margin())
        + line(point.quality())
        + point.heldOut().map(quality -> "; held out " + line(quality)).orElse("");
  }

  private static String line(Quality quality) {
    return String.format(
        Locale.ROOT,
        "F1 %.3f, precision %.3f, recall %.3f, AUC %.3f",
        quality.f1(),
        quality.precision(),
        quality.recall(),
        quality.auc());
  }
}
