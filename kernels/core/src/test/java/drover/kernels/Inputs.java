package drover.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Random inputs from a seed, the same for every device. */
final class Inputs {
  private static final ValueLayout.OfShort B16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final List<DType> TYPES = List.of(DType.values());

  private final Random random;

  Inputs(long seed) {
    this.random = new Random(seed);
  }

  /** From {@code low} to {@code high}, both included. */
  int between(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }

  DType dtype() {
    return TYPES.get(random.nextInt(TYPES.size()));
  }

  /** Normally distributed with mean 0 and variance 1. */
  float[] normal(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Evenly distributed. */
  float[] uniform(int n, float low, float high) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = low + (high - low) * random.nextFloat();
    }
    return values;
  }

  int[] indices(int n, int bound) {
    return random.ints(n, 0, bound).toArray();
  }

  /** The matrix as a file holds it, at an address that is a multiple of nothing. */
  MemorySegment encode(DType type, int columns, float... values) {
    long offset = random.nextInt(4);
    long bytes = values.length / columns * type.rowBytes(columns);
    MemorySegment data = Arena.ofAuto().allocate(offset + bytes).asSlice(offset, bytes);
    for (int row = 0; row < values.length / columns; row++) {
      encode(
          type,
          Arrays.copyOfRange(values, row * columns, (row + 1) * columns),
          data.asSlice(row * type.rowBytes(columns)));
    }
    return data;
  }

  private static void encode(DType type, float[] row, MemorySegment data) {
    if (type == DType.Q8_0) {
      assertThat(Q8.encodeRow(row, data, 0)).isTrue();
      return;
    }
    for (int i = 0; i < row.length; i++) {
      switch (type) {
        case F32 -> data.set(F32, 4L * i, row[i]);
        case F16 -> data.set(B16, 2L * i, Float.floatToFloat16(row[i]));
        case BF16 -> data.set(B16, 2L * i, (short) (Float.floatToRawIntBits(row[i]) >>> 16));
        case Q8_0 -> throw new AssertionError(type);
      }
    }
  }

  /** What is left of a matrix once it is stored. */
  static float[] stored(DType type, int columns, float[] values) {
    float[] stored = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      float value = values[i];
      stored[i] =
          switch (type) {
            case F32 -> value;
            case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
            case BF16 -> Float.intBitsToFloat(Float.floatToRawIntBits(value) & 0xffff0000);
            case Q8_0 -> {
              int row = i / columns * columns;
              int first = row + (i - row) / 32 * 32;
              float[] block =
                  Arrays.copyOfRange(values, first, Math.min(first + 32, row + columns));
              yield storedQ8(block, value);
            }
          };
    }
    return stored;
  }

  private static float storedQ8(float[] block, float value) {
    float largest = 0;
    for (float v : block) {
      largest = Math.max(largest, Math.abs(v));
    }
    float scale = Float.float16ToFloat(Float.floatToFloat16(largest / 127));
    return Math.round(value / scale) * scale;
  }

  Weight weight(Device device, DType type, int rows, int columns, float[] values) {
    return device.weight(type, encode(type, columns, values), rows, columns);
  }

  static DeviceArray array(Device device, int rows, int width, float[] values) {
    DeviceArray array = device.allocate(rows, width);
    device.write(array, 0, rows, values, 0);
    return array;
  }

  static float[] contents(Device device, DeviceArray array) {
    float[] values = new float[array.rows() * array.width()];
    device.read(array, 0, array.rows(), values, 0);
    return values;
  }
}
