package drover.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

/** All 65,536 values of the two short formats, and the exponential over its range. */
class NumberFormatsTest {
  private static final System.Logger LOGGER = System.getLogger(NumberFormatsTest.class.getName());
  private static final int VALUES = 1 << 16;

  @Test
  void everyHalfPrecisionValueIsReadAsJavaReadsIt() {
    short[] bits = allBits();
    float[] expected = new float[VALUES];
    for (int i = 0; i < VALUES; i++) {
      expected[i] = Float.float16ToFloat(bits[i]);
    }
    assertThat(byDecoding(DType.F16, bits)).containsExactly(expected);
    assertThat(byMultiplying(DType.F16, bits)).containsExactly(expected);
  }

  @Test
  void everyBf16ValueIsTheUpperHalfOfAFloat() {
    short[] bits = allBits();
    float[] expected = new float[VALUES];
    for (int i = 0; i < VALUES; i++) {
      expected[i] = Float.intBitsToFloat(bits[i] << 16);
    }
    assertThat(byDecoding(DType.BF16, bits)).containsExactly(expected);
    assertThat(byMultiplying(DType.BF16, bits)).containsExactly(expected);
    assertThat(byPacking(bits)).containsExactly(expected);
  }

  private static short[] allBits() {
    short[] bits = new short[VALUES];
    for (int i = 0; i < VALUES; i++) {
      bits[i] = (short) i;
    }
    return bits;
  }

  private static float[] byDecoding(DType type, short[] bits) {
    float[] values = new float[bits.length];
    new HostWeight(type, MemorySegment.ofArray(bits), 1, bits.length).decodeRow(0, values, 0);
    return values;
  }

  /** The first row of a panel, a vector of which is followed by the other rows' of a tile. */
  private static float[] byPacking(short[] bits) {
    int chunks = bits.length / Lanes.COUNT;
    Operands panel = new Operands((long) DotTile.PANEL * chunks);
    MemorySegment row = MemorySegment.ofArray(bits);
    Panels.packBf16(row, 0, bits.length, panel.segment(), panel.at(0, 1));
    float[] values = new float[bits.length];
    for (int i = 0; i < values.length; i++) {
      int vector = i / Lanes.COUNT * DotTile.COLUMNS;
      long element = (long) vector * Lanes.COUNT + i % Lanes.COUNT;
      values[i] =
          panel.segment().get(ValueLayout.JAVA_FLOAT, panel.at(0, 1) + Float.BYTES * element);
    }
    return values;
  }

  /** One times each value, which only takes the sign from a zero. */
  private static float[] byMultiplying(DType type, short[] bits) {
    try (Device device = WarmDevices.open("vector", 1)) {
      DeviceArray out = device.allocate(1, bits.length);
      DeviceArray one = Inputs.array(device, 1, 1, new float[] {1});
      device.linear(out, one, device.weight(type, MemorySegment.ofArray(bits), VALUES, 1), null);
      float[] values = Inputs.contents(device, out);
      values[VALUES / 2] = Math.copySign(values[VALUES / 2], -1f);
      return values;
    }
  }

  @Test
  void theExponentialIsRightToTheLastBitOrTwo() {
    double most = 0;
    for (float x = -87; x <= 88; x += 0.0005f) {
      double exact = Math.exp(x);
      float computed = exp(x);
      most = Math.max(most, Math.abs(computed - exact) / Math.ulp((float) exact));
    }
    LOGGER.log(Level.INFO, "exp: largest error {0} units in the last place", most);
    assertThat(most).isLessThan(1.5);
  }

  @Test
  void theExponentialOfTheExtremes() {
    assertThat(exp(0)).isEqualTo(1);
    assertThat(exp(-0f)).isEqualTo(1);
    assertThat(exp(Math.nextDown(-87f))).isZero();
    assertThat(exp(-1e30f)).isZero();
    assertThat(exp(Float.NEGATIVE_INFINITY)).isZero();
    assertThat(exp(Float.MIN_VALUE)).isEqualTo(1);
    assertThat(exp(Lanes.INFINITE_EXPONENT)).isInfinite();
    assertThat(exp(Float.NaN)).isNaN();
    for (int payload = 1; payload < 1 << 22; payload = 3 * payload + 1) {
      assertThat(exp(Float.intBitsToFloat(0x7fc00000 | payload))).isNaN();
      assertThat(exp(Float.intBitsToFloat(0xffc00000 | payload))).isNaN();
    }
  }

  private static float exp(float x) {
    return Lanes.exp(FloatVector.broadcast(Lanes.F, x)).lane(0);
  }
}
