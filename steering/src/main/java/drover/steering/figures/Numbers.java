package drover.steering.figures;

import java.math.BigDecimal;
import java.math.MathContext;

/** Which numbers can be drawn, and how they are written. */
final class Numbers {
  /** Beyond it, spans and paddings could overflow. */
  private static final double LARGEST = 1e100;

  /** Below it, a magnitude counts as zero. */
  static final double SMALLEST = 1e-100;

  /**
   * Values closer than this, relative to their size, count as one. It is near what a float can
   * tell, and keeps labels so short that an axis has room for two at least.
   */
  static final double RESOLUTION = 1e-6;

  private Numbers() {}

  /** False for NaN and the infinities, too. */
  static boolean drawable(double value) {
    return Math.abs(value) <= LARGEST;
  }

  /** A number to four significant digits: {@code 0.0432}, {@code -24900}, {@code 1.2e-7}. */
  static String shortest(double value) {
    if (!Double.isFinite(value)) {
      return "no value";
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros();
    double size = Math.abs(value);
    return size == 0 || size >= 1e-4 && size < 1e6 ? rounded.toPlainString() : scientific(rounded);
  }

  /** {@code 2.5e6} and the like. */
  static String scientific(BigDecimal value) {
    if (value.signum() == 0) {
      return "0";
    }
    BigDecimal digits = value.stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    return digits.scaleByPowerOfTen(-exponent).toPlainString() + "e" + exponent;
  }

  /** A coordinate to hundredths, without needless zeros; the same in every locale. */
  static void appendCoordinate(StringBuilder out, double value) {
    long hundredths = Math.round(value * 100);
    if (hundredths < 0) {
      out.append('-');
      hundredths = -hundredths;
    }
    out.append(hundredths / 100);
    long rest = hundredths % 100;
    if (rest != 0) {
      out.append('.').append(rest / 10);
      if (rest % 10 != 0) {
        out.append(rest % 10);
      }
    }
  }
}
