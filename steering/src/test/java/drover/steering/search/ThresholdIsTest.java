package drover.steering.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.io.DroverException;
import org.junit.jupiter.api.Test;

class ThresholdIsTest {

  @Test
  void aLargerThresholdSteersWhatIsBelowItAndASmallerOneWhatIsAbove() {
    assertThat(ThresholdIs.LARGER.met(0.042, 0.043)).isTrue();
    assertThat(ThresholdIs.LARGER.met(0.044, 0.043)).isFalse();
    assertThat(ThresholdIs.SMALLER.met(0.042, 0.043)).isFalse();
    assertThat(ThresholdIs.SMALLER.met(0.044, 0.043)).isTrue();
  }

  @Test
  void whatEqualsTheThresholdOrIsNoNumberMeetsNeither() {
    for (ThresholdIs thresholdIs : ThresholdIs.values()) {
      assertThat(thresholdIs.met(0.043, 0.043)).isFalse();
      assertThat(thresholdIs.met(Double.NaN, 0.043)).isFalse();
    }
  }

  @Test
  void namesAreLowerCase() {
    for (ThresholdIs thresholdIs : ThresholdIs.values()) {
      assertThat(ThresholdIs.named(thresholdIs.toString())).isEqualTo(thresholdIs);
    }
    assertThat(ThresholdIs.named("larger")).isEqualTo(ThresholdIs.LARGER);
    assertThatThrownBy(() -> ThresholdIs.named("Larger"))
        .isInstanceOf(DroverException.class)
        .hasMessage("the threshold is larger or smaller than the similarity, but not 'Larger'");
  }
}
