package drover.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RopeFrequenciesTest {
  /** Float32 steps against double arithmetic: a few units in the last place. */
  private static final double TOLERANCE = 4e-7;

  @Test
  void arePowersOfTheBase() {
    float[] frequencies =
        RopeFrequencies.inverseFrequencies(config(64, 100_000, new RopeScaling.None()));
    assertThat(frequencies).hasSize(32);
    assertThat(frequencies[0]).isEqualTo(1f);
    for (int i = 0; i < frequencies.length; i++) {
      assertClose(frequencies[i], Math.pow(100_000, -2.0 * i / 64));
    }
  }

  @Test
  void areAllDividedByALinearFactor() {
    float[] plain = RopeFrequencies.inverseFrequencies(config(24, 10_000, new RopeScaling.None()));
    float[] scaled =
        RopeFrequencies.inverseFrequencies(config(24, 10_000, new RopeScaling.Linear(4)));
    for (int i = 0; i < plain.length; i++) {
      assertThat(scaled[i]).isEqualTo(plain[i] / 4);
    }
  }

  @Test
  void ofLlama31AreKeptAtTheTopDividedAtTheBottomAndBlendedBetween() {
    float[] plain =
        RopeFrequencies.inverseFrequencies(config(128, 500_000, new RopeScaling.None()));
    float[] scaled =
        RopeFrequencies.inverseFrequencies(
            config(128, 500_000, new RopeScaling.Llama3(8, 1, 4, 8192)));
    int kept = 0;
    int divided = 0;
    for (int i = 0; i < plain.length; i++) {
      double frequency = Math.pow(500_000, -2.0 * i / 128);
      double turns = 8192 * frequency / (2 * Math.PI);
      double share = Math.clamp((turns - 1) / (4 - 1), 0, 1);
      assertClose(scaled[i], share * frequency + (1 - share) * frequency / 8);
      kept += scaled[i] == plain[i] ? 1 : 0;
      divided += scaled[i] == plain[i] / 8 ? 1 : 0;
    }
    assertThat(kept).isEqualTo(29);
    assertThat(divided).isEqualTo(29);
  }

  private static void assertClose(float actual, double expected) {
    assertThat((double) actual).isCloseTo(expected, within(expected * TOLERANCE));
  }

  private static ModelConfig config(int headDim, double theta, RopeScaling scaling) {
    return new ModelConfig(
        "llama",
        64,
        160,
        1,
        1,
        1,
        headDim,
        256,
        512,
        1e-5f,
        theta,
        scaling,
        true,
        false,
        false,
        OptionalInt.empty(),
        List.of(),
        OptionalInt.empty(),
        Optional.empty());
  }
}
