package drover.steering.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PythonNumbersTest {

  @Test
  void numbersAreThoseOfPythonsRepr() {
    assertThat(PythonNumbers.repr(0.1)).isEqualTo("0.1");
    assertThat(PythonNumbers.repr(100)).isEqualTo("100.0");
    assertThat(PythonNumbers.repr(0.0001)).isEqualTo("0.0001");
    assertThat(PythonNumbers.repr(0.00001234)).isEqualTo("1.234e-05");
    assertThat(PythonNumbers.repr(1e15)).isEqualTo("1000000000000000.0");
    assertThat(PythonNumbers.repr(1e16)).isEqualTo("1e+16");
    assertThat(PythonNumbers.repr(-2.5e-300)).isEqualTo("-2.5e-300");
    assertThat(PythonNumbers.repr(Double.MAX_VALUE)).isEqualTo("1.7976931348623157e+308");
    assertThat(PythonNumbers.repr((float) 0.1)).isEqualTo("0.10000000149011612");
  }

  @Test
  void everyNumberThatIsWrittenIsReadBack() {
    Random random = new Random(4);
    for (int i = 0; i < 20_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        assertThat(Double.parseDouble(PythonNumbers.repr(value))).isEqualTo(value);
      }
    }
  }

  @Test
  void fixedDecimalsAreThoseOfPythonsFormat() {
    assertThat(PythonNumbers.fixed(0.0005, 3)).isEqualTo("0.001");
    assertThat(PythonNumbers.fixed(0.0625, 3)).isEqualTo("0.062");
    assertThat(PythonNumbers.fixed(0.1875, 3)).isEqualTo("0.188");
    assertThat(PythonNumbers.fixed(-0.0001, 3)).isEqualTo("-0.000");
    assertThat(PythonNumbers.fixed(-0.0, 3)).isEqualTo("-0.000");
    assertThat(PythonNumbers.fixed(12, 3)).isEqualTo("12.000");
  }

  @Test
  void roundingIsNumPysAndNotPythons() {
    assertThat(PythonNumbers.roundAsNumPy(0.0005, 3)).isEqualTo(0.0);
    assertThat(PythonNumbers.roundAsNumPy(0.0015, 3)).isEqualTo(0.002);
    assertThat(PythonNumbers.roundAsNumPy(0.0589, 3)).isEqualTo(0.059);
    assertThat(PythonNumbers.roundAsNumPy(-0.0001, 3)).isEqualTo(-0.0);
  }

  @Property
  void aFixedDecimalIsTheNearestOfItsKind(
      @ForAll @DoubleRange(min = -10, max = 10) double value,
      @ForAll @IntRange(max = 6) int decimals) {
    BigDecimal error =
        new BigDecimal(PythonNumbers.fixed(value, decimals)).subtract(new BigDecimal(value)).abs();
    assertThat(error.movePointRight(decimals)).isLessThanOrEqualTo(new BigDecimal("0.5"));
  }
}
