package drover.steering.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drover.engine.io.DroverException;
import drover.engine.io.StrictJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads analyses. Keys that it does not know are left to whoever wrote them. */
final class AnalysisReader {
  private static final int MOST_BYTES = 128 << 20;
  private static final String LAYER_NUMBER = "(?:0|[1-9][0-9]{0,4})";
  private static final Pattern LAYER = Pattern.compile("layer_(" + LAYER_NUMBER + ")");
  private static final Pattern LAYERS =
      Pattern.compile("layers_(" + LAYER_NUMBER + "(?:_" + LAYER_NUMBER + ")*+)");
  private static final Pattern SCORE =
      Pattern.compile("-?[0-9]++(?:\\.[0-9]++)?(?:e[+-]?[0-9]++)?_(?:larger|smaller)");

  private AnalysisReader() {}

  static Analysis read(Path file) {
    ObjectNode json = StrictJson.readObject(file, MOST_BYTES);
    try {
      JsonNode details = object("analysis", json.path("analysis"));
      Similarities texts = texts(details);
      return new Analysis(point(json, texts), texts, f1Scores(details, texts));
    } catch (DroverException e) {
      throw e.in(file.toString());
    }
  }

  private static Similarities texts(JsonNode details) {
    NavigableMap<Integer, JsonNode> byLayer = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : details.properties()) {
      Matcher layer = LAYER.matcher(entry.getKey());
      if (layer.matches()) {
        byLayer.put(
            Integer.parseInt(layer.group(1)),
            object("similarities of " + entry.getKey(), entry.getValue().path("similarities")));
      }
    }
    if (byLayer.isEmpty()) {
      throw new DroverException("analysis holds the similarities of no layer");
    }
    return new Similarities(
        List.copyOf(byLayer.keySet()), rows(byLayer, "positive"), rows(byLayer, "negative"));
  }

  /** [texts][layers] */
  private static double[][] rows(NavigableMap<Integer, JsonNode> byLayer, String kind) {
    int texts = byLayer.firstEntry().getValue().path(kind).size();
    double[][] rows = new double[texts][byLayer.size()];
    int column = 0;
    for (Map.Entry<Integer, JsonNode> entry : byLayer.entrySet()) {
      JsonNode list = entry.getValue().path(kind);
      String what = "the " + kind + " similarities of layer " + entry.getKey();
      if (!list.isArray()) {
        throw new DroverException(what + " are " + StrictJson.describe(list) + ", not a list");
      }
      if (list.size() != texts) {
        throw new DroverException(
            "%s are %d, but those of layer %d are %d"
                .formatted(what, list.size(), byLayer.firstKey(), texts));
      }
      for (int text = 0; text < texts; text++) {
        rows[text][column] = number("one of " + what, list.get(text));
      }
      column++;
    }
    return rows;
  }

  private static SequencedMap<List<Integer>, SequencedMap<String, Double>> f1Scores(
      JsonNode details, Similarities texts) {
    SequencedMap<List<Integer>, SequencedMap<String, Double>> all = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : details.properties()) {
      Matcher name = LAYERS.matcher(entry.getKey());
      if (name.matches()) {
        List<Integer> layers =
            Arrays.stream(name.group(1).split("_")).map(Integer::valueOf).toList();
        checkLayers(entry.getKey(), layers, texts);
        all.put(layers, scores(entry.getKey(), entry.getValue().path("f1_scores")));
      }
    }
    return all;
  }

  private static SequencedMap<String, Double> scores(String key, JsonNode json) {
    SequencedMap<String, Double> scores = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : object("f1_scores of " + key, json).properties()) {
      if (!SCORE.matcher(entry.getKey()).matches()) {
        throw new DroverException(
            "f1_scores of %s has the key %s, where one such as '0.043_larger' is expected"
                .formatted(key, DroverException.quote(entry.getKey())));
      }
      scores.put(entry.getKey(), share("an F1 of " + key, entry.getValue()));
    }
    return scores;
  }

  private static ConditionPoint point(JsonNode json, Similarities texts) {
    List<Integer> layers = layers(json.path("best_layers"), texts);
    double threshold = number("best_threshold", json.path("best_threshold"));
    ThresholdIs thresholdIs = direction(json.path("best_direction"));
    double f1 = share("best_f1_score", json.path("best_f1_score"));
    SortedScores scores = SortedScores.of(texts, texts.columns(layers), thresholdIs);
    Quality measured = scores.quality(threshold, false);
    Quality quality =
        new Quality(
            f1,
            share(json, "precision", measured.precision()),
            share(json, "recall", measured.recall()),
            share(json, "auc", measured.auc()));
    double margin =
        json.has("margin") ? number("margin", json.path("margin")) : scores.margin(threshold);
    return new ConditionPoint(layers, threshold, thresholdIs, margin, quality, heldOut(json));
  }

  private static Optional<Quality> heldOut(JsonNode json) {
    if (!json.has("held_out_f1")) {
      return Optional.empty();
    }
    return Optional.of(
        new Quality(
            share("held_out_f1", json.path("held_out_f1")),
            share("held_out_precision", json.path("held_out_precision")),
            share("held_out_recall", json.path("held_out_recall")),
            share("held_out_auc", json.path("held_out_auc"))));
  }

  private static List<Integer> layers(JsonNode json, Similarities texts) {
    List<Integer> layers = new ArrayList<>();
    if (json.isArray()) {
      json.forEach(layer -> layers.add(layer.isInt() ? layer.intValue() : -1));
    }
    if (layers.isEmpty()) {
      throw new DroverException(
          "best_layers is " + StrictJson.describe(json) + ", not a list of layers");
    }
    checkLayers("best_layers", layers, texts);
    return layers;
  }

  private static void checkLayers(String key, List<Integer> layers, Similarities texts) {
    if (!List.copyOf(new TreeSet<>(layers)).equals(layers) || !texts.layers().containsAll(layers)) {
      throw new DroverException(
          "%s must name layers with similarities, in ascending order: some of %s"
              .formatted(DroverException.quote(key), texts.layers()));
    }
  }

  private static ThresholdIs direction(JsonNode json) {
    if (!json.isTextual()) {
      throw new DroverException(
          "best_direction is " + StrictJson.describe(json) + ", not larger or smaller");
    }
    return ThresholdIs.named(json.textValue());
  }

  private static JsonNode object(String what, JsonNode json) {
    if (!json.isObject()) {
      throw new DroverException(what + " is " + StrictJson.describe(json) + ", not an object");
    }
    return json;
  }

  private static double share(JsonNode json, String key, double otherwise) {
    return json.has(key) ? share(key, json.path(key)) : otherwise;
  }

  private static double share(String what, JsonNode json) {
    double share = number(what, json);
    if (!(share >= 0 && share <= 1)) {
      throw new DroverException(what + " is " + share + ", not a number between 0 and 1");
    }
    return share;
  }

  private static double number(String what, JsonNode json) {
    if (!json.isNumber() || !Double.isFinite(json.doubleValue())) {
      throw new DroverException(what + " is " + StrictJson.describe(json) + ", not a number");
    }
    return json.doubleValue();
  }
}
