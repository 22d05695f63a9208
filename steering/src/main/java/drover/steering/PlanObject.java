package drover.steering;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import drover.engine.io.DroverException;
import drover.engine.io.StrictJson;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * An object in a plan, and typed access to its keys. Refusals say the place, such as {@code
 * behaviors[0].strength}, what was found and what was expected.
 *
 * @param place what refusals call it
 */
record PlanObject(String place, ObjectNode json) {

  /** Refuses what is no object, and keys that are not known. */
  static PlanObject of(String place, JsonNode node, Set<String> known) {
    if (!(node instanceof ObjectNode json)) {
      throw new DroverException(place + " is " + StrictJson.describe(node) + ", not an object");
    }
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      if (!known.contains(entry.getKey())) {
        throw new DroverException(
            "%s has the unknown key %s; known are %s"
                .formatted(
                    place,
                    DroverException.quote(entry.getKey()),
                    String.join(", ", known.stream().sorted().toList())));
      }
    }
    return new PlanObject(place, json);
  }

  /** What comes of a value; refusals, which know nothing of the plan, get the place in front. */
  static <T> T at(String place, Supplier<T> value) {
    try {
      return value.get();
    } catch (DroverException e) {
      throw e.in(place);
    }
  }

  /** What comes of a value that is there, by its key. */
  <T> Optional<T> value(String key, Function<JsonNode, T> read) {
    JsonNode value = json.path(key);
    return value.isMissingNode()
        ? Optional.empty()
        : Optional.of(at(place + "." + key, () -> read.apply(value)));
  }

  Optional<String> text(String key, String expected) {
    JsonNode value = json.path(key);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw wrong(key, "not " + expected);
    }
    return Optional.of(value.textValue());
  }

  OptionalDouble number(String key) {
    JsonNode value = json.path(key);
    if (value.isMissingNode()) {
      return OptionalDouble.empty();
    }
    if (!value.isNumber()) {
      throw wrong(key, "not a number");
    }
    return OptionalDouble.of(value.doubleValue());
  }

  /** Whether a key is true; it is not where it is missing. */
  boolean flag(String key) {
    JsonNode value = json.path(key);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw wrong(key, "neither true nor false");
    }
    return value.booleanValue();
  }

  /** The constant whose name, in lower case, a key has. */
  <E extends Enum<E>> Optional<E> choice(String key, E[] values) {
    JsonNode value = json.path(key);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    for (E each : values) {
      if (value.isTextual() && name(each).equals(value.textValue())) {
        return Optional.of(each);
      }
    }
    String names = Arrays.stream(values).map(PlanObject::name).collect(Collectors.joining(", "));
    throw wrong(key, "but must be one of " + names);
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Layers as a list or a text. */
  Optional<NavigableSet<Integer>> layers(String key) {
    JsonNode value = json.path(key);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isTextual() && (!value.isArray() || value.isEmpty())) {
      throw wrong(key, "but must be a list such as [15, 16] or a text such as \"15-23\"");
    }
    return value(key, PlanObject::layers);
  }

  private static NavigableSet<Integer> layers(JsonNode json) {
    if (json.isTextual()) {
      return Layers.parse(json.textValue());
    }
    NavigableSet<Integer> layers = new TreeSet<>();
    for (JsonNode layer : json) {
      if (!layer.isInt() || layer.intValue() < 0) {
        throw new DroverException(StrictJson.describe(layer) + " is no layer");
      }
      layers.add(layer.intValue());
    }
    return layers;
  }

  /** The refusal of a key's value. */
  DroverException wrong(String key, String why) {
    return new DroverException(
        "%s.%s is %s, %s".formatted(place, key, StrictJson.describe(json.path(key)), why));
  }
}
