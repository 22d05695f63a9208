package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On rows that are {@code base + noise}, positive ones with {@code s * axis} added, s about 3. */
class DirectionsTest {
  private static final int WIDTH = 20;
  private static final int AXIS = 4;

  private final float[][] positive = new float[200][WIDTH];
  private final float[][] negative = new float[200][WIDTH];

  DirectionsTest() {
    Random random = new Random(1);
    for (int pair = 0; pair < positive.length; pair++) {
      for (int i = 0; i < WIDTH; i++) {
        float base = (float) random.nextGaussian();
        positive[pair][i] = base + 0.1f * (float) random.nextGaussian();
        negative[pair][i] = base + 0.1f * (float) random.nextGaussian();
      }
      positive[pair][AXIS] += 5 + 2 * (float) random.nextGaussian();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyMethodFindsWhatTellsThePairsApart(ExtractionMethod method) {
    PrincipalComponent found = Directions.of(method, positive, negative);
    assertThat(found.direction()[AXIS]).as("points to the positive").isGreaterThan(0.98f);
    assertThat(norm(found.direction())).isCloseTo(1, within(1e-5));
    assertThat(found.explainedVariance()).isBetween(0.2, 1.0);
  }

  @ParameterizedTest
  @EnumSource
  void changingSidesTurnsTheDirectionRound(ExtractionMethod method) {
    float[] one = Directions.of(method, positive, negative).direction();
    float[] other = Directions.of(method, negative, positive).direction();
    for (int i = 0; i < WIDTH; i++) {
      assertThat(other[i]).isCloseTo(-one[i], within(1e-5f));
    }
  }

  /** Differences of 2 along one axis, and of 1 or -1 along the other. */
  @Test
  void methodsDifferInWhatTheyCentre() {
    float[][] plus = new float[100][2];
    float[][] minus = new float[100][2];
    for (int pair = 0; pair < 100; pair++) {
      plus[pair][0] = 2;
      plus[pair][1] = pair % 2 == 0 ? 1 : -1;
    }
    assertThat(direction(ExtractionMethod.PCA_PAIRWISE, plus, minus)[0])
        .isCloseTo(1, within(1e-6f));
    assertThat(direction(ExtractionMethod.MEAN_DIFF, plus, minus)[0]).isCloseTo(1, within(1e-6f));
    assertThat(direction(ExtractionMethod.PCA_DIFF, plus, minus)[1]).isCloseTo(1, within(1e-6f));
    assertThat(direction(ExtractionMethod.PCA_CENTER, plus, minus)[0]).isCloseTo(1, within(1e-6f));
  }

  @ParameterizedTest
  @EnumSource
  void equalTextsHaveNoDirection(ExtractionMethod method) {
    float[][] same = {{1, 2}, {1, 2}};
    PrincipalComponent found = Directions.of(method, same, same);
    assertThat(found.direction()).containsExactly(0, 0);
    assertThat(found.explainedVariance()).isZero();
  }

  private static float[] direction(ExtractionMethod method, float[][] plus, float[][] minus) {
    return Directions.of(method, plus, minus).direction();
  }

  private static double norm(float[] direction) {
    double squares = 0;
    for (float x : direction) {
      squares += (double) x * x;
    }
    return Math.sqrt(squares);
  }
}
