package drover.kernels;

import java.util.Locale;
import java.util.function.IntToDoubleFunction;

/**
 * Compares one operation's results with the reference and remembers the largest error.
 *
 * <p>Errors are counted in units of 2^-24 of a scale: the sum of the magnitudes of the terms that a
 * result is made of, or a bound of it. That is what rounding to F32 can be held to where terms
 * cancel.
 */
final class ErrorMeter {
  private static final double UNIT = 0x1p-24;

  private final String operation;
  private long compared;
  private double largest;
  private double largestShare;
  private String worst = "nothing";

  ErrorMeter(String operation) {
    this.operation = operation;
  }

  /**
   * Fails unless every {@code |actual - expected| <= allowed * UNIT * scale}.
   *
   * @param where the case, for the message
   * @param scale the scale of element i
   * @param allowed in units
   */
  void compare(
      String where, float[] actual, float[] expected, IntToDoubleFunction scale, double allowed) {
    if (actual.length != expected.length) {
      throw new AssertionError(
          "%s, %s: %d results for %d".formatted(operation, where, actual.length, expected.length));
    }
    for (int i = 0; i < actual.length; i++) {
      compared++;
      if (Float.compare(actual[i], expected[i]) == 0 || actual[i] == expected[i]) {
        continue;
      }
      double units = Math.abs((double) actual[i] - expected[i]) / (UNIT * scale.applyAsDouble(i));
      if (!(units <= allowed)) {
        throw new AssertionError(
            String.format(
                Locale.ROOT,
                "%s, %s: element %d is %.9g, not %.9g: an error of %.1f units, more than %.1f",
                operation,
                where,
                i,
                actual[i],
                expected[i],
                units,
                allowed));
      }
      largest = Math.max(largest, units * UNIT);
      if (units / allowed > largestShare) {
        largestShare = units / allowed;
        worst = where;
      }
    }
  }

  /** Fails unless all are equal; -0 equals 0 and NaN equals NaN. */
  void compareExactly(String where, float[] actual, float[] expected) {
    compare(where, actual, expected, _ -> 1, 0);
  }

  /** The largest error seen, as a line. */
  String summary() {
    return String.format(
        Locale.ROOT,
        "%s: largest relative error %.2g, %.0f%% of what is allowed (%s), in %,d results",
        operation,
        largest,
        100 * largestShare,
        worst,
        compared);
  }
}
