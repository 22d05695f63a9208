package drover.steering.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.io.DroverException;
import org.junit.jupiter.api.Test;

class ThresholdsTest {

  /** Expected numbers printed by numpy.arange (NumPy 2.4). */
  @Test
  void aGridIsNumPysToTheBit() {
    assertThat(Thresholds.grid(0, 0.5, 0.1))
        .containsExactly(0.0, 0.1, 0.2, 0.30000000000000004, 0.4);
    double[] fromFive = Thresholds.grid(0.05, 0.2, 0.01);
    assertThat(fromFive).hasSize(16);
    assertThat(fromFive[3]).isEqualTo(0.08000000000000002).isNotEqualTo(0.05 + 3 * 0.01);
    assertThat(fromFive[15]).isEqualTo(0.2);
    assertThat(Thresholds.grid(0.3, 0, -0.1))
        .containsExactly(0.3, 0.19999999999999998, 0.09999999999999998);
    assertThat(Thresholds.grid(0, 0.06, 0.0001)).hasSize(600);
    assertThat(Thresholds.grid(1, 1.05, 0.1)).containsExactly(1.0);
  }

  @Test
  void textIsStartStopStep() {
    assertThat(Thresholds.parse("0.0:0.06:0.0001")).isEqualTo(Thresholds.grid(0, 0.06, 0.0001));
    refused("0.0:0.06", "'0.0:0.06' is no start:stop:step of thresholds such as 0.0:0.06:0.0001");
    refused("0:1:2:3", "'0:1:2:3' is no start:stop:step");
    refused("a:1:0.1", "'a:1:0.1' is no start:stop:step");
    refused("", "'' is no start:stop:step");
    refused("0:NaN:0.1", "are not all finite numbers");
    refused("0:1e400:0.1", "are not all finite numbers");
    refused("0:1:0", "the thresholds 0.0:1.0:0.0 have no step");
    refused("1:0:0.1", "hold no threshold");
    refused("1:1:0.1", "hold no threshold");
    refused("0:1:1e-7", "are more than 1000000");
    refused("-1e308:1e308:1", "are more than 1000000");
  }

  @Test
  void spanningThresholdsReachFromTheLowestSimilarityToTheHighest() {
    Similarities texts =
        Texts.of(new double[][] {{0.5, 0.2}, {0.3, 0.4}}, new double[][] {{-0.1, 0.9}});
    double[] thresholds = Thresholds.spanning(texts, 5);
    assertThat(thresholds).hasSize(5).isSorted();
    assertThat(thresholds[0]).isEqualTo(-0.1);
    assertThat(thresholds[2]).isEqualTo(0.4);
    assertThat(thresholds[4]).isEqualTo(0.9);
  }

  private static void refused(String text, String sentence) {
    assertThatThrownBy(() -> Thresholds.parse(text))
        .as(text)
        .isInstanceOf(DroverException.class)
        .hasMessageContaining(sentence);
  }
}
