package drover.steering.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** The searches as their definitions say, asking every text about every threshold. */
final class BruteForce {
  record Point(
      List<Integer> layers,
      ThresholdIs thresholdIs,
      double threshold,
      double margin,
      Quality quality) {}

  private final Similarities texts;
  private final boolean equalMeetsLarger;

  private BruteForce(Similarities texts, boolean equalMeetsLarger) {
    this.texts = texts;
    this.equalMeetsLarger = equalMeetsLarger;
  }

  /** Highest F1, largest margin, fewest layers, lowest layers, larger first, lowest threshold. */
  static Point best(Similarities texts, int maxLayers) {
    BruteForce brute = new BruteForce(texts, false);
    List<Point> points = new ArrayList<>();
    for (List<Integer> layers : combinations(texts, maxLayers)) {
      for (ThresholdIs thresholdIs : ThresholdIs.values()) {
        for (double threshold : brute.candidates(layers, thresholdIs)) {
          points.add(brute.point(layers, thresholdIs, threshold));
        }
      }
    }
    // A stable sort keeps the order of the loops among equals.
    points.sort(
        Comparator.comparingDouble((Point p) -> -p.quality().f1())
            .thenComparingDouble(p -> -p.margin()));
    return points.getFirst();
  }

  /** The first of the points with the highest F1. */
  static Point grid(
      Similarities texts, int maxLayers, double[] thresholds, boolean equalMeetsLarger) {
    BruteForce brute = new BruteForce(texts, equalMeetsLarger);
    Point best = null;
    for (List<Integer> layers : combinations(texts, maxLayers)) {
      for (double threshold : thresholds) {
        for (ThresholdIs thresholdIs : ThresholdIs.values()) {
          Point point = brute.point(layers, thresholdIs, threshold);
          if (best == null || point.quality().f1() > best.quality().f1()) {
            best = point;
          }
        }
      }
    }
    return best;
  }

  private static List<List<Integer>> combinations(Similarities texts, int maxLayers) {
    int layers = texts.layers().size();
    List<List<Integer>> sets = new ArrayList<>();
    for (int bits = 1; bits < 1 << layers; bits++) {
      if (Integer.bitCount(bits) <= maxLayers) {
        int chosen = bits;
        sets.add(IntStream.range(0, layers).filter(i -> (chosen >> i & 1) == 1).boxed().toList());
      }
    }
    sets.sort(Comparator.<List<Integer>>comparingInt(List::size).thenComparing(List::toString));
    return sets;
  }

  /** Middles of the gaps between deciding similarities, and where everything meets it. */
  private List<Double> candidates(List<Integer> layers, ThresholdIs thresholdIs) {
    NavigableSet<Double> scores = scores(layers, thresholdIs);
    List<Double> candidates = new ArrayList<>();
    if (thresholdIs == ThresholdIs.SMALLER) {
      candidates.add(Math.nextDown(scores.first()));
    }
    for (double low : scores.headSet(scores.last())) {
      candidates.add(low / 2 + scores.higher(low) / 2);
    }
    if (thresholdIs == ThresholdIs.LARGER) {
      candidates.add(Math.nextUp(scores.last()));
    }
    return candidates;
  }

  private NavigableSet<Double> scores(List<Integer> layers, ThresholdIs thresholdIs) {
    NavigableSet<Double> scores = new TreeSet<>();
    for (double[][] rows : List.of(texts.positiveRows(), texts.negativeRows())) {
      for (double[] row : rows) {
        scores.add(score(row, layers, thresholdIs));
      }
    }
    return scores;
  }

  private static double score(double[] row, List<Integer> layers, ThresholdIs thresholdIs) {
    var similarities = layers.stream().mapToDouble(layer -> row[layer] + 0.0);
    return (thresholdIs == ThresholdIs.LARGER ? similarities.min() : similarities.max())
        .getAsDouble();
  }

  private Point point(List<Integer> layers, ThresholdIs thresholdIs, double threshold) {
    int truePositives = met(texts.positiveRows(), layers, thresholdIs, threshold);
    int falsePositives = met(texts.negativeRows(), layers, thresholdIs, threshold);
    int falseNegatives = texts.positives() - truePositives;
    double margin =
        scores(layers, thresholdIs).stream()
            .mapToDouble(score -> Math.abs(score - threshold))
            .min()
            .getAsDouble();
    return new Point(
        layers,
        thresholdIs,
        threshold,
        margin,
        new Quality(
            2.0 * truePositives / (2 * truePositives + falsePositives + falseNegatives),
            truePositives == 0 ? 0 : (double) truePositives / (truePositives + falsePositives),
            (double) truePositives / texts.positives(),
            auc(layers, thresholdIs)));
  }

  private int met(
      double[][] rows, List<Integer> layers, ThresholdIs thresholdIs, double threshold) {
    int met = 0;
    for (double[] row : rows) {
      boolean any =
          layers.stream()
              .anyMatch(
                  layer ->
                      thresholdIs.met(row[layer], threshold)
                          || equalMeetsLarger
                              && thresholdIs == ThresholdIs.LARGER
                              && row[layer] == threshold);
      met += any ? 1 : 0;
    }
    return met;
  }

  /** Every positive text against every negative one. */
  private double auc(List<Integer> layers, ThresholdIs thresholdIs) {
    double wins = 0;
    for (double[] positive : texts.positiveRows()) {
      for (double[] negative : texts.negativeRows()) {
        double p = score(positive, layers, thresholdIs);
        double n = score(negative, layers, thresholdIs);
        wins += p == n ? 0.5 : thresholdIs.met(p, n) ? 1 : 0;
      }
    }
    return wins / (texts.positives() * texts.negatives());
  }
}
