package drover.steering.search;

import java.util.List;
import java.util.Optional;

/**
 * Where a condition is checked and when it is met: as in the Python library, when the similarity of
 * any of its layers lies on the right side of the threshold.
 *
 * @param layers ascending
 * @param threshold what similarities are compared with
 * @param thresholdIs the side on which the threshold must lie
 * @param margin the distance from the threshold to the nearest similarity that decided for a text,
 *     met or not; for several layers that is the lowest similarity of a text where the threshold is
 *     to be larger, and the highest where it is to be smaller
 * @param quality on the texts among which the point was sought
 * @param heldOut on texts that had no part in the search, where there were any
 */
public record ConditionPoint(
    List<Integer> layers,
    double threshold,
    ThresholdIs thresholdIs,
    double margin,
    Quality quality,
    Optional<Quality> heldOut) {
  /** Keeps a copy of the list. */
  public ConditionPoint {
    layers = List.copyOf(layers);
  }

  /**
   * How well the point does on other texts.
   *
   * @throws IllegalArgumentException if they lack one of its layers
   */
  public Quality measuredOn(Similarities texts) {
    return SortedScores.of(texts, texts.columns(layers), thresholdIs).quality(threshold, false);
  }

  /** The same point with its quality on texts that had no part in the search. */
  public ConditionPoint withHeldOut(Similarities texts) {
    return new ConditionPoint(
        layers, threshold, thresholdIs, margin, quality, Optional.of(measuredOn(texts)));
  }
}
