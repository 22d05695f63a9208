package drover.steering.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrincipalComponentTest {

  /** The scatter matrix by its definition. */
  private record Rows(float[][] x) implements Scatter {
    @Override
    public int rows() {
      return x.length;
    }

    @Override
    public int width() {
      return x[0].length;
    }

    @Override
    public double trace() {
      return Arrays.stream(x).mapToDouble(row -> Vectors.dot(row, row)).sum();
    }

    @Override
    public double[] times(double[] v) {
      double[] product = new double[v.length];
      for (float[] row : x) {
        double along = 0;
        for (int i = 0; i < v.length; i++) {
          along += row[i] * v[i];
        }
        for (int i = 0; i < v.length; i++) {
          product[i] += along * row[i];
        }
      }
      return product;
    }
  }

  /** Rows along three orthogonal axes: the covariance has 16 + 16, 9 + 9 and 1 as eigenvalues. */
  @Test
  void aKnownCovarianceHasItsFirstAxisAndShares() {
    float s = (float) Math.sqrt(0.5);
    float[][] rows = {
      {4 * s, 4 * s, 0, 0},
      {-4 * s, -4 * s, 0, 0},
      {3 * s, -3 * s, 0, 0},
      {-3 * s, 3 * s, 0, 0},
      {0, 0, 1, 0}
    };
    PrincipalComponent found = PrincipalComponent.of(new Rows(rows));
    assertThat(Math.abs(found.direction()[0])).isCloseTo(s, within(1e-6f));
    assertThat(found.direction()[1]).isCloseTo(found.direction()[0], within(1e-6f));
    assertThat(found.direction()[2]).isCloseTo(0, within(1e-6f));
    assertThat(found.explainedVariance()).isCloseTo(32.0 / 51, within(1e-6));
    assertThat(found.secondToFirst()).isCloseTo(18.0 / 32, within(1e-6));
  }

  @Test
  void itIsTheDirectionOfLargestVariance() {
    Random random = new Random(1);
    for (int[] shape : new int[][] {{1, 5}, {2, 1}, {7, 100}, {100, 7}, {300, 200}}) {
      float[][] rows = new float[shape[0]][shape[1]];
      for (float[] row : rows) {
        for (int i = 0; i < row.length; i++) {
          row[i] = (float) (random.nextGaussian() / (1 + i));
        }
      }
      PrincipalComponent found = PrincipalComponent.of(new Rows(rows));
      double[] expected = byPowers(rows);
      double cosine = 0;
      for (int i = 0; i < expected.length; i++) {
        cosine += expected[i] * found.direction()[i];
      }
      assertThat(Math.abs(cosine))
          .as("%d rows of %d", shape[0], shape[1])
          .isCloseTo(1, within(1e-5));
      assertThat(found.explainedVariance()).isBetween(1.0 / shape[1] - 1e-9, 1 + 1e-9);
    }
  }

  @Test
  void rowsOfZerosHaveNoDirection() {
    PrincipalComponent found = PrincipalComponent.of(new Rows(new float[4][3]));
    assertThat(found.direction()).containsExactly(0, 0, 0);
    assertThat(found.explainedVariance()).isZero();
  }

  /** The power method: slow, and nothing like Lanczos. */
  private static double[] byPowers(float[][] rows) {
    double[] v = new double[rows[0].length];
    Arrays.fill(v, 1);
    for (int step = 0; step < 3000; step++) {
      double[] next = new Rows(rows).times(v);
      double squares = 0;
      for (double x : next) {
        squares += x * x;
      }
      for (int i = 0; i < v.length; i++) {
        v[i] = next[i] / Math.sqrt(squares);
      }
    }
    return v;
  }
}
