package drover.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MeasurementTest {
  @Test
  void theMedianOfAnOddNumberOfRunsIsTheMiddleOne() {
    Measurement measured = Measurement.of("decode", "tokens/s", 70, 10, 60);
    assertThat(measured.median()).isEqualTo(60);
    assertThat(measured.least()).isEqualTo(10);
    assertThat(measured.most()).isEqualTo(70);
  }

  @Test
  void theMedianOfAnEvenNumberOfRunsLiesBetweenTheMiddleTwo() {
    assertThat(Measurement.of("decode", "tokens/s", 4, 1, 3, 2).median()).isEqualTo(2.5);
  }

  @Test
  void aFigureNeedsARun() {
    assertThatThrownBy(() -> Measurement.of("decode", "tokens/s"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void eachPairHasItsOwnRatio() {
    Runs.Pairs pairs = new Runs.Pairs(new double[] {2, 9}, new double[] {1, 3});
    assertThat(pairs.ratios()).containsExactly(2, 3);
  }

  @Test
  void whichOfAPairComesFirstAlternates() {
    StringBuilder order = new StringBuilder();
    Runs.inTurn(3, () -> order.append('a').length(), () -> order.append('b').length());
    assertThat(order).hasToString("abbaab");
  }
}
