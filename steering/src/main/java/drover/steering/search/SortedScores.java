package drover.steering.search;

import java.util.Arrays;

/**
 * For each text the one number by which a condition on some layers in one direction decides: the
 * lowest similarity of those layers where the threshold is to be larger than any of them, the
 * highest where it is to be smaller. Sorted, so that a threshold's F1 takes two binary searches.
 *
 * @param thresholdIs the direction
 * @param positive of the positive texts, ascending
 * @param negative of the negative texts, ascending
 */
record SortedScores(ThresholdIs thresholdIs, double[] positive, double[] negative) {

  /** A threshold with what makes it better than another. */
  record Candidate(double threshold, double f1, double margin) {
    boolean isBetterThan(Candidate other) {
      return f1 > other.f1 || f1 == other.f1 && margin > other.margin;
    }
  }

  static SortedScores of(Similarities texts, int[] columns, ThresholdIs thresholdIs) {
    return new SortedScores(
        thresholdIs,
        sorted(texts.positiveRows(), columns, thresholdIs),
        sorted(texts.negativeRows(), columns, thresholdIs));
  }

  private static double[] sorted(double[][] texts, int[] columns, ThresholdIs thresholdIs) {
    double[] scores = new double[texts.length];
    for (int text = 0; text < scores.length; text++) {
      double score = texts[text][columns[0]];
      for (int i = 1; i < columns.length; i++) {
        double other = texts[text][columns[i]];
        score = thresholdIs.met(other, score) ? other : score;
      }
      // Sorting tells -0.0 from 0.0, which no comparison with a threshold does.
      scores[text] = score + 0.0;
    }
    Arrays.sort(scores);
    return scores;
  }

  /**
   * @param equalMeetsLarger whether a score that equals the threshold meets "larger"
   */
  double f1(double threshold, boolean equalMeetsLarger) {
    return f1(
        met(positive, threshold, equalMeetsLarger), met(negative, threshold, equalMeetsLarger));
  }

  /** As scikit-learn computes it, to the bit: one division of integers; 0 where nothing is met. */
  private double f1(int truePositives, int falsePositives) {
    return 2.0 * truePositives / (positive.length + truePositives + falsePositives);
  }

  Quality quality(double threshold, boolean equalMeetsLarger) {
    int truePositives = met(positive, threshold, equalMeetsLarger);
    int falsePositives = met(negative, threshold, equalMeetsLarger);
    int all = truePositives + falsePositives;
    return new Quality(
        f1(truePositives, falsePositives),
        all == 0 ? 0 : (double) truePositives / all,
        (double) truePositives / positive.length,
        auc());
  }

  private int met(double[] scores, double threshold, boolean equalMeetsLarger) {
    return switch (thresholdIs) {
      case LARGER -> equalMeetsLarger ? upTo(scores, threshold) : below(scores, threshold);
      case SMALLER -> scores.length - upTo(scores, threshold);
    };
  }

  private static int below(double[] scores, double threshold) {
    int from = 0;
    int to = scores.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (scores[middle] < threshold) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  private static int upTo(double[] scores, double threshold) {
    return below(scores, Math.nextUp(threshold));
  }

  /** Mann and Whitney's U over the number of pairs. */
  private double auc() {
    long twice = 0;
    int below = 0;
    int upTo = 0;
    for (double score : positive) {
      while (below < negative.length && negative[below] < score) {
        below++;
      }
      while (upTo < negative.length && negative[upTo] <= score) {
        upTo++;
      }
      twice += below + upTo;
    }
    long most = 2L * positive.length * negative.length;
    return (double) (thresholdIs == ThresholdIs.SMALLER ? twice : most - twice) / most;
  }

  /** The distance from a threshold to the nearest score. */
  double margin(double threshold) {
    return Math.min(distance(positive, threshold), distance(negative, threshold));
  }

  private static double distance(double[] scores, double threshold) {
    int at = below(scores, threshold);
    double above = at < scores.length ? scores[at] - threshold : Double.POSITIVE_INFINITY;
    return at > 0 ? Math.min(threshold - scores[at - 1], above) : above;
  }

  /**
   * The threshold with the highest F1, of equals the one with the largest margin, of equals the
   * lowest: all that differ in what they meet lie in different gaps between neighbouring scores, so
   * that one sweep over the gaps sees them all.
   */
  Candidate best() {
    Candidate best = new Candidate(Double.NaN, -1, 0);
    int positivesBelow = 0;
    int negativesBelow = 0;
    double low = Double.NEGATIVE_INFINITY;
    while (low < Double.POSITIVE_INFINITY) {
      double high = Math.min(at(positive, positivesBelow), at(negative, negativesBelow));
      double f1 =
          thresholdIs == ThresholdIs.LARGER
              ? f1(positivesBelow, negativesBelow)
              : f1(positive.length - positivesBelow, negative.length - negativesBelow);
      // Most gaps end here, before their threshold is computed.
      if (f1 > 0 && f1 >= best.f1()) {
        Candidate candidate = between(low, high, f1);
        best = candidate.isBetterThan(best) ? candidate : best;
      }
      positivesBelow = skip(positive, positivesBelow, high);
      negativesBelow = skip(negative, negativesBelow, high);
      low = high;
    }
    return best;
  }

  private static double at(double[] scores, int i) {
    return i < scores.length ? scores[i] : Double.POSITIVE_INFINITY;
  }

  private static int skip(double[] scores, int from, double value) {
    int i = from;
    while (i < scores.length && scores[i] == value) {
      i++;
    }
    return i;
  }

  /**
   * The middle of a gap. Beyond all scores, where a condition is met always, there is no middle:
   * the threshold is the next number, with next to no margin.
   */
  private Candidate between(double low, double high, double f1) {
    if (low == Double.NEGATIVE_INFINITY) {
      return new Candidate(Math.nextDown(high), f1, high - Math.nextDown(high));
    }
    if (high == Double.POSITIVE_INFINITY) {
      return new Candidate(Math.nextUp(low), f1, Math.nextUp(low) - low);
    }
    double middle = Math.clamp(low / 2 + high / 2, low, high);
    // Between neighbouring doubles there is nothing: then the end that leaves both on their side.
    boolean larger = thresholdIs == ThresholdIs.LARGER;
    double threshold = larger && middle == low ? high : !larger && middle == high ? low : middle;
    return new Candidate(threshold, f1, Math.min(threshold - low, high - threshold));
  }
}
