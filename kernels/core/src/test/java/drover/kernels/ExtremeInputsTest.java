package drover.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers at the ends of the range come out as the formulas say; NaN stays in its row. */
@ParameterizedClass(name = "{0}")
@ValueSource(strings = {"scalar", "vector"})
class ExtremeInputsTest {
  private static final float NAN = Float.NaN;
  private static final float INFINITY = Float.POSITIVE_INFINITY;

  @Parameter String name;
  private Device device;
  private final Inputs in = new Inputs(5);

  @BeforeEach
  void open() {
    device = WarmDevices.open(name, 2);
  }

  @AfterEach
  void close() {
    device.close();
  }

  @ParameterizedTest
  @EnumSource
  void oneNanSpoilsItsOwnRowOnly(DType type) {
    for (int rows : new int[] {3, 48}) {
      float[] x = in.normal(rows * 37);
      x[37 + 20] = NAN;
      DeviceArray out = device.allocate(rows, 41);
      Weight weight = in.weight(device, type, 41, 37, in.normal(41 * 37));
      device.linear(out, Inputs.array(device, rows, 37, x), weight, null);
      float[] results = Inputs.contents(device, out);
      for (int i = 0; i < results.length; i++) {
        assertThat(Float.isNaN(results[i])).as("element %d", i).isEqualTo(i / 41 == 1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "Q8_0")
  void infiniteWeightsMakeInfiniteResults(DType type) {
    for (int rows : new int[] {1, 48}) {
      float[] x = in.uniform(rows * 9, 0.5f, 1);
      float[] weights = in.normal(3 * 9);
      weights[4] = INFINITY;
      weights[9 + 8] = -INFINITY;
      weights[18] = INFINITY;
      weights[19] = -INFINITY;
      DeviceArray out = device.allocate(rows, 3);
      device.linear(
          out, Inputs.array(device, rows, 9, x), in.weight(device, type, 3, 9, weights), null);
      float[] results = Inputs.contents(device, out);
      for (int r = 0; r < rows; r++) {
        assertThat(Arrays.copyOfRange(results, 3 * r, 3 * r + 3))
            .containsExactly(INFINITY, -INFINITY, NAN);
      }
    }
  }

  @Test
  void halfPrecisionSubnormalsCount() {
    float smallest = Float.float16ToFloat((short) 1);
    for (int rows : new int[] {1, 48}) {
      float[] ones = new float[rows * 5];
      Arrays.fill(ones, 1);
      DeviceArray out = device.allocate(rows, 1);
      float[] weights = {smallest, -3 * smallest, 5 * smallest, 0, -0f};
      device.linear(
          out,
          Inputs.array(device, rows, 5, ones),
          in.weight(device, DType.F16, 1, 5, weights),
          null);
      assertThat(Inputs.contents(device, out)).containsOnly(3 * smallest);
    }
  }

  @Test
  void aGateFarBelowZeroClosesAndFarAboveOpens() {
    float[] gates = {-1e38f, -1e4f, -89, 0, 100, 1e4f, 1e38f, INFINITY, NAN};
    float[] ups = new float[gates.length];
    Arrays.fill(ups, 2);
    DeviceArray out = device.allocate(1, gates.length);
    device.swiglu(
        out,
        Inputs.array(device, 1, gates.length, gates),
        Inputs.array(device, 1, gates.length, ups));
    float[] results = Inputs.contents(device, out);
    assertThat(Arrays.copyOf(results, 2)).containsOnly(-0f);
    assertThat(results[2]).isBetween(-1e-35f, 0f);
    assertThat(Arrays.copyOfRange(results, 3, 9))
        .containsExactly(0, 200, 2e4f, 2e38f, INFINITY, NAN);
  }

  @Test
  void hugeScoresPickTheirSlot() {
    assertThat(attend(new float[] {1e18f, 0}, new float[] {1e18f, 0, -1e18f, 0, 1e17f, 0}))
        .containsExactly(1, 1);
    assertThat(attend(new float[] {-1e18f, 0}, new float[] {1e18f, 0, -1e18f, 0, 1e17f, 0}))
        .containsExactly(2, 2);
  }

  @Test
  void equalScoresAverage() {
    assertThat(attend(new float[] {0, 0}, new float[] {1, 2, 3, 4})).containsExactly(1.5f, 1.5f);
    assertThat(attend(new float[] {1e30f, 1}, new float[] {-1e3f, 2, -1e3f, 2}))
        .containsExactly(1.5f, 1.5f);
  }

  @Test
  void aScoreThatIsNotANumberShows() {
    assertThat(attend(new float[] {NAN, 0}, new float[] {1, 2, 3, 4})).containsOnly(NAN);
    assertThat(attend(new float[] {1, 0}, new float[] {1, 2, INFINITY, 4})).containsOnly(NAN);
  }

  /** One query over keys of two elements; the value of slot s is s + 1. */
  private float[] attend(float[] query, float[] keys) {
    int slots = keys.length / 2;
    float[] values = new float[keys.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 2 + 1;
    }
    try (KvCache cache = device.newKvCache(1, 1, 2)) {
      KvSegment segment = cache.newSegment(1);
      RowLayout all = new RowLayout(List.of(new RowLayout.Run(segment, 0, 0, slots, true)));
      device.store(
          Inputs.array(device, slots, 2, keys), Inputs.array(device, slots, 2, values), 0, all);
      segment.setEnd(slots);
      RowLayout one = new RowLayout(List.of(new RowLayout.Run(segment, slots, 0, 1, false)));
      DeviceArray out = device.allocate(1, 2);
      device.attention(out, Inputs.array(device, 1, 2, query), 0, one, 1);
      return Inputs.contents(device, out);
    }
  }

  @Test
  void theFirstOfEqualsIsTheLargestAndNanNeverIs() {
    float[][] rows = {
      {3, 3, 1, 3},
      {-1, 0, -0f, 0},
      {NAN, 1, 2, 2},
      {1, NAN, 0, 0.5f},
      {NAN, NAN, NAN, NAN},
      {-INFINITY, -INFINITY, -1e38f, NAN},
      {0, INFINITY, NAN, INFINITY}
    };
    DeviceArray x = Inputs.array(device, rows.length, 4, DeviceChecks.concat(rows));
    assertThat(device.argmax(x)).containsExactly(0, 1, 2, 0, 0, 2, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 16, 31, 47, 48, 49})
  void nanAnywhereElseChangesNothingAboutTheLargestOfALongRow(int largest) {
    float[] row = new float[50];
    Arrays.fill(row, NAN);
    row[largest] = -3;
    assertThat(device.argmax(Inputs.array(device, 1, 50, row))).containsExactly(largest);
    Arrays.fill(row, -INFINITY);
    row[largest] = -3;
    row[49] = row[49] == -3 ? -3 : NAN;
    assertThat(device.argmax(Inputs.array(device, 1, 50, row))).containsExactly(largest);
    Arrays.fill(row, NAN);
    assertThat(device.argmax(Inputs.array(device, 1, 50, row))).containsExactly(0);
    Arrays.fill(row, largest, 50, 2);
    assertThat(device.argmax(Inputs.array(device, 1, 50, row))).containsExactly(largest);
  }

  @Test
  void rowsWithScaleZeroKeepTheirBits() {
    int odd = 0x7fc12345;
    float[] values = {-0f, Float.intBitsToFloat(odd), INFINITY, Float.MIN_VALUE};
    DeviceArray x = Inputs.array(device, 1, 4, values);
    DeviceArray vector = Inputs.array(device, 1, 4, new float[] {1, INFINITY, NAN, 1});
    device.addScaled(x, vector, new float[] {-0f});
    float[] kept = Inputs.contents(device, x);
    for (int i = 0; i < kept.length; i++) {
      assertThat(Float.floatToRawIntBits(kept[i])).isEqualTo(Float.floatToRawIntBits(values[i]));
    }
  }

  @Test
  void aRowOfZerosIsNormalizedToZeros() {
    DeviceArray x = device.allocate(2, 40);
    DeviceArray out = device.allocate(2, 40);
    device.rmsNorm(out, x, in.weight(device, DType.F32, 1, 40, in.uniform(40, 1, 2)), 1e-6f);
    assertThat(Inputs.contents(device, out)).containsOnly(0f);
    assertThat(device.norms(x)).containsExactly(0, 0);
  }
}
