package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import drover.kernels.Device;
import drover.kernels.Devices;
import drover.steering.linalg.Vectors;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On rows that are {@code base + noise}, positive ones with {@code s * axis} added, s about 3. */
class DirectionsTest {
  private static final int WIDTH = 20;
  private static final int AXIS = 4;

  private final Device device = Devices.open("scalar", 1);
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
  @EnumSource(names = "WHITENED.*", mode = EnumSource.Mode.MATCH_NONE)
  void everyMethodFindsWhatTellsThePairsApart(ExtractionMethod method) {
    Directions.Found found = Directions.of(method, device, positive, negative);
    assertThat(found.vector()[AXIS]).as("points to the positive").isGreaterThan(0.98f);
    assertThat(norm(found.vector())).isCloseTo(1, within(1e-5));
    assertThat(found.explainedVariance()).isBetween(0.2, 1.0);
  }

  /** Of its own rows it is the best there is, by the distance of the classes for their width. */
  @Test
  void theWhitenedDifferenceTellsTheClassesApartBest() {
    Directions.Found best =
        Directions.of(ExtractionMethod.WHITENED_LEDOIT_WOLF, device, positive, negative);
    assertThat(norm(best.vector())).isCloseTo(1, within(1e-5));
    assertThat(best.vector()[AXIS]).as("points to the positive").isGreaterThan(0.9f);
    assertThat(best.explainedVariance()).isBetween(0.2, 1.0);
    for (ExtractionMethod method : ExtractionMethod.values()) {
      float[] other = Directions.of(method, device, positive, negative).vector();
      assertThat(separation(best.vector())).isGreaterThanOrEqualTo(separation(other));
    }
  }

  /** The distance between the classes' means along a direction, squared, over their variances. */
  private double separation(float[] direction) {
    double[] up = projections(positive, direction);
    double[] down = projections(negative, direction);
    double gap = mean(up) - mean(down);
    return gap * gap / (variance(up) + variance(down));
  }

  private static double[] projections(float[][] rows, float[] direction) {
    return Arrays.stream(rows).mapToDouble(row -> Vectors.dot(row, direction)).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    return Arrays.stream(values).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
  }

  @ParameterizedTest
  @EnumSource
  void changingSidesTurnsTheDirectionRound(ExtractionMethod method) {
    float[] one = Directions.of(method, device, positive, negative).vector();
    float[] other = Directions.of(method, device, negative, positive).vector();
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
    Directions.Found found = Directions.of(method, device, same, same);
    assertThat(found.vector()).containsExactly(0, 0);
    assertThat(found.explainedVariance()).isZero();
  }

  private float[] direction(ExtractionMethod method, float[][] plus, float[][] minus) {
    return Directions.of(method, device, plus, minus).vector();
  }

  private static double norm(float[] direction) {
    double squares = 0;
    for (float x : direction) {
      squares += (double) x * x;
    }
    return Math.sqrt(squares);
  }
}
