package drover.steering.search;

import drover.engine.io.DroverException;
import drover.steering.python.PythonNumbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Searches for the point with the highest F1. */
public final class ConditionSearch {
  /** Some tens of seconds. */
  private static final long MOST_GRID_POINTS = 100_000_000;

  private final Similarities texts;
  private int[] columns = {};
  private SortedScores scores;
  private SortedScores.Candidate best = new SortedScores.Candidate(Double.NaN, 0, 0);

  private ConditionSearch(Similarities texts) {
    this.texts = texts;
  }

  /**
   * The best of all points: every combination of up to so many layers with one threshold, either
   * direction, and a threshold in the middle of every gap between neighbouring similarities. Of
   * points with equal F1 the one with the largest margin is best; of those the one with fewer
   * layers, then with lower layers, then with the larger threshold is, then the lowest threshold.
   * Takes O(n log n) for each combination and direction, n the number of texts.
   *
   * @throws DroverException if there are more than a million combinations, or fewer where there are
   *     more than a thousand texts
   */
  public static ConditionPoint exact(Similarities texts, int maxLayers) {
    ConditionSearch search = new ConditionSearch(texts);
    Combinations.forEach(texts, maxLayers, search::sweep);
    return search.found(false, false);
  }

  private void sweep(int[] combination) {
    for (ThresholdIs thresholdIs : ThresholdIs.values()) {
      SortedScores sorted = SortedScores.of(texts, combination, thresholdIs);
      SortedScores.Candidate candidate = sorted.best();
      if (candidate.isBetterThan(best)) {
        keep(combination, sorted, candidate);
      }
    }
  }

  /**
   * The best point of a grid, found as the Python library's {@code find_best_condition_point} does:
   * combinations of layers from small to large, for each the thresholds in their order, for each
   * "larger" before "smaller"; the first point with the highest F1 wins.
   *
   * @param thresholds such as {@link Thresholds#grid} gives
   * @throws DroverException if there are too many combinations, also with the thresholds, or if no
   *     positive text meets the condition at any point
   */
  public static ConditionPoint grid(
      Similarities texts, int maxLayers, double[] thresholds, GridSemantics semantics) {
    ConditionSearch search = new ConditionSearch(texts);
    checkGrid(texts, maxLayers, thresholds);
    Combinations.forEach(
        texts, maxLayers, combination -> search.scan(combination, thresholds, semantics));
    if (search.scores == null) {
      throw new DroverException(
          "at none of the thresholds from %s to %s does any positive text meet the condition"
              .formatted(thresholds[0], thresholds[thresholds.length - 1]));
    }
    return search.found(semantics.equalMeetsLarger(), semantics.roundedThreshold());
  }

  private static void checkGrid(Similarities texts, int maxLayers, double[] thresholds) {
    if (thresholds.length == 0) {
      throw new IllegalArgumentException("there is no threshold");
    }
    long most = MOST_GRID_POINTS / thresholds.length;
    if (Combinations.count(texts.layers().size(), maxLayers, most) > most) {
      throw new DroverException(
          ("up to %d of %d layers with %d thresholds are more than %d points, the most that are"
                  + " tried")
              .formatted(maxLayers, texts.layers().size(), thresholds.length, MOST_GRID_POINTS));
    }
  }

  private void scan(int[] combination, double[] thresholds, GridSemantics semantics) {
    List<SortedScores> directions = new ArrayList<>();
    for (ThresholdIs thresholdIs : ThresholdIs.values()) {
      directions.add(SortedScores.of(texts, combination, thresholdIs));
    }
    for (double threshold : thresholds) {
      for (SortedScores sorted : directions) {
        double f1 = sorted.f1(threshold, semantics.equalMeetsLarger());
        if (f1 > best.f1()) {
          keep(
              combination,
              sorted,
              new SortedScores.Candidate(threshold, f1, sorted.margin(threshold)));
        }
      }
    }
  }

  private void keep(int[] combination, SortedScores sorted, SortedScores.Candidate candidate) {
    columns = combination.clone();
    scores = sorted;
    best = candidate;
  }

  private ConditionPoint found(boolean equalMeetsLarger, boolean rounded) {
    double threshold = best.threshold();
    return new ConditionPoint(
        Arrays.stream(columns).mapToObj(texts.layers()::get).toList(),
        rounded ? PythonNumbers.roundAsNumPy(threshold, 3) : threshold,
        scores.thresholdIs(),
        best.margin(),
        scores.quality(threshold, equalMeetsLarger),
        Optional.empty());
  }

  /**
   * The F1 of every layer alone at some thresholds, to be drawn as a heatmap.
   *
   * @return [layers, thresholds]
   */
  public static double[][] f1ByLayer(
      Similarities texts, ThresholdIs thresholdIs, double[] thresholds) {
    double[][] f1 = new double[texts.layers().size()][];
    for (int column = 0; column < f1.length; column++) {
      SortedScores sorted = SortedScores.of(texts, new int[] {column}, thresholdIs);
      f1[column] = Arrays.stream(thresholds).map(t -> sorted.f1(t, false)).toArray();
    }
    return f1;
  }
}
