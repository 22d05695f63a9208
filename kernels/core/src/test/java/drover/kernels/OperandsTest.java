package drover.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tiles read without checks of bounds was checked before. */
class OperandsTest {
  private static final int VECTORS = 5;

  @ParameterizedTest
  @CsvSource({"0, 6", "5, 1", "-1, 1", "1, -1", "4, 9223372036854775807"})
  void refuseVectorsThatAreNotAllThere(long first, long count) {
    Operands operands = new Operands(VECTORS);
    assertThatThrownBy(() -> operands.at(first, count))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void keepWhatIsWritten() {
    Operands some = new Operands(VECTORS);
    Operands others = new Operands(VECTORS);
    write(some, 1);
    write(others, 2);
    for (int v = 0; v < VECTORS; v++) {
      assertThat(some.segment().get(ValueLayout.JAVA_FLOAT, some.at(v, 1))).isEqualTo(1 + v);
      assertThat(others.segment().get(ValueLayout.JAVA_FLOAT, others.at(v, 1))).isEqualTo(2 + v);
    }
  }

  private static void write(Operands operands, int begin) {
    for (int v = 0; v < VECTORS; v++) {
      operands.segment().set(ValueLayout.JAVA_FLOAT, operands.at(v, 1), begin + v);
    }
  }

  @Test
  void beginAtWholeVectors() {
    Operands operands = new Operands(VECTORS);
    assertThat((operands.segment().address() + operands.at(3, 1)) % DotTile.BYTES).isZero();
  }
}
