package drover.steering.search;

import java.util.Random;
import java.util.stream.IntStream;

/** Similarities for tests. */
final class Texts {
  private Texts() {}

  /** Rows [texts][layers] at layers 0, 1, ... */
  static Similarities of(double[][] positive, double[][] negative) {
    return new Similarities(
        IntStream.range(0, positive[0].length).boxed().toList(), positive, negative);
  }

  /** One layer. */
  static Similarities of(double[] positive, double[] negative) {
    return of(column(positive), column(negative));
  }

  private static double[][] column(double[] values) {
    double[][] rows = new double[values.length][];
    for (int i = 0; i < values.length; i++) {
      rows[i] = new double[] {values[i]};
    }
    return rows;
  }

  /**
   * Random similarities of which the positive ones are lower.
   *
   * @param steps the similarities are multiples of one over this, so that few steps make many ties
   */
  static Similarities random(Random random, int positive, int negative, int layers, int steps) {
    return of(
        rows(random, positive, layers, steps, -0.2), rows(random, negative, layers, steps, 0.2));
  }

  private static double[][] rows(Random random, int texts, int layers, int steps, double centre) {
    double[][] rows = new double[texts][layers];
    for (double[] row : rows) {
      for (int i = 0; i < layers; i++) {
        row[i] = Math.rint((centre + random.nextGaussian() * 0.4) * steps) / steps;
      }
    }
    return rows;
  }
}
