package drover.steering;

import drover.engine.Llama;
import drover.engine.io.DroverException;
import drover.steering.rules.Rule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How to steer: an immutable value, used by any number of runs, models and threads.
 *
 * <p>Without conditions and rules every behavior applies. With one condition and no rule, every
 * behavior applies where that condition is met. With rules, a behavior applies where a rule that
 * names it holds.
 *
 * @param behaviors what is done to the residual stream: B1, B2, ...
 * @param conditions what is asked of a prompt: C1, C2, ...
 * @param rules which behaviors apply where which conditions are met
 * @param semantics the reading of the method
 */
public record SteeringPlan(
    List<Behavior> behaviors, List<Condition> conditions, List<Rule> rules, Semantics semantics) {

  /** Does nothing. */
  public static final SteeringPlan NONE =
      new SteeringPlan(List.of(), List.of(), List.of(), Semantics.CORRECTED);

  /** Refuses conditions of which nobody says what they are for. */
  public SteeringPlan {
    behaviors = List.copyOf(behaviors);
    conditions = List.copyOf(conditions);
    rules = List.copyOf(rules);
    if (conditions.size() > 1 && rules.isEmpty() && !behaviors.isEmpty()) {
      throw new DroverException(
          "a plan with %d conditions needs rules that say which of them matter, such as \"if C1 or C2 then B1\""
              .formatted(conditions.size()));
    }
    if (semantics.keeps(Quirk.NO_EXPLAINED_VARIANCE)
        && behaviors.stream().anyMatch(Behavior::explainedVariance)) {
      throw new DroverException(
          "explained_variance fails in the Python library, so semantics that keep %s have none"
              .formatted(Quirk.NO_EXPLAINED_VARIANCE.key()));
    }
  }

  /** Steers every text. */
  public static SteeringPlan of(Behavior... behaviors) {
    return new SteeringPlan(List.of(behaviors), List.of(), List.of(), Semantics.CORRECTED);
  }

  /**
   * Steers as rules say.
   *
   * @param rules such as {@code if C1 and not C2 then B1}
   * @throws DroverException if a rule cannot be read, or names what is not there
   */
  public static SteeringPlan of(
      List<Behavior> behaviors,
      List<Condition> conditions,
      List<String> rules,
      Semantics semantics) {
    boolean flat = semantics.keeps(Quirk.FLAT_RULES);
    return new SteeringPlan(
        behaviors,
        conditions,
        rules.stream()
            .map(
                rule ->
                    flat
                        ? Rule.parseFlat(rule, conditions.size(), behaviors.size())
                        : Rule.parse(rule, conditions.size(), behaviors.size()))
            .toList(),
        semantics);
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

  /**
   * What speaks against using the plan with a model, in sentences: a vector from a model of another
   * type, depth or fingerprint.
   *
   * @throws DroverException if a vector cannot be used with it: its width differs, or the model
   *     does not have a layer
   */
  public List<String> warnings(Llama model) {
    List<String> warnings = new ArrayList<>();
    for (int i = 0; i < behaviors.size(); i++) {
      Behavior b = behaviors.get(i);
      for (String warning : VectorFit.check(b.vector(), b.layers(), "steered", model)) {
        warnings.add("B" + (i + 1) + ": " + warning);
      }
    }
    for (int i = 0; i < conditions.size(); i++) {
      Condition c = conditions.get(i);
      for (String warning : VectorFit.check(c.vector(), c.layers(), "checked", model)) {
        warnings.add("C" + (i + 1) + ": " + warning);
      }
    }
    return warnings;
  }

  /** The same plan with another strength for every behavior. */
  public SteeringPlan withStrength(double strength) {
    return new SteeringPlan(
        behaviors.stream().map(b -> b.withStrength(strength)).toList(),
        conditions,
        rules,
        semantics);
  }

  /** The same plan in another reading; rules stay as they were read. */
  public SteeringPlan withSemantics(Semantics value) {
    return new SteeringPlan(behaviors, conditions, rules, value);
  }
}
