package drover.steering.search;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Where a condition separates two kinds of prompt, and how well.
 *
 * @param layers whose similarities are looked at: the condition is met when any of them meets it
 * @param threshold what they are compared with
 * @param thresholdIs how
 * @param f1 the harmonic mean of precision and recall
 * @param precision the share of positive prompts among those that meet the condition
 * @param recall the share of the positive prompts that meet it
 * @param margin the distance from the threshold to the nearest similarity on the way
 * @param auc the probability that a positive prompt lies on the right side of a negative one
 * @param heldOutF1 the F1 on prompts that the search did not see
 */
public record ConditionPoint(
    List<Integer> layers,
    double threshold,
    ThresholdIs thresholdIs,
    double f1,
    double precision,
    double recall,
    double margin,
    double auc,
    OptionalDouble heldOutF1) {
  /** Keeps a copy of the list. */
  public ConditionPoint {
    layers = List.copyOf(layers);
  }
}
