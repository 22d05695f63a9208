package drover.steering.figures;

/**
 * A stretch of an axis.
 *
 * @param from its lower end
 * @param to its upper end, not below {@code from}
 */
public record Range(double from, double to) {
  /**
   * Checks the ends.
   *
   * @throws IllegalArgumentException if they are out of order or not finite
   */
  public Range {
    if (!Double.isFinite(from) || !Double.isFinite(to) || from > to) {
      throw new IllegalArgumentException("not a range: from " + from + " to " + to);
    }
  }

  /** Refuses ends that no axis could show with a margin. */
  void requireDrawable() {
    if (!Numbers.drawable(from) || !Numbers.drawable(to)) {
      throw new IllegalArgumentException("an axis ends at 1e100, but was to show " + this);
    }
  }

  double span() {
    return to - from;
  }

  Range including(Range other) {
    return new Range(Math.min(from, other.from), Math.max(to, other.to));
  }

  /** This range with a fraction of its span added at either end, for room around what is drawn. */
  Range padded(double below, double above) {
    return new Range(from - span() * below, to + span() * above);
  }

  /** This range, or one around its middle where it is too narrow to be told from a point. */
  Range widened() {
    double size = Math.max(Math.abs(from), Math.abs(to));
    if (size < Numbers.SMALLEST) {
      return new Range(-1, 1);
    }
    if (span() > size * Numbers.RESOLUTION) {
      return this;
    }
    double middle = from + span() / 2;
    return new Range(middle - 0.1 * size, middle + 0.1 * size);
  }

  /** What the drawable ones among some values span; null if there is none. */
  static Range of(double[] values) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      if (Numbers.drawable(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    return low > high ? null : new Range(low, high);
  }
}
