package drover.steering;

import drover.engine.Direction;
import drover.engine.HookPoint;
import drover.engine.Llama;
import drover.steering.rules.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/** A plan made ready for a model: its directions on the device, sorted by layer. */
final class PlanOnModel implements AutoCloseable {

  /**
   * What a behavior does at one layer.
   *
   * @param behavior its number in the plan, from 0
   * @param length the direction's norm
   * @param effect the factor, share or degrees
   */
  record Act(int behavior, Behavior terms, Direction direction, double length, float effect) {}

  /**
   * What a condition looks at in one layer.
   *
   * @param condition its number in the plan, from 0
   * @param direction {@code [hidden]}
   */
  record Look(int condition, Condition terms, float[] direction) {}

  private final SteeringPlan plan;
  private final NavigableMap<Integer, List<Act>> acts = new TreeMap<>();
  private final NavigableMap<Integer, List<Look>> looks = new TreeMap<>();

  /**
   * Puts a plan's directions on a model's device.
   *
   * @throws drover.engine.io.DroverException if a vector does not fit the model
   */
  PlanOnModel(SteeringPlan plan, Llama model) {
    this.plan = plan;
    for (int b = 0; b < plan.behaviors().size(); b++) {
      Behavior behavior = plan.behaviors().get(b);
      VectorFit.require(behavior.vector(), behavior.layers(), "steered", model.config());
      for (int layer : behavior.layers()) {
        float effect = (float) behavior.effect(layer);
        if (effect != 0 && norm(behavior.vector().directions().get(layer)) > 0) {
          float[] direction = behavior.vector().directions().get(layer);
          at(acts, layer)
              .add(new Act(b, behavior, model.direction(direction), norm(direction), effect));
        }
      }
    }
    for (int c = 0; c < plan.conditions().size(); c++) {
      Condition condition = plan.conditions().get(c);
      VectorFit.require(condition.vector(), condition.layers(), "checked", model.config());
      for (int layer : condition.layers()) {
        at(looks, layer).add(new Look(c, condition, condition.vector().directions().get(layer)));
      }
    }
  }

  private static double norm(float[] direction) {
    double squares = 0;
    for (float x : direction) {
      squares += (double) x * x;
    }
    return Math.sqrt(squares);
  }

  private static <T> List<T> at(NavigableMap<Integer, List<T>> byLayer, int layer) {
    return byLayer.computeIfAbsent(layer, _ -> new ArrayList<>());
  }

  SteeringPlan plan() {
    return plan;
  }

  /** Where the residual stream is read and changed. */
  HookPoint point() {
    return plan.semantics().keeps(Quirk.ACTS_BEFORE_BLOCK)
        ? HookPoint.RESID_PRE
        : HookPoint.RESID_POST;
  }

  boolean keeps(Quirk quirk) {
    return plan.semantics().keeps(quirk);
  }

  NavigableMap<Integer, List<Act>> acts() {
    return acts;
  }

  NavigableMap<Integer, List<Look>> looks() {
    return looks;
  }

  /**
   * How many times a behavior is carried out for sure, given what is known.
   *
   * @param met conditions that are met
   * @param open conditions of which it is not known yet
   */
  int times(int behavior, IntPredicate met, IntPredicate open) {
    if (plan.rules().isEmpty()) {
      return plan.conditions().isEmpty() || met.test(0) ? 1 : 0;
    }
    int times = 0;
    for (Rule rule : plan.rules()) {
      if (rule.behaviors().contains(behavior) && rule.holds(met) && rule.holds(met.or(open))) {
        times++;
      }
    }
    return keeps(Quirk.RULES_ADD_UP) ? times : Math.min(times, 1);
  }

  @Override
  public void close() {
    acts.values().forEach(list -> list.forEach(act -> act.direction().close()));
  }
}
