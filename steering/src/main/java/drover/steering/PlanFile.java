package drover.steering;

import com.fasterxml.jackson.databind.JsonNode;
import drover.engine.io.DroverException;
import drover.engine.io.StrictJson;
import drover.steering.rules.Rule;
import drover.steering.search.ConditionPoint;
import drover.steering.search.ThresholdIs;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * Reads plans: JSON with {@code behaviors}, {@code conditions}, {@code rules} and {@code
 * semantics}, of which only the first must be there.
 *
 * <p>A behavior has {@code vector} (a file, relative to the plan), {@code layers}, {@code strength}
 * (1 where left out, which only an ablation may), and may have {@code operator}, {@code
 * strength_unit}, {@code scope}, {@code keep_norm}, {@code norm_guard} and {@code
 * explained_variance}.
 *
 * <p>A condition has {@code vector}, and {@code layers}, {@code threshold} and {@code
 * comparator_threshold_is}, which may be left out where the vector's file has a condition point for
 * the layers; else the comparator is {@code larger}. {@code mode} is {@code mean}, {@code last} or
 * any {@link Accumulate}; left out, it is what the vector was pooled with, or {@code mean} where
 * that is not known, is no pooling of prompts, or {@link Quirk#PADDING_COUNTS} is kept. {@code
 * similarity} is {@code projected} where left out, but {@code cosine} for a whitened mean
 * difference.
 */
final class PlanFile {
  private static final int MOST_BYTES = 16 << 20;
  private static final Set<String> PLAN_KEYS =
      Set.of("behaviors", "conditions", "rules", "semantics");
  private static final Set<String> BEHAVIOR_KEYS =
      Set.of(
          "vector",
          "layers",
          "strength",
          "operator",
          "strength_unit",
          "scope",
          "keep_norm",
          "norm_guard",
          "explained_variance");
  private static final Set<String> CONDITION_KEYS =
      Set.of("vector", "layers", "threshold", "comparator_threshold_is", "mode", "similarity");

  private final Path folder;
  private final Map<Path, SteeringVector> vectors = new HashMap<>();

  private PlanFile(Path folder) {
    this.folder = folder;
  }

  static SteeringPlan read(Path file) {
    JsonNode json = StrictJson.readObject(file, MOST_BYTES);
    try {
      return new PlanFile(file.toAbsolutePath().getParent()).plan(json);
    } catch (DroverException e) {
      throw e.in(file.toString());
    }
  }

  private SteeringPlan plan(JsonNode node) {
    JsonNode json = PlanObject.of("the plan", node, PLAN_KEYS).json();
    Semantics semantics = semantics(json.path("semantics"));
    JsonNode behaviors = json.path("behaviors");
    if (!behaviors.isArray() || behaviors.isEmpty()) {
      throw new DroverException("behaviors must be a list of at least one behavior");
    }
    List<Behavior> acts = each("behaviors", behaviors, this::behavior);
    List<Condition> asks =
        each("conditions", json.path("conditions"), (place, c) -> condition(place, c, semantics));
    List<Rule> rules =
        each(
            "rules",
            json.path("rules"),
            (place, text) -> rule(place, text, asks.size(), acts.size(), semantics));
    return new SteeringPlan(acts, asks, rules, semantics);
  }

  private static Semantics semantics(JsonNode json) {
    if (json.isMissingNode()) {
      return Semantics.CORRECTED;
    }
    if (!json.isTextual()) {
      throw new DroverException("semantics is " + StrictJson.describe(json) + ", not a name");
    }
    return Semantics.named(json.textValue());
  }

  private static <T> List<T> each(String key, JsonNode list, BiFunction<String, JsonNode, T> read) {
    if (!list.isArray() && !list.isMissingNode()) {
      throw new DroverException(key + " is " + StrictJson.describe(list) + ", not a list");
    }
    List<T> result = new ArrayList<>();
    for (JsonNode element : list) {
      result.add(read.apply(key + "[" + result.size() + "]", element));
    }
    return result;
  }

  private static Rule rule(
      String place, JsonNode json, int conditions, int behaviors, Semantics semantics) {
    if (!json.isTextual()) {
      throw new DroverException(place + " is " + StrictJson.describe(json) + ", not a text");
    }
    String text = json.textValue();
    return PlanObject.at(
        place,
        () ->
            semantics.keeps(Quirk.FLAT_RULES)
                ? Rule.parseFlat(text, conditions, behaviors)
                : Rule.parse(text, conditions, behaviors));
  }

  private Behavior behavior(String place, JsonNode node) {
    PlanObject json = PlanObject.of(place, node, BEHAVIOR_KEYS);
    SteeringVector vector = vector(json);
    NavigableSet<Integer> layers = layers(json, Optional.empty());
    Operator operator = json.choice("operator", Operator.values()).orElse(Operator.ADD);
    StrengthUnit unit =
        json.choice("strength_unit", StrengthUnit.values()).orElse(StrengthUnit.ABSOLUTE);
    OptionalDouble strength = json.number("strength");
    if (strength.isEmpty() && operator != Operator.ABLATE) {
      throw json.wrong("strength", "not a number");
    }
    Scope scope =
        json.text("scope", "a text")
            .map(text -> PlanObject.at(place + ".scope", () -> Scope.parse(text)))
            .orElse(new Scope.All());
    boolean keepNorm = json.flag("keep_norm");
    boolean normGuard = json.flag("norm_guard");
    boolean variance = json.flag("explained_variance");
    return PlanObject.at(
        place,
        () ->
            new Behavior(
                vector,
                layers,
                strength.orElse(1),
                operator,
                unit,
                scope,
                keepNorm,
                normGuard,
                variance));
  }

  private Condition condition(String place, JsonNode node, Semantics semantics) {
    PlanObject json = PlanObject.of(place, node, CONDITION_KEYS);
    SteeringVector vector = vector(json);
    Optional<ConditionPoint> stored = vector.provenance().point();
    NavigableSet<Integer> layers = layers(json, stored.map(p -> new TreeSet<>(p.layers())));
    // A threshold that was found at other layers means nothing at these.
    Optional<ConditionPoint> point = stored.filter(p -> new TreeSet<>(p.layers()).equals(layers));
    double threshold = threshold(json, point);
    ThresholdIs thresholdIs =
        json.choice("comparator_threshold_is", ThresholdIs.values())
            .or(() -> point.map(ConditionPoint::thresholdIs))
            .orElse(ThresholdIs.LARGER);
    Accumulate pooled = pooled(json, vector, semantics);
    Similarity similarity =
        json.choice("similarity", Similarity.values())
            .orElseGet(() -> Condition.similarityFor(vector));
    return PlanObject.at(
        place, () -> new Condition(vector, layers, threshold, thresholdIs, pooled, similarity));
  }

  private static double threshold(PlanObject json, Optional<ConditionPoint> point) {
    OptionalDouble threshold = json.number("threshold");
    if (threshold.isEmpty() && point.isEmpty()) {
      throw json.wrong(
          "threshold", "not a number, and the vector has no condition point for these layers");
    }
    if (threshold.isPresent() && !Double.isFinite(threshold.getAsDouble())) {
      throw json.wrong("threshold", "but must be a finite number");
    }
    return threshold.orElseGet(() -> point.orElseThrow().threshold());
  }

  private static Accumulate pooled(PlanObject json, SteeringVector vector, Semantics semantics) {
    return json.value("mode", PlanFile::mode)
        .orElseGet(() -> Condition.pooledFor(vector, semantics));
  }

  private static Accumulate mode(JsonNode json) {
    if (json.isInt()) {
      return new Accumulate.Last(json.intValue());
    }
    if (!json.isTextual()) {
      throw new DroverException(
          StrictJson.describe(json) + " is no mode such as mean, last or all-but-first:1");
    }
    return Accumulate.ofMode(json.textValue());
  }

  private static NavigableSet<Integer> layers(
      PlanObject json, Optional<NavigableSet<Integer>> otherwise) {
    return json.layers("layers")
        .or(() -> otherwise)
        .orElseThrow(
            () ->
                json.wrong(
                    "layers", "but must be a list such as [15, 16] or a text such as \"15-23\""));
  }

  private SteeringVector vector(PlanObject json) {
    String name =
        json.text("vector", "a file").orElseThrow(() -> json.wrong("vector", "not a file"));
    return PlanObject.at(
        json.place() + ".vector",
        () -> vectors.computeIfAbsent(VectorFormat.existing(file(name)), SteeringVector::load));
  }

  private Path file(String name) {
    try {
      return folder.resolve(name);
    } catch (InvalidPathException e) {
      throw new DroverException(DroverException.quote(name) + " names no file", e);
    }
  }
}
