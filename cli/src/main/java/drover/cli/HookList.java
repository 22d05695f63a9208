package drover.cli;

import drover.engine.HookPoint;
import drover.engine.ModelConfig;
import drover.engine.io.DroverException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Hook points at layers, as {@code resid_post:0,15-17,attn_out:3,final_norm} says them: a part
 * without a name goes on with the layers of the name before it.
 */
final class HookList {
  /** A hook point and its layers; {@code final_norm} has none. */
  private record Part(HookPoint point, LayerRange layers) {}

  /**
   * One place.
   *
   * @param layer counted from 0; for {@code final_norm} the number of layers
   */
  record Place(HookPoint point, int layer) {
    /** How a captured tensor is named after it: {@code resid_post.15} or {@code final_norm}. */
    String name() {
      return point == HookPoint.FINAL_NORM ? point.hookName() : point.hookName() + "." + layer;
    }

    /** The number of elements of a row. */
    int width(ModelConfig config) {
      return switch (point) {
        case Q, Z -> config.queryWidth();
        case K, V -> config.kvWidth();
        default -> config.hiddenSize();
      };
    }
  }

  private final List<Part> parts = new ArrayList<>();

  private HookList() {}

  /**
   * Reads a list; an empty text is an empty list.
   *
   * @throws DroverException naming what is no hook or no layer
   */
  static HookList parse(String text) {
    HookList list = new HookList();
    HookPoint current = null;
    for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
      current = list.add(part.strip(), current);
    }
    return list;
  }

  private HookPoint add(String part, HookPoint current) {
    int colon = part.indexOf(':');
    boolean isName = colon < 0 && !part.isEmpty() && !Character.isDigit(part.charAt(0));
    HookPoint point = current;
    if (colon >= 0 || isName) {
      point = HookPoint.named(part.substring(0, isName ? part.length() : colon));
    }
    if (point == null) {
      throw new DroverException(
          "--hooks begins with %s, but must begin with a hook, such as resid_post:0,15-17"
              .formatted(DroverException.quote(part)));
    }
    if (point == HookPoint.FINAL_NORM) {
      if (!isName) {
        throw new DroverException(
            "--hooks gives final_norm the layer %s, but it is in no layer"
                .formatted(DroverException.quote(part.substring(colon + 1))));
      }
      parts.add(new Part(point, null));
    } else if (isName) {
      throw new DroverException(
          "--hooks names %s without layers, such as %s:0,15-17".formatted(part, part));
    } else {
      parts.add(new Part(point, layers(point, part.substring(colon + 1))));
    }
    return point;
  }

  private static LayerRange layers(HookPoint point, String text) {
    try {
      return LayerRange.parse(text);
    } catch (DroverException e) {
      throw new DroverException("--hooks " + point.hookName() + ": " + e.getMessage(), e);
    }
  }

  /** Whether there is none. */
  boolean isEmpty() {
    return parts.isEmpty();
  }

  /**
   * The places in a model, each once, in the order of the list.
   *
   * @throws DroverException if the model does not have a layer
   */
  Set<Place> places(ModelConfig config) {
    Set<Place> places = new LinkedHashSet<>();
    for (Part part : parts) {
      if (part.layers() == null) {
        places.add(new Place(part.point(), config.layers()));
        continue;
      }
      try {
        part.layers().check(config.layers());
      } catch (DroverException e) {
        throw new DroverException("--hooks " + part.point().hookName() + ": " + e.getMessage(), e);
      }
      for (int layer = part.layers().first(); layer <= part.layers().last(); layer++) {
        places.add(new Place(part.point(), layer));
      }
    }
    return places;
  }
}
