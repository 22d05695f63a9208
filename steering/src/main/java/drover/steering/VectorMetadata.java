package drover.steering;

import com.fasterxml.jackson.databind.node.ObjectNode;
import drover.engine.HookPoint;
import drover.engine.io.DroverException;
import drover.engine.io.StrictJson;
import drover.steering.Provenance.Training;
import drover.steering.search.ConditionPointText;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The metadata of Drover's vector files, texts all of them. Those marked with a star are always
 * there; the five that say how the vector was extracted are there together or not at all.
 *
 * <ul>
 *   <li>{@code format}*: {@code drover.steering_vector}; {@code format_version}*: {@code 1}
 *   <li>{@code layers}*: {@code 0-29}; {@code hidden}*: the width
 *   <li>{@code hook_points}*: JSON, by layer where it was read: {@code resid_post}, or {@code
 *       final_norm} for a model's last layer under {@link Quirk#LAST_LAYER_AFTER_FINAL_NORM}
 *   <li>{@code model_type}*, {@code model_fingerprint}, {@code model_layers}
 *   <li>{@code method}, {@code accumulate}, {@code semantics}, {@code unit_rows}, {@code pairs}
 *   <li>{@code explained_variances}*, {@code residual_norms}*, {@code difference_norms}*: JSON,
 *       numbers by layer
 *   <li>{@code condition_point}: JSON, as {@link ConditionPointText} has it
 * </ul>
 *
 * @param texts by key; other keys are of no concern
 */
record VectorMetadata(Map<String, String> texts) {
  private static final String FORMAT = "drover.steering_vector";
  private static final String VERSION = "1";
  private static final List<String> TRAINING_KEYS =
      List.of("method", "accumulate", "semantics", "unit_rows", "pairs");

  static Map<String, String> of(SteeringVector vector) {
    NavigableSet<Integer> layers = vector.directions().navigableKeySet();
    Provenance provenance = vector.provenance();
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("format", FORMAT);
    texts.put("format_version", VERSION);
    texts.put("layers", Layers.show(layers));
    texts.put("hidden", Integer.toString(vector.width()));
    texts.put("hook_points", hookPoints(layers, provenance));
    texts.put("model_type", provenance.modelType());
    provenance.modelFingerprint().ifPresent(value -> texts.put("model_fingerprint", value));
    provenance.modelLayers().ifPresent(value -> texts.put("model_layers", Integer.toString(value)));
    provenance.training().ifPresent(training -> putTraining(texts, training));
    texts.put("explained_variances", numbers(vector.explainedVariances()));
    texts.put("residual_norms", numbers(provenance.residualNorms()));
    texts.put("difference_norms", numbers(provenance.differenceNorms()));
    provenance
        .point()
        .ifPresent(point -> texts.put("condition_point", ConditionPointText.json(point)));
    return texts;
  }

  private static void putTraining(Map<String, String> texts, Training training) {
    texts.put("method", training.method().key());
    texts.put("accumulate", training.accumulate().toString());
    texts.put("semantics", training.semantics().toString());
    texts.put("unit_rows", Boolean.toString(training.unitRows()));
    texts.put("pairs", Integer.toString(training.pairs()));
  }

  /** Doubles as Java shows them: digits enough to tell each from its neighbours. */
  private static String numbers(NavigableMap<Integer, Double> numbers) {
    return numbers.entrySet().stream()
        .map(e -> "\"" + e.getKey() + "\": " + e.getValue())
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String hookPoint(int layer, Provenance provenance) {
    return (isAfterFinalNorm(layer, provenance) ? HookPoint.FINAL_NORM : HookPoint.RESID_POST)
        .hookName();
  }

  private static String hookPoints(NavigableSet<Integer> layers, Provenance provenance) {
    return layers.stream()
        .map(layer -> "\"" + layer + "\": \"" + hookPoint(layer, provenance) + "\"")
        .collect(Collectors.joining(", ", "{", "}"));
  }

  /** Whether the direction of a layer is known to come from behind the final norm. */
  static boolean isAfterFinalNorm(int layer, Provenance provenance) {
    boolean last =
        provenance.modelLayers().isPresent() && provenance.modelLayers().getAsInt() == layer + 1;
    boolean afterNorm =
        provenance
            .training()
            .map(t -> t.semantics().keeps(Quirk.LAST_LAYER_AFTER_FINAL_NORM))
            .orElse(false);
    return last && afterNorm;
  }

  void checkFormat() {
    String format = texts.getOrDefault("format", "");
    if (!format.equals(FORMAT)) {
      throw new DroverException(
          "it is safetensors, but no steering vector: its metadata have no format '%s'"
              .formatted(FORMAT));
    }
    String version = text("format_version");
    if (!version.equals(VERSION)) {
      throw new DroverException(
          "format_version is %s, but only %s is read"
              .formatted(DroverException.quote(version), VERSION));
    }
  }

  NavigableSet<Integer> layers() {
    return value("layers", Layers::parse);
  }

  int hidden() {
    return positive("hidden");
  }

  NavigableMap<Integer, Double> explainedVariances() {
    return numbers("explained_variances");
  }

  Provenance provenance() {
    return new Provenance(
        text("model_type"),
        Optional.ofNullable(texts.get("model_fingerprint")),
        texts.containsKey("model_layers")
            ? OptionalInt.of(positive("model_layers"))
            : OptionalInt.empty(),
        training(),
        numbers("residual_norms"),
        numbers("difference_norms"),
        Optional.ofNullable(texts.get("condition_point"))
            .map(json -> ConditionPointText.parse("condition_point", json)));
  }

  private Optional<Training> training() {
    if (TRAINING_KEYS.stream().noneMatch(texts::containsKey)) {
      return Optional.empty();
    }
    return Optional.of(
        new Training(
            value("method", ExtractionMethod::named),
            value("accumulate", Accumulate::parse),
            value("semantics", Semantics::named),
            value("unit_rows", VectorMetadata::flag),
            positive("pairs")));
  }

  /** Refuses a vector that was read elsewhere than this version of the format can say. */
  void checkHookPoints(NavigableSet<Integer> layers, Provenance provenance) {
    Map<Integer, String> found =
        value(
            "hook_points",
            json ->
                SvecFile.byLayer(
                    object(json),
                    "it",
                    node -> node.isTextual() ? node.textValue() : StrictJson.describe(node)));
    for (int layer : layers) {
      String expected = hookPoint(layer, provenance);
      if (!expected.equals(found.get(layer))) {
        throw new DroverException(
            "hook_points gives layer %d as %s, but %s was expected"
                .formatted(
                    layer, DroverException.quote(String.valueOf(found.get(layer))), expected));
      }
    }
  }

  private NavigableMap<Integer, Double> numbers(String key) {
    return value(key, json -> SvecFile.byLayer(object(json), "it", SvecFile::number));
  }

  private static ObjectNode object(String json) {
    return StrictJson.readObject("it", json.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean flag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new DroverException(DroverException.quote(text) + " is neither true nor false");
    };
  }

  private String text(String key) {
    String text = texts.get(key);
    if (text == null) {
      throw new DroverException("its metadata lack " + key);
    }
    return text;
  }

  /** What a reader makes of a text; refusals name the key. */
  private <T> T value(String key, Function<String, T> read) {
    try {
      return read.apply(text(key));
    } catch (DroverException e) {
      throw texts.containsKey(key) ? e.in(key) : e;
    }
  }

  private int positive(String key) {
    return value(
        key,
        digits -> {
          if (!digits.matches("[1-9]\\d{0,8}")) {
            throw new DroverException(
                DroverException.quote(digits) + " is no whole number above 0");
          }
          return Integer.valueOf(digits);
        });
  }
}
