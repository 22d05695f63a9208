package drover.steering;

import drover.engine.Direction;
import drover.engine.HookPoint;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.io.DroverException;
import java.nio.file.Path;
import java.util.List;

/**
 * How to steer: an immutable value, used by any number of runs.
 *
 * @param behaviors what is added to the residual stream
 * @param semantics the reading of the method
 */
public record SteeringPlan(List<Behavior> behaviors, Semantics semantics) {
  /** Keeps a copy of the list. */
  public SteeringPlan {
    behaviors = List.copyOf(behaviors);
  }

  /**
   * Reads a plan from JSON, with vector files relative to it.
   *
   * @throws DroverException if it or a vector cannot be read, or has a key or value that is not
   *     known
   */
  public static SteeringPlan load(Path file) {
    return PlanFile.read(file);
  }

  /** The same plan with another strength for every behavior. */
  public SteeringPlan withStrength(double strength) {
    return new SteeringPlan(
        behaviors.stream().map(b -> b.withStrength(strength)).toList(), semantics);
  }

  /**
   * The hooks that carry the plan out on a model.
   *
   * @throws DroverException if a vector does not fit the model
   */
  public Hooks hooks(Llama model) {
    Hooks.Builder hooks = Hooks.builder();
    HookPoint point =
        semantics.keeps(Quirk.ACTS_BEFORE_BLOCK) ? HookPoint.RESID_PRE : HookPoint.RESID_POST;
    for (Behavior behavior : behaviors) {
      checkFit(behavior, model);
      float strength = (float) behavior.strength();
      for (int layer : behavior.layers()) {
        Direction direction = model.direction(behavior.vector().directions().get(layer));
        hooks.on(point, layer, activation -> activation.add(direction, strength));
      }
    }
    return hooks.build();
  }

  private static void checkFit(Behavior behavior, Llama model) {
    int hidden = model.config().hiddenSize();
    if (behavior.vector().width() != hidden) {
      throw new DroverException(
          "the vector is %d wide, but the model's residual stream is %d"
              .formatted(behavior.vector().width(), hidden));
    }
    if (behavior.layers().last() >= model.config().layers()) {
      throw new DroverException(
          "layer %d is to be steered, but the model has layers 0 to %d"
              .formatted(behavior.layers().last(), model.config().layers() - 1));
    }
  }
}
