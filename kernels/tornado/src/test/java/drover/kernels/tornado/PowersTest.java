package drover.kernels.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import drover.kernels.DType;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** A number of 16 bits is its fraction, with the leading one, times a power of two. */
class PowersTest {
  private final float[] powers = Memory.powersOfTwo();

  @Test
  void everyBf16IsExact() {
    check(DType.BF16, Kernels.BF16_MANTISSA, bits -> Float.intBitsToFloat(bits << 16));
  }

  @Test
  void everyF16IsExact() {
    check(DType.F16, Kernels.F16_MANTISSA, bits -> Float.float16ToFloat((short) bits));
  }

  private void check(DType type, int shift, IntFunction<Float> expected) {
    int one = 1 << shift;
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = expected.apply(bits);
      if (!Float.isNaN(value)) {
        int leading = (bits & (Kernels.SIGN - one)) != 0 ? one : 0;
        float power = powers[Memory.powers(type) + (bits >> shift)];
        assertThat(((bits & (one - 1)) + leading) * power).isEqualTo(value);
      }
    }
  }
}
