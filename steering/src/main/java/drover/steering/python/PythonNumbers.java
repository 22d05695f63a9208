package drover.steering.python;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers as Python and NumPy write and round them. */
public final class PythonNumbers {
  private PythonNumbers() {}

  /**
   * What Python's {@code repr}, and so its {@code json}, writes for a finite number: the shortest
   * digits that give the same double, with an exponent below 1e-4 and from 1e16 on (Python's
   * float_repr_style "short").
   */
  public static String repr(double value) {
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = decimal.precision() - decimal.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = decimal.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String digits = decimal.unscaledValue().abs().toString();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    String sign = value < 0 ? "-" : "";
    int size = Math.abs(exponent);
    return sign + mantissa + "e" + (exponent < 0 ? "-" : "+") + (size < 10 ? "0" : "") + size;
  }

  /**
   * What Python's format {@code .Nf} writes for a finite number: its exact binary value rounded to
   * that many decimals, ties to even, and a minus sign even where only zeros are left.
   */
  public static String fixed(double value, int decimals) {
    String digits =
        new BigDecimal(value).abs().setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
    return (Math.copySign(1, value) < 0 ? "-" : "") + digits;
  }

  /**
   * What {@code round(numpy.float64(value), decimals)} gives: the value times a power of ten,
   * rounded to an integer (ties to even) and divided again. Python's own {@code round} of a float
   * works on the exact decimals instead, so that the two differ at some ties: 0.0005 becomes 0.0
   * here and 0.001 there.
   */
  public static double roundAsNumPy(double value, int decimals) {
    double scale = Math.pow(10, decimals);
    return Math.rint(value * scale) / scale;
  }
}
