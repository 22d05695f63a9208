package drover.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The reference against cases computed by hand, and against the formulas in double precision. */
class ScalarDeviceTest {
  private final Device device = Devices.open("scalar", 1);
  private final Inputs in = new Inputs(1);

  private DeviceArray array(int rows, float... values) {
    return Inputs.array(device, rows, values.length / rows, values);
  }

  private Weight weight(int rows, float... values) {
    return in.weight(device, DType.F32, rows, values.length / rows, values);
  }

  private float[] contents(DeviceArray x) {
    return Inputs.contents(device, x);
  }

  @Test
  void newArraysAreZeros() {
    assertThat(contents(device.allocate(2, 3))).containsExactly(0, 0, 0, 0, 0, 0);
  }

  @Test
  void embedLooksRowsUp() {
    DeviceArray out = device.allocate(3, 2);
    device.embed(out, weight(3, 1, 2, 3, 4, 5, 6), new int[] {2, 0, 2});
    assertThat(contents(out)).containsExactly(5, 6, 1, 2, 5, 6);
  }

  @Test
  void rmsNormDividesByTheRootOfTheMeanSquare() {
    DeviceArray out = device.allocate(2, 2);
    device.rmsNorm(out, array(2, 3, 4, 1, 7), weight(1, 10, -20), 0);
    float[] expected = {(float) (30 / Math.sqrt(12.5)), (float) (-80 / Math.sqrt(12.5)), 2, -28};
    assertThat(contents(out)).containsExactly(expected, within(1e-5f));
  }

  @Test
  void rmsNormAddsEpsilonToTheMeanSquare() {
    DeviceArray out = device.allocate(1, 2);
    device.rmsNorm(out, array(1, 1, -1), weight(1, 6, 6), 3);
    assertThat(contents(out)).containsExactly(3, -3);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "Q8_0") // which holds hardly any number exactly
  void linearMultipliesByTheTransposeAndAddsTheBias(DType type) {
    DeviceArray out = device.allocate(2, 3);
    device.linear(
        out,
        array(2, 1, 2, 3, 4),
        in.weight(device, type, 3, 2, new float[] {1, 0, 0, 1, 10, 100}),
        in.weight(device, type, 1, 3, new float[] {0.5f, 0, -1}));
    assertThat(contents(out)).containsExactly(1.5f, 2, 209, 3.5f, 4, 429);
  }

  @ParameterizedTest
  @EnumSource
  void linearAgreesWithDoublePrecision(DType type) {
    int rows = 5;
    int inputs = 576;
    int outputs = 31;
    float[] x = in.normal(rows * inputs);
    float[] weights = in.normal(outputs * inputs);
    float[] stored = Inputs.stored(type, inputs, weights);
    DeviceArray out = device.allocate(rows, outputs);
    device.linear(out, array(rows, x), in.weight(device, type, outputs, inputs, weights), null);
    float[] results = contents(out);
    for (int r = 0; r < rows; r++) {
      for (int n = 0; n < outputs; n++) {
        double sum = 0;
        for (int i = 0; i < inputs; i++) {
          sum += (double) x[r * inputs + i] * stored[n * inputs + i];
        }
        assertThat((double) results[r * outputs + n]).isCloseTo(sum, within(1e-4));
      }
    }
  }

  @Test
  void rotationsAreCosinesThenSinesOfTheRoundedAngle() {
    DeviceArray out = device.allocate(2, 4);
    float f = 0.1f;
    device.rotations(out, new int[] {0, 100_003}, new float[] {1, f});
    float angle = 100_003 * f;
    float[] expected = {
      1,
      1,
      0,
      0,
      (float) Math.cos(100_003),
      (float) Math.cos(angle),
      (float) Math.sin(100_003),
      (float) Math.sin(angle)
    };
    assertThat(contents(out)).containsExactly(expected);
  }

  @Test
  void ropeTurnsEachHeadsHalvesAgainstEachOther() {
    // A quarter turn of the first pair, a half turn of the second; two heads.
    DeviceArray x = array(1, 1, 2, 3, 4, 5, 6, 7, 8);
    device.rope(x, array(1, 0, -1, 1, 0), 4);
    assertThat(contents(x)).containsExactly(-3, -2, 1, -4, -7, -6, 5, -8);
  }

  @Test
  void ropeKeepsTheAngleBetweenPositionsThatAreAsFarApart() {
    float[] q = in.normal(8);
    float[] k = in.normal(8);
    assertThat(rotatedDot(q, 17, k, 5)).isCloseTo(rotatedDot(q, 112, k, 100), within(1e-4f));
  }

  private float rotatedDot(float[] q, int qPosition, float[] k, int kPosition) {
    float[] frequencies = {1, 0.1f, 0.01f, 0.001f};
    DeviceArray both = array(2, DeviceChecks.concat(q, k));
    DeviceArray rotations = device.allocate(2, 8);
    device.rotations(rotations, new int[] {qPosition, kPosition}, frequencies);
    device.rope(both, rotations, 8);
    float[] rotated = contents(both);
    float sum = 0;
    for (int i = 0; i < 8; i++) {
      sum += rotated[i] * rotated[8 + i];
    }
    return sum;
  }

  @Test
  void attentionWeighsValuesByTheSoftmaxOfScaledScores() {
    try (KvCache cache = device.newKvCache(2, 1, 1)) {
      KvSegment segment = cache.newSegment(1);
      RowLayout layout = new RowLayout(List.of(new RowLayout.Run(segment, 0, 0, 2, true)));
      // Scores of row 1 are 2 * ln(3) / 2 and 0: weights 3/4 and 1/4.
      device.store(array(2, (float) Math.log(3), 0), array(2, 8, 16), 1, layout);
      DeviceArray out = device.allocate(2, 1);
      device.attention(out, array(2, 5, 2), 1, layout, 0.5f);
      assertThat(contents(out)).containsExactly(new float[] {8, 10}, within(1e-5f));
    }
  }

  @Test
  void queryHeadsShareTheKeyHeadOfTheirGroup() {
    try (KvCache cache = device.newKvCache(1, 2, 1)) {
      KvSegment segment = cache.newSegment(1);
      RowLayout layout = new RowLayout(List.of(new RowLayout.Run(segment, 0, 0, 1, true)));
      device.store(array(1, 1, 1), array(1, 30, 40), 0, layout);
      DeviceArray out = device.allocate(1, 6);
      device.attention(out, array(1, 1, 2, 3, 4, 5, 6), 0, layout, 1);
      assertThat(contents(out)).containsExactly(30, 30, 30, 40, 40, 40);
    }
  }

  @Test
  void rowsThatOnlyLookSeeThePastAndNotThemselves() {
    try (KvCache cache = device.newKvCache(1, 1, 1)) {
      KvSegment segment = cache.newSegment(1);
      device.store(
          array(1, 0),
          array(1, 7),
          0,
          new RowLayout(List.of(new RowLayout.Run(segment, 0, 0, 1, true))));
      segment.setEnd(1);
      RowLayout looking = new RowLayout(List.of(new RowLayout.Run(segment, 1, 1, 2, false)));
      device.store(array(2, 0, 0), array(2, 100, 100), 0, looking);
      DeviceArray out = device.allocate(2, 1);
      device.attention(out, array(2, 1, 1), 0, looking, 1);
      assertThat(contents(out)).containsExactly(7, 7);
    }
  }

  @Test
  void swigluIsTheGateTimesItsSigmoidTimesUp() {
    DeviceArray out = device.allocate(1, 3);
    device.swiglu(out, array(1, 0, 2, -3), array(1, 9, 3, 0.5f));
    float[] expected = {0, (float) (6 / (1 + Math.exp(-2))), (float) (-1.5 / (1 + Math.exp(3)))};
    assertThat(contents(out)).containsExactly(expected, within(1e-6f));
  }

  @Test
  void sumsMeansAndCopies() {
    DeviceArray x = array(3, 1, 2, 3, 4, 5, 12);
    device.add(x, array(3, 10, 10, 10, 10, 10, 10));
    assertThat(contents(x)).containsExactly(11, 12, 13, 14, 15, 22);
    DeviceArray vector = array(1, 1, -1);
    device.addScaled(x, vector, new float[] {1, 0, -2});
    assertThat(contents(x)).containsExactly(12, 11, 13, 14, 13, 24);
    assertThat(device.dot(x, vector)).containsExactly(1, -1, -11);
    assertThat(device.norms(array(2, 3, 4, 5, -12))).containsExactly(5, 13);
    assertThat(device.scatterTimes(array(2, 1, 2, 3, 4), new double[] {1, -1}))
        .containsExactly(-1 - 3, -2 - 4);
    DeviceArray means = device.allocate(2, 2);
    device.means(means, x, new int[] {0, 1, 3});
    assertThat(contents(means)).containsExactly(12, 11, 13, 19);
    DeviceArray rows = device.allocate(3, 2);
    device.gather(rows, x, new int[] {2, 2, 0});
    assertThat(contents(rows)).containsExactly(13, 24, 13, 24, 12, 11);
    assertThat(device.argmax(x)).containsExactly(0, 1, 1);
    device.scaleRows(x, new float[] {2, 1, -0.5f});
    assertThat(contents(x)).containsExactly(24, 22, 13, 14, -6.5f, -12);
  }
}
