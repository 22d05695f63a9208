package drover.bench.jmh;

import drover.kernels.DType;
import drover.kernels.Device;
import drover.kernels.DeviceArray;
import drover.kernels.Weight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Random;

/** Arrays and weights of small random numbers. */
final class RandomWeights {
  private static final int BLOCK = 1 << 20;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private RandomWeights() {}

  static DeviceArray array(Device device, int rows, int width) {
    DeviceArray array = device.allocate(rows, width);
    device.write(array, 0, rows, floats(rows * width), 0);
    return array;
  }

  static float[] floats(int count) {
    Random random = new Random(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** A weight {@code [rows, columns]} of numbers that repeat after a million. */
  static Weight weight(Device device, Arena arena, DType type, int rows, int columns) {
    long bytes = (long) rows * columns * type.bytes();
    MemorySegment data = arena.allocate(bytes, 64);
    long block = Math.min(bytes, (long) BLOCK * type.bytes());
    Random random = new Random(1);
    for (long at = 0; at < block; at += type.bytes()) {
      float value = 0.02f * (float) random.nextGaussian();
      switch (type) {
        case F32 -> data.set(INT, at, Float.floatToIntBits(value));
        case F16 -> data.set(SHORT, at, Float.floatToFloat16(value));
        case BF16 -> data.set(SHORT, at, (short) (Float.floatToIntBits(value) >>> 16));
      }
    }
    for (long at = block; at < bytes; at += block) {
      MemorySegment.copy(data, 0, data, at, Math.min(block, bytes - at));
    }
    return device.weight(type, data, rows, columns);
  }
}
