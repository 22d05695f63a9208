package drover.steering.search;

/**
 * Where the Python library's search over a grid of thresholds deviates from its own method, one
 * switch each.
 *
 * @param roundedThreshold whether the threshold found is rounded to three decimals, as NumPy
 *     rounds, after its F1 was measured
 * @param roundedKeys whether the keys of an analysis show a threshold with three decimals, so that
 *     of neighbours in a finer grid only the last is kept
 * @param equalMeetsLarger whether a similarity that equals the threshold meets "larger", which it
 *     does in the library's search but not in its steering
 */
public record GridSemantics(
    boolean roundedThreshold, boolean roundedKeys, boolean equalMeetsLarger) {
  /** The Python library's results. */
  public static final GridSemantics REFERENCE = new GridSemantics(true, true, true);

  /** Full precision throughout, and the comparison that steering uses. */
  public static final GridSemantics CORRECTED = new GridSemantics(false, false, false);
}
