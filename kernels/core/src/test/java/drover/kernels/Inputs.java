package drover.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
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

  /** The values as a file holds them, at an address that is a multiple of nothing. */
  MemorySegment encode(DType type, float... values) {
    long offset = random.nextInt(4);
    long bytes = (long) values.length * type.bytes();
    MemorySegment data = Arena.ofAuto().allocate(offset + bytes).asSlice(offset, bytes);
    for (int i = 0; i < values.length; i++) {
      switch (type) {
        case F32 -> data.set(F32, 4L * i, values[i]);
        case F16 -> data.set(B16, 2L * i, Float.floatToFloat16(values[i]));
        case BF16 -> data.set(B16, 2L * i, (short) (Float.floatToRawIntBits(values[i]) >>> 16));
      }
    }
    return data;
  }

  /** What is left of a value once it is stored. */
  static float stored(DType type, float value) {
    return switch (type) {
      case F32 -> value;
      case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
      case BF16 -> Float.intBitsToFloat(Float.floatToRawIntBits(value) & 0xffff0000);
    };
  }

  static float[] stored(DType type, float[] values) {
    float[] stored = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      stored[i] = stored(type, values[i]);
    }
    return stored;
  }

  Weight weight(Device device, DType type, int rows, int columns, float[] values) {
    return device.weight(type, encode(type, values), rows, columns);
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
