package drover.steering.figures;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * A stretch of numbers laid along a line, with ticks at multiples of 1, 2 or 5 times a power of
 * ten.
 *
 * @param range what it shows, wider than a point
 * @param length how long it is drawn
 * @param ticks in rising order, within the range
 */
record Axis(Range range, double length, List<Tick> ticks) {
  /** The size of ticks' labels. */
  static final double LABEL_SIZE = 12;

  /** Room between labels that stand side by side. */
  private static final double LABEL_GAP = 14;

  /** The least distance between ticks. */
  private static final double LEAST_STEP = 34;

  /** A value that is labelled. */
  record Tick(double value, String label) {}

  /** A multiple of a power of ten. */
  private record Step(int multiple, int exponent) {
    double size() {
      return times(1).doubleValue();
    }

    BigDecimal times(long count) {
      return BigDecimal.valueOf(count * multiple).scaleByPowerOfTen(exponent);
    }

    Step next() {
      return switch (multiple) {
        case 1 -> new Step(2, exponent);
        case 2 -> new Step(5, exponent);
        default -> new Step(1, exponent + 1);
      };
    }
  }

  static Axis horizontal(Range range, double length, boolean whole) {
    return fitting(range, length, whole, true);
  }

  static Axis vertical(Range range, double length) {
    return fitting(range, length, false, false);
  }

  /** Takes the smallest step whose labels have room. */
  private static Axis fitting(Range range, double length, boolean whole, boolean sideBySide) {
    double least = range.span() * LEAST_STEP / length;
    Step step = new Step(1, (int) StrictMath.floor(StrictMath.log10(least)));
    while (true) {
      boolean fine = step.size() >= least && (!whole || step.exponent >= 0);
      if (fine) {
        List<Tick> ticks = ticks(range, step);
        double apart = step.size() / range.span() * length;
        if (!sideBySide || widest(ticks) + LABEL_GAP <= apart || ticks.size() <= 1) {
          return new Axis(range, length, ticks);
        }
      }
      step = step.next();
    }
  }

  private static List<Tick> ticks(Range range, Step step) {
    double size = Math.max(Math.abs(range.from()), Math.abs(range.to()));
    boolean plain = size < 1e6 && step.exponent >= -5;
    List<Tick> ticks = new ArrayList<>();
    long last = (long) Math.floor(range.to() / step.size());
    for (long i = (long) Math.ceil(range.from() / step.size()); i <= last; i++) {
      BigDecimal value = step.times(i);
      String label =
          plain
              ? value.setScale(Math.max(0, -step.exponent)).toPlainString()
              : Numbers.scientific(value);
      ticks.add(new Tick(value.doubleValue(), label));
    }
    return ticks;
  }

  private static double widest(List<Tick> ticks) {
    return ticks.stream()
        .mapToDouble(tick -> StrokeFont.room(tick.label(), LABEL_SIZE, false))
        .max()
        .orElse(0);
  }

  /** The width of the widest label. */
  double labelWidth() {
    return widest(ticks);
  }

  /** How far along the line a value is. */
  double place(double value) {
    return (value - range.from()) / range.span() * length;
  }
}
