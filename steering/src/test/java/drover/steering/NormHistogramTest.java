package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormHistogramTest {

  @ParameterizedTest
  @ValueSource(doubles = {1e-30, 1e-3, 1, 25_000, 1e30})
  void theMedianIsRightToAThousandth(double size) {
    Random random = new Random(1);
    double[] numbers =
        IntStream.range(0, 1_001)
            .mapToDouble(_ -> (float) (size * Math.exp(random.nextGaussian())))
            .sorted()
            .toArray();
    NormHistogram histogram = new NormHistogram();
    for (double number : numbers) {
      histogram.add((float) number, 1);
    }
    assertThat(histogram.median()).isCloseTo(numbers[500], within(1e-3 * numbers[500]));
  }

  @Test
  void numbersCountAsOftenAsSaid() {
    NormHistogram histogram = new NormHistogram();
    histogram.add(1, 3);
    histogram.add(100, 5);
    histogram.add(7, 0);
    assertThat(histogram.median()).isCloseTo(100, within(0.1));
    histogram.add(1, 2);
    assertThat(histogram.median()).isCloseTo(1, within(1e-3));
  }

  @Test
  void ofNothingItIsZero() {
    assertThat(new NormHistogram().median()).isZero();
  }

  @Test
  void zeroAndInfinityStayInBounds() {
    NormHistogram histogram = new NormHistogram();
    histogram.add(0, 1);
    assertThat(histogram.median()).isBetween(0.0, 1e-30);
    histogram.add(Float.POSITIVE_INFINITY, 9);
    assertThat(histogram.median()).isGreaterThan(1e38).isFinite();
  }
}
