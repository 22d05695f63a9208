package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import drover.kernels.Device;
import drover.kernels.Devices;
import drover.steering.linalg.PrincipalComponent;
import drover.steering.linalg.Vectors;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowScatterTest {
  private final Device device = Devices.open("scalar", 1);

  @ParameterizedTest
  @ValueSource(floats = {Float.MIN_VALUE, 1e-18f, 1, 1e18f, 1e38f})
  void neitherTinyNorHugeRowsAreLost(float size) {
    float[][] rows = {{3 * size, 0}, {0, size}, {0, size}};
    try (RowScatter scatter = new RowScatter(device, rows)) {
      PrincipalComponent found = PrincipalComponent.of(scatter);
      assertThat(Math.abs(found.direction()[0])).isCloseTo(1, within(1e-6f));
      assertThat(found.explainedVariance()).isCloseTo(9.0 / 11, within(1e-6));
    }
  }

  @Test
  void rowsThatNeedSeveralArraysAreSummedOverAllOfThem() {
    Random random = new Random(1);
    float[][] rows = new float[2200][2000];
    double[] expected = new double[2000];
    double trace = 0;
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = random.nextFloat(-1, 1);
      }
      row[7] = 1;
      trace += Vectors.dot(row, row);
      for (int i = 0; i < row.length; i++) {
        expected[i] += row[7] * row[i];
      }
    }
    double[] seventh = new double[2000];
    seventh[7] = 1;
    try (RowScatter scatter = new RowScatter(device, rows)) {
      assertThat(scatter.times(seventh)).containsExactly(expected, within(1e-9));
      assertThat(scatter.trace()).isCloseTo(trace, within(1e-6));
    }
  }

  @Test
  void rowsOfZerosAreZeros() {
    try (RowScatter scatter = new RowScatter(device, new float[2][3])) {
      assertThat(scatter.trace()).isZero();
      assertThat(scatter.times(new double[] {1, 2, 3})).containsExactly(0, 0, 0);
    }
  }
}
