package drover.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Q8_0 makes of numbers, and that all ways to read it agree to the bit. */
class Q8Test {

  @Test
  void aRowIsItsScalesAndThenItsIntegersInWholeBlocks() {
    float[] row = new float[34];
    row[0] = 127;
    row[1] = -1;
    row[2] = 63.5f;
    row[32] = -254;
    row[33] = 2;
    byte[] bytes = bytes(row);
    assertThat(bytes).hasSize(2 * 32 + 2 * 2);
    // 1 and 2 in F16.
    assertThat(Arrays.copyOf(bytes, 4)).containsExactly(0, 0x3c, 0, 0x40);
    assertThat(Arrays.copyOfRange(bytes, 4, 8)).containsExactly(127, -1, 64, 0);
    assertThat(Arrays.copyOfRange(bytes, 36, 40)).containsExactly(-127, 1, 0, 0);
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void noNumberIsOffByMoreThanHalfAScale(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 100) int columns,
      @ForAll @IntRange(min = -24, max = 20) int exponent) {
    float[] row = new Inputs(seed).normal(columns);
    for (int i = 0; i < columns; i++) {
      row[i] = Math.scalb(row[i], exponent);
    }
    byte[] bytes = bytes(row);
    float[] values = decode(bytes, columns, 0, columns);
    for (int i = 0; i < columns; i++) {
      float scale = Q8.scale(MemorySegment.ofArray(bytes), 0, i / Q8.BLOCK);
      assertThat(values[i]).isCloseTo(row[i], within(0.50001f * scale));
    }
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void theValuesDoNotDependOnHowTheyAreRead(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int columns) {
    Inputs in = new Inputs(seed);
    byte[] bytes = bytes(in.normal(columns));
    float[] all = decode(bytes, columns, 0, columns);
    int column = in.between(0, columns - 1);
    int n = in.between(0, columns - column);
    assertThat(decode(bytes, columns, column, n))
        .isEqualTo(Arrays.copyOfRange(all, column, column + n));
    int block = column / Q8.BLOCK * Q8.BLOCK;
    float[] byVectors = new float[columns - block + Lanes.COUNT];
    Lanes.decodeQ8(MemorySegment.ofArray(bytes), 0, columns, block, columns - block, byVectors, 0);
    assertThat(Arrays.copyOf(byVectors, columns - block))
        .isEqualTo(Arrays.copyOfRange(all, block, columns));
  }

  @Test
  void everyIntegerIsReadByTheKernelsAsByThePlainLoops() {
    int rows = 255;
    byte[] bytes = new byte[rows * 34];
    for (int r = 0; r < rows; r++) {
      bytes[34 * r + 1] = 0x3c; // The scale 1.
      bytes[34 * r + 2] = (byte) (r - 127);
    }
    Weight weight = new HostWeight(DType.Q8_0, MemorySegment.ofArray(bytes), rows, 1);
    try (Device device = WarmDevices.open("vector", 1)) {
      DeviceArray out = device.allocate(1, rows);
      device.linear(out, Inputs.array(device, 1, 1, new float[] {1}), weight, null);
      float[] products = Inputs.contents(device, out);
      for (int r = 0; r < rows; r++) {
        assertThat(products[r]).isEqualTo(r - 127);
      }
    }
  }

  @Test
  void zerosStayZeros() {
    assertThat(decode(bytes(new float[40]), 40, 0, 40)).containsOnly(0);
  }

  @Test
  void theLargestNumberThatFits() {
    float most = 127 * 65504f;
    assertThat(decode(bytes(most), 1, 0, 1)).containsExactly(most);
    assertThat(decode(bytes(-most), 1, 0, 1)).containsExactly(-most);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e7f, -1e30f})
  void whatDoesNotFitIsToldApart(float value) {
    float[] row = new float[70];
    row[68] = value;
    MemorySegment into = MemorySegment.ofArray(new byte[3 * 34]);
    assertThat(Q8.encodeRow(row, into, 0)).isFalse();
  }

  private static byte[] bytes(float... row) {
    byte[] bytes = new byte[(int) DType.Q8_0.rowBytes(row.length)];
    assertThat(Q8.encodeRow(row, MemorySegment.ofArray(bytes), 0)).isTrue();
    return bytes;
  }

  private static float[] decode(byte[] bytes, int columns, int column, int n) {
    float[] values = new float[n];
    new HostWeight(DType.Q8_0, MemorySegment.ofArray(bytes), 1, columns)
        .decode(0, column, n, values, 0);
    return values;
  }
}
