package drover.bench;

import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;

/** Measures something several times, alone or in turn with something else. */
final class Runs {
  private static final double NANOS = 1e9;

  private Runs() {}

  /** Seconds that some work takes. */
  static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / NANOS;
  }

  /** One measurement after the other. */
  static double[] of(int count, DoubleSupplier measure) {
    double[] results = new double[count];
    for (int i = 0; i < count; i++) {
      results[i] = measure.getAsDouble();
    }
    return results;
  }

  /**
   * What two pieces of work took, pair by pair.
   *
   * @param first of each pair
   * @param second of each pair
   */
  record Pairs(double[] first, double[] second) {
    /** {@code first / second} of each pair. */
    double[] ratios() {
      double[] ratios = new double[first.length];
      for (int i = 0; i < ratios.length; i++) {
        ratios[i] = first[i] / second[i];
      }
      return ratios;
    }

    /** With every number changed. */
    Pairs map(DoubleUnaryOperator change) {
      return new Pairs(
          java.util.Arrays.stream(first).map(change).toArray(),
          java.util.Arrays.stream(second).map(change).toArray());
    }
  }

  /** Measures in turn; which of a pair comes first alternates, so that a drift hits both. */
  static Pairs inTurn(int count, DoubleSupplier first, DoubleSupplier second) {
    Pairs pairs = new Pairs(new double[count], new double[count]);
    for (int i = 0; i < count; i++) {
      if (i % 2 == 0) {
        pairs.first[i] = first.getAsDouble();
        pairs.second[i] = second.getAsDouble();
      } else {
        pairs.second[i] = second.getAsDouble();
        pairs.first[i] = first.getAsDouble();
      }
    }
    return pairs;
  }
}
