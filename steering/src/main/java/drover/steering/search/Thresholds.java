package drover.steering.search;

import drover.engine.io.DroverException;
import java.util.Arrays;

/** Thresholds to try or to draw. */
public final class Thresholds {
  private static final int MOST = 1_000_000;

  private Thresholds() {}

  /**
   * What {@code numpy.arange(start, stop, step)} gives: ceil((stop - start) / step) numbers, of
   * which the first is the start, the second start + step, and number i the start plus i times
   * <em>their difference</em>, which rounding makes differ a little from the step.
   *
   * @param stop exclusive, though rounding may let the last number reach it
   * @param step may be negative, with a stop below the start
   * @throws DroverException if a number is not finite, or the grid has no threshold or more than a
   *     million
   */
  public static double[] grid(double start, double stop, double step) {
    double count = Math.ceil((stop - start) / step);
    if (!Double.isFinite(start) || !Double.isFinite(stop) || !Double.isFinite(step)) {
      throw invalid(start, stop, step, "are not all finite numbers");
    }
    if (step == 0) {
      throw invalid(start, stop, step, "have no step");
    }
    if (count < 1) {
      throw invalid(start, stop, step, "hold no threshold");
    }
    if (count > MOST) {
      throw invalid(start, stop, step, "are more than " + MOST);
    }
    double[] grid = new double[(int) count];
    double second = start + step;
    double difference = second - start;
    Arrays.setAll(grid, i -> i == 1 ? second : start + i * difference);
    return grid;
  }

  private static DroverException invalid(double start, double stop, double step, String how) {
    return new DroverException("the thresholds %s:%s:%s %s".formatted(start, stop, step, how));
  }

  /**
   * Reads {@code start:stop:step}, as in {@code 0.0:0.06:0.0001}.
   *
   * @throws DroverException if the text is not of this form, or as {@link #grid} says
   */
  public static double[] parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 3) {
      throw invalid(text, null);
    }
    try {
      return grid(
          Double.parseDouble(parts[0]), Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
    } catch (NumberFormatException e) {
      throw invalid(text, e);
    }
  }

  private static DroverException invalid(String text, NumberFormatException cause) {
    return new DroverException(
        "%s is no start:stop:step of thresholds such as 0.0:0.06:0.0001"
            .formatted(DroverException.quote(text)),
        cause);
  }

  /**
   * Thresholds at equal distances from the lowest similarity of any text and layer to the highest.
   *
   * @param count at least 2
   */
  public static double[] spanning(Similarities texts, int count) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double[][] rows : new double[][][] {texts.positiveRows(), texts.negativeRows()}) {
      for (double[] row : rows) {
        low = Math.min(low, Arrays.stream(row).min().getAsDouble());
        high = Math.max(high, Arrays.stream(row).max().getAsDouble());
      }
    }
    double from = low;
    double step = (high - low) / (count - 1);
    double to = high;
    double[] thresholds = new double[count];
    Arrays.setAll(thresholds, i -> i == count - 1 ? to : from + i * step);
    return thresholds;
  }
}
