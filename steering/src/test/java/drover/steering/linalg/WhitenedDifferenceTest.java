package drover.steering.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WhitenedDifferenceTest {

  /** The textbook's way: the covariance written out, shrunk, and inverted by elimination. */
  @ParameterizedTest
  @CsvSource({"1, 1, 3", "2, 3, 8", "5, 4, 30", "20, 20, 40", "20, 20, 39", "60, 50, 7", "9, 9, 1"})
  void itSolvesForTheShrunkCovariance(int positives, int negatives, int width) {
    Random random = new Random(positives + 100L * width);
    float[][] positive = rows(positives, width, 0.5, random);
    float[][] negative = rows(negatives, width, 0, random);
    expect(
        byElimination(positive, negative, Double.NaN),
        WhitenedDifference.ofLedoitWolf(positive, negative));
    expect(byElimination(positive, negative, 0.5), WhitenedDifference.of(positive, negative, 0.5));
  }

  private static void expect(double[] expected, float[] found) {
    double norm = Math.sqrt(Vectors.dot(expected, expected));
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo((float) (expected[i] / norm), within(1e-5f));
    }
  }

  @Test
  void shrunkToASphereItIsTheDifferenceOfTheMeans() {
    Random random = new Random(3);
    float[][] positive = rows(9, 20, 0.5, random);
    float[][] negative = rows(7, 20, 0, random);
    double[] difference = Vectors.mean(positive);
    Vectors.add(difference, -1, Vectors.mean(negative));
    expect(difference, WhitenedDifference.of(positive, negative, 1));
  }

  /**
   * Made with scikit-learn 1.9: {@code LedoitWolf(assume_centered=True)} of all rows, each less the
   * mean of its class, then {@code numpy.linalg.solve}.
   */
  @Test
  void theShrinkageIsScikitLearns() {
    float[][] positive = {{2, 1, 0}, {3, 3, 1}, {1, 0, -1}, {4, 2, 1}};
    float[][] negative = {{0, 1, 1}, {1, 3, 2}, {-1, 0, 0}, {0, 2, 3}};
    float[] found = WhitenedDifference.ofLedoitWolf(positive, negative);
    assertThat(found)
        .containsExactly(new float[] {0.83352f, -0.161338f, -0.528408f}, within(1e-6f));
  }

  @Test
  void aDirectionOfMuchNoiseCountsLess() {
    float[][] positive = new float[200][2];
    float[][] negative = new float[200][2];
    Random random = new Random(1);
    for (int r = 0; r < 200; r++) {
      positive[r] = new float[] {1 + (float) random.nextGaussian() * 10, 1 + gaussian(random)};
      negative[r] = new float[] {(float) random.nextGaussian() * 10, gaussian(random)};
    }
    float[] found = WhitenedDifference.ofLedoitWolf(positive, negative);
    assertThat(found[1]).isGreaterThan(0.99f);
  }

  @Test
  void whereClassesDoNotVaryItIsTheDifference() {
    float[] found =
        WhitenedDifference.of(new float[][] {{3, 4}, {3, 4}}, new float[][] {{0, 0}, {0, 0}}, 0.5);
    assertThat(found).containsExactly(new float[] {0.6f, 0.8f}, within(1e-6f));
  }

  @Test
  void equalMeansHaveNoDirection() {
    float[][] rows = {{1, 2, 3}, {4, 4, 1}};
    assertThat(WhitenedDifference.of(rows, rows, 0.5)).containsExactly(0, 0, 0);
  }

  /** One channel with 24,900 in every row, as an attention sink has it. */
  @Test
  void aChannelThatIsHugeAndConstantDoesNoHarm() {
    Random random = new Random(5);
    float[][] positive = rows(40, 60, 0.5, random);
    float[][] negative = rows(40, 60, 0, random);
    float[] expected = WhitenedDifference.ofLedoitWolf(positive, negative);
    for (float[][] rows : new float[][][] {positive, negative}) {
      for (float[] row : rows) {
        row[17] += 16_384;
      }
    }
    float[] found = WhitenedDifference.ofLedoitWolf(positive, negative);
    assertThat(Vectors.dot(found, expected)).isCloseTo(1, within(1e-3));
  }

  private static float gaussian(Random random) {
    return (float) random.nextGaussian() * 0.5f;
  }

  private static float[][] rows(int count, int width, double shift, Random random) {
    float[][] rows = new float[count][width];
    for (float[] row : rows) {
      double common = random.nextGaussian();
      for (int i = 0; i < width; i++) {
        row[i] = (float) (shift + common + random.nextGaussian() / (1 + i));
      }
    }
    return rows;
  }

  private static double[] byElimination(float[][] positive, float[][] negative, double share) {
    int p = positive[0].length;
    int n = positive.length + negative.length;
    double[][] x = new double[n][p];
    double[] difference = new double[p];
    for (int i = 0; i < p; i++) {
      double up = 0;
      double down = 0;
      for (float[] row : positive) {
        up += row[i] / (double) positive.length;
      }
      for (float[] row : negative) {
        down += row[i] / (double) negative.length;
      }
      difference[i] = up - down;
      for (int r = 0; r < n; r++) {
        x[r][i] =
            r < positive.length ? positive[r][i] - up : negative[r - positive.length][i] - down;
      }
    }
    return eliminate(shrunk(x, share), difference);
  }

  /** By Ledoit and Wolf's share where none is given. */
  private static double[][] shrunk(double[][] x, double share) {
    int n = x.length;
    int p = x[0].length;
    double[][] s = new double[p][p];
    for (double[] row : x) {
      addOuter(s, row, 1.0 / n);
    }
    double mean = 0;
    for (int i = 0; i < p; i++) {
      mean += s[i][i] / p;
    }
    double spread = 0;
    for (int i = 0; i < p; i++) {
      for (int j = 0; j < p; j++) {
        spread += Math.pow(s[i][j] - (i == j ? mean : 0), 2);
      }
    }
    double noise = 0;
    for (double[] row : x) {
      for (int i = 0; i < p; i++) {
        for (int j = 0; j < p; j++) {
          noise += Math.pow(row[i] * row[j] - s[i][j], 2) / ((double) n * n);
        }
      }
    }
    double ledoitWolf = spread <= 0 ? 1 : Math.clamp(noise / spread, 1e-6, 1);
    double k = Double.isNaN(share) ? ledoitWolf : share;
    for (int i = 0; i < p; i++) {
      for (int j = 0; j < p; j++) {
        s[i][j] = (1 - k) * s[i][j] + (i == j ? k * mean : 0);
      }
    }
    return s;
  }

  private static void addOuter(double[][] s, double[] row, double factor) {
    for (int i = 0; i < row.length; i++) {
      for (int j = 0; j < row.length; j++) {
        s[i][j] += factor * row[i] * row[j];
      }
    }
  }

  /** Gauss, with pivots. Where nothing varies there is nothing to invert. */
  private static double[] eliminate(double[][] a, double[] b) {
    int n = b.length;
    double[] x = b.clone();
    for (int k = 0; k < n; k++) {
      int pivot = k;
      for (int i = k; i < n; i++) {
        pivot = Math.abs(a[i][k]) > Math.abs(a[pivot][k]) ? i : pivot;
      }
      if (a[pivot][k] == 0) {
        return b;
      }
      double[] row = a[pivot];
      a[pivot] = a[k];
      a[k] = row;
      double value = x[pivot];
      x[pivot] = x[k];
      x[k] = value;
      for (int i = k + 1; i < n; i++) {
        double factor = a[i][k] / a[k][k];
        for (int j = k; j < n; j++) {
          a[i][j] -= factor * a[k][j];
        }
        x[i] -= factor * x[k];
      }
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int j = i + 1; j < n; j++) {
        x[i] -= a[i][j] * x[j];
      }
      x[i] /= a[i][i];
    }
    return x;
  }
}
