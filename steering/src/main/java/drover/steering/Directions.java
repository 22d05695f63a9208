package drover.steering;

/** From the rows of positive and negative texts at one layer to a direction. */
final class Directions {
  private Directions() {}

  /**
   * The direction of a method, of unit length, pointing to the positive side of the majority of the
   * pairs.
   *
   * @param positive {@code [pairs][width]}
   * @param negative {@code [pairs][width]}
   */
  static PrincipalComponent of(ExtractionMethod method, float[][] positive, float[][] negative) {
    PrincipalComponent found =
        switch (method) {
          case PCA_PAIRWISE -> PrincipalComponent.of(halfDifferences(positive, negative));
          case PCA_CENTER -> PrincipalComponent.of(centered(concatenated(positive, negative)));
          case PCA_DIFF -> PrincipalComponent.of(centered(differences(positive, negative, 1)));
          case MEAN_DIFF -> meanDifference(positive, negative);
        };
    return oriented(found, positive, negative);
  }

  /**
   * Less its midpoint, a pair is +d and -d with d half its difference: both have the covariance of
   * d alone.
   */
  private static float[][] halfDifferences(float[][] positive, float[][] negative) {
    return differences(positive, negative, 0.5f);
  }

  private static float[][] differences(float[][] positive, float[][] negative, float factor) {
    float[][] rows = new float[positive.length][positive[0].length];
    for (int r = 0; r < rows.length; r++) {
      for (int i = 0; i < rows[r].length; i++) {
        rows[r][i] = factor * (positive[r][i] - negative[r][i]);
      }
    }
    return rows;
  }

  private static float[][] concatenated(float[][] positive, float[][] negative) {
    float[][] rows = new float[positive.length + negative.length][];
    for (int r = 0; r < rows.length; r++) {
      rows[r] = r < positive.length ? positive[r].clone() : negative[r - positive.length].clone();
    }
    return rows;
  }

  private static float[][] centered(float[][] rows) {
    double[] mean = mean(rows);
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) (row[i] - mean[i]);
      }
    }
    return rows;
  }

  private static double[] mean(float[][] rows) {
    double[] mean = new double[rows[0].length];
    for (float[] row : rows) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += row[i] / (double) rows.length;
      }
    }
    return mean;
  }

  /** The share of the differences' mean square that lies along their mean counts as explained. */
  private static PrincipalComponent meanDifference(float[][] positive, float[][] negative) {
    float[][] rows = differences(positive, negative, 1);
    double[] mean = mean(rows);
    double length = 0;
    for (double x : mean) {
      length += x * x;
    }
    length = Math.sqrt(length);
    float[] direction = new float[mean.length];
    for (int i = 0; i < direction.length; i++) {
      direction[i] = length == 0 ? 0 : (float) (mean[i] / length);
    }
    double along = 0;
    double total = 0;
    for (float[] row : rows) {
      along += square(dot(row, direction));
      total += dot(row, row);
    }
    return new PrincipalComponent(direction, total == 0 ? 0 : along / total, 0);
  }

  /**
   * A component has no sign of its own: it points to the side on which more pairs have their
   * positive text. Where the pairs are divided evenly, its largest element is positive (as in
   * scikit-learn's PCA), so that equal data give equal vectors.
   */
  private static PrincipalComponent oriented(
      PrincipalComponent found, float[][] positive, float[][] negative) {
    int balance = 0;
    for (int r = 0; r < positive.length; r++) {
      balance +=
          Double.compare(dot(positive[r], found.direction()), dot(negative[r], found.direction()));
    }
    if (balance > 0 || (balance == 0 && largestElement(found.direction()) >= 0)) {
      return found;
    }
    float[] flipped = found.direction().clone();
    for (int i = 0; i < flipped.length; i++) {
      flipped[i] = -flipped[i];
    }
    return new PrincipalComponent(flipped, found.explainedVariance(), found.secondToFirst());
  }

  /** The element with the largest absolute value. */
  private static float largestElement(float[] direction) {
    float largest = 0;
    for (float x : direction) {
      largest = Math.abs(x) > Math.abs(largest) ? x : largest;
    }
    return largest;
  }

  private static double dot(float[] x, float[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += (double) x[i] * y[i];
    }
    return sum;
  }

  private static double square(double x) {
    return x * x;
  }
}
