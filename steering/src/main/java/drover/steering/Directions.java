package drover.steering;

import drover.kernels.Device;
import drover.steering.linalg.PrincipalComponent;
import drover.steering.linalg.Vectors;
import drover.steering.linalg.WhitenedDifference;
import java.util.stream.IntStream;

/** From the rows of positive and negative texts at one layer to a direction. */
final class Directions {
  /**
   * How much of a covariance is replaced by a sphere. Texts that paraphrase each other are not
   * independent, so Ledoit and Wolf's share is too little; anything from a quarter to three
   * quarters does about as well as this.
   */
  private static final double HALF_SPHERE = 0.5;

  /**
   * A direction.
   *
   * @param vector of unit length, or zero where there is none
   * @param explainedVariance see {@link ExtractionMethod}
   */
  record Found(float[] vector, double explainedVariance) {}

  private Directions() {}

  /**
   * The direction of a method, of unit length, pointing to the positive side of the majority of the
   * pairs.
   *
   * @param device what multiplies the rows where there are principal components to find
   * @param positive {@code [pairs][width]}
   * @param negative {@code [pairs][width]}
   */
  static Found of(ExtractionMethod method, Device device, float[][] positive, float[][] negative) {
    float[][] rows = rows(method, positive, negative);
    Found found =
        switch (method) {
          case PCA_PAIRWISE, PCA_CENTER, PCA_DIFF -> component(device, rows);
          case MEAN_DIFF -> along(Vectors.unit(Vectors.mean(rows)), rows);
          case WHITENED_MEAN_DIFF ->
              along(WhitenedDifference.of(positive, negative, HALF_SPHERE), rows);
          case WHITENED_LEDOIT_WOLF ->
              along(WhitenedDifference.ofLedoitWolf(positive, negative), rows);
        };
    return oriented(found, positive, negative);
  }

  /** The rows whose variance a method explains, {@code [n][width]}. */
  static float[][] rows(ExtractionMethod method, float[][] positive, float[][] negative) {
    return switch (method) {
      // Less its midpoint, a pair is +d and -d with d half its difference: both have the
      // covariance of d alone.
      case PCA_PAIRWISE -> differences(positive, negative, 0.5f);
      case PCA_CENTER, WHITENED_MEAN_DIFF, WHITENED_LEDOIT_WOLF ->
          centered(concatenated(positive, negative));
      case PCA_DIFF -> centered(differences(positive, negative, 1));
      case MEAN_DIFF -> differences(positive, negative, 1);
    };
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
    double[] mean = Vectors.mean(rows);
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) (row[i] - mean[i]);
      }
    }
    return rows;
  }

  /** The first principal component of rows {@code [n][width]} as they are. */
  static Found component(Device device, float[][] rows) {
    try (RowScatter scatter = new RowScatter(device, rows)) {
      PrincipalComponent first = PrincipalComponent.of(scatter);
      return new Found(first.direction(), first.explainedVariance());
    }
  }

  /** A direction with the share of the rows' mean square that lies along it. */
  private static Found along(float[] direction, float[][] rows) {
    double along = 0;
    double total = 0;
    for (float[] row : rows) {
      double projection = Vectors.dot(row, direction);
      along += projection * projection;
      total += Vectors.dot(row, row);
    }
    return new Found(direction, total == 0 ? 0 : along / total);
  }

  /**
   * A component has no sign of its own: it points to the side on which more pairs have their
   * positive text. Where the pairs are divided evenly, its largest element is positive (as in
   * scikit-learn's PCA), so that equal data give equal vectors.
   */
  private static Found oriented(Found found, float[][] positive, float[][] negative) {
    int balance =
        IntStream.range(0, positive.length)
            .parallel()
            .map(
                r ->
                    Double.compare(
                        Vectors.dot(positive[r], found.vector()),
                        Vectors.dot(negative[r], found.vector())))
            .sum();
    if (balance > 0 || (balance == 0 && largestElement(found.vector()) >= 0)) {
      return found;
    }
    float[] flipped = found.vector().clone();
    for (int i = 0; i < flipped.length; i++) {
      flipped[i] = -flipped[i];
    }
    return new Found(flipped, found.explainedVariance());
  }

  /** The element with the largest absolute value. */
  private static float largestElement(float[] direction) {
    float largest = 0;
    for (float x : direction) {
      largest = Math.abs(x) > Math.abs(largest) ? x : largest;
    }
    return largest;
  }
}
