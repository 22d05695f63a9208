package drover.steering;

import drover.engine.io.DroverException;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * A vector that is added to the residual stream.
 *
 * @param vector what is added
 * @param layers whose directions are added
 * @param strength what they are multiplied by
 */
public record Behavior(SteeringVector vector, NavigableSet<Integer> layers, double strength) {
  /** Refuses layers that the vector does not have and strengths that are not finite. */
  public Behavior {
    layers = Collections.unmodifiableNavigableSet(new TreeSet<>(layers));
    for (int layer : layers) {
      if (!vector.directions().containsKey(layer)) {
        throw new DroverException(
            "layer %d is to be steered, but the vector has layers %d to %d"
                .formatted(layer, vector.directions().firstKey(), vector.directions().lastKey()));
      }
    }
    if (layers.isEmpty()) {
      throw new DroverException("a behavior needs at least one layer");
    }
    if (!Float.isFinite((float) strength)) {
      throw new DroverException(
          "strength is " + strength + ", but must be a number that F32 arithmetic can hold");
    }
  }
}
