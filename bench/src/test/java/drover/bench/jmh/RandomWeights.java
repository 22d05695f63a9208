package drover.bench.jmh;

import drover.kernels.DType;
import drover.kernels.Device;
import drover.kernels.DeviceArray;
import drover.kernels.Q8;
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

  /** A weight {@code [rows, columns]} of numbers, in rows that repeat. */
  static Weight weight(Device device, Arena arena, DType type, int rows, int columns) {
    MemorySegment data = arena.allocate(rows * type.rowBytes(columns), 64);
    int different = Math.clamp(BLOCK / columns, 1, rows);
    Random random = new Random(1);
    float[] row = new float[columns];
    for (int r = 0; r < different; r++) {
      for (int c = 0; c < columns; c++) {
        row[c] = 0.02f * (float) random.nextGaussian();
      }
      encode(type, row, data, r * type.rowBytes(columns));
    }
    long block = different * type.rowBytes(columns);
    for (long at = block; at < data.byteSize(); at += block) {
      MemorySegment.copy(data, 0, data, at, Math.min(block, data.byteSize() - at));
    }
    return device.weight(type, data, rows, columns);
  }

  private static void encode(DType type, float[] row, MemorySegment data, long at) {
    if (type == DType.Q8_0) {
      Q8.encodeRow(row, data, at);
      return;
    }
    for (int c = 0; c < row.length; c++) {
      long place = at + (long) c * type.bytes();
      switch (type) {
        case F32 -> data.set(INT, place, Float.floatToIntBits(row[c]));
        case F16 -> data.set(SHORT, place, Float.floatToFloat16(row[c]));
        case BF16 -> data.set(SHORT, place, (short) (Float.floatToIntBits(row[c]) >>> 16));
        case Q8_0 -> throw new AssertionError("done above");
      }
    }
  }
}
