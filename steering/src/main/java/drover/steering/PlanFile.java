package drover.steering;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drover.engine.io.DroverException;
import drover.engine.io.StrictJson;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/** Reads plans: {@code {"behaviors": [{"vector", "layers", "strength"}], "semantics"}}. */
final class PlanFile {
  private static final int MOST_BYTES = 16 << 20;
  private static final Set<String> PLAN_KEYS = Set.of("behaviors", "semantics");
  private static final Set<String> BEHAVIOR_KEYS = Set.of("vector", "layers", "strength");

  private PlanFile() {}

  static SteeringPlan read(Path file) {
    ObjectNode json = StrictJson.readObject(file, MOST_BYTES);
    try {
      checkKeys("the plan", json, PLAN_KEYS);
      JsonNode behaviors = json.path("behaviors");
      if (!behaviors.isArray() || behaviors.isEmpty()) {
        throw new DroverException("behaviors must be a list of at least one behavior");
      }
      Path folder = file.toAbsolutePath().getParent();
      List<Behavior> list = new ArrayList<>();
      for (JsonNode behavior : behaviors) {
        list.add(behavior(behavior, folder));
      }
      return SteeringPlan.of(list, List.of(), List.of(), semantics(json.path("semantics")));
    } catch (DroverException e) {
      throw new DroverException(file + ": " + e.getMessage(), e);
    }
  }

  private static Behavior behavior(JsonNode json, Path folder) {
    if (!json.isObject()) {
      throw new DroverException("a behavior is " + StrictJson.describe(json) + ", not an object");
    }
    checkKeys("a behavior", json, BEHAVIOR_KEYS);
    JsonNode vector = json.path("vector");
    if (!vector.isTextual()) {
      throw new DroverException(
          "a behavior's vector is " + StrictJson.describe(vector) + ", not a file");
    }
    JsonNode strength = json.path("strength");
    if (!strength.isNumber()) {
      throw new DroverException(
          "a behavior's strength is " + StrictJson.describe(strength) + ", not a number");
    }
    return Behavior.of(
        SteeringVector.load(file(folder, vector.textValue())),
        layers(json.path("layers")),
        strength.doubleValue());
  }

  private static Path file(Path folder, String name) {
    try {
      return folder.resolve(name);
    } catch (InvalidPathException e) {
      throw new DroverException(
          "a behavior's vector is " + DroverException.quote(name) + ", which names no file", e);
    }
  }

  private static NavigableSet<Integer> layers(JsonNode json) {
    if (json.isTextual()) {
      return Layers.parse(json.textValue());
    }
    NavigableSet<Integer> layers = new TreeSet<>();
    for (JsonNode layer : json.isArray() ? json : MissingNode.getInstance()) {
      if (!layer.canConvertToInt() || !layer.isIntegralNumber() || layer.intValue() < 0) {
        throw new DroverException(StrictJson.describe(layer) + " is no layer");
      }
      layers.add(layer.intValue());
    }
    if (layers.isEmpty()) {
      throw new DroverException(
          "layers is "
              + StrictJson.describe(json)
              + ", but must be a list such as [15, 16] or a text such as \"15-23\"");
    }
    return layers;
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

  private static void checkKeys(String what, JsonNode json, Set<String> known) {
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      if (!known.contains(entry.getKey())) {
        throw new DroverException(
            "%s has the unknown key %s; known are %s"
                .formatted(
                    what,
                    DroverException.quote(entry.getKey()),
                    String.join(", ", known.stream().sorted().toList())));
      }
    }
  }
}
