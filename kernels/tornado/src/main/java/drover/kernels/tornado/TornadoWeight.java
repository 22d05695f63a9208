package drover.kernels.tornado;

import drover.kernels.DType;
import drover.kernels.Q8;
import drover.kernels.Weight;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** A matrix of a model's file, which goes to the device when it is first used there. */
final class TornadoWeight implements Weight {
  private static final ValueLayout.OfShort B16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final DType type;
  private final MemorySegment data;
  private final int rows;
  private final int columns;
  private Ranges.Range range;
  private TornadoArray vector;

  TornadoWeight(DType type, MemorySegment data, int rows, int columns) {
    this.type = type;
    this.data = data;
    this.rows = rows;
    this.columns = columns;
  }

  @Override
  public DType type() {
    return type;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  /** The first row in F32. */
  float[] decode() {
    float[] values = new float[columns];
    decode(0, columns, MemorySegment.ofArray(values));
    return values;
  }

  /** Writes {@code count} elements from {@code first} on as F32. */
  void decode(int first, int count, MemorySegment to) {
    if (type == DType.Q8_0) {
      decodeQ8(first, count, to);
      return;
    }
    for (int i = 0; i < count; i++) {
      long at = (long) first + i;
      float value =
          switch (type) {
            case F32 -> data.get(F32, 4 * at);
            case F16 -> Float.float16ToFloat(data.get(B16, 2 * at));
            case BF16 -> Float.intBitsToFloat(data.get(B16, 2 * at) << 16);
            case Q8_0 -> throw new AssertionError(type);
          };
      to.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, value);
    }
  }

  private void decodeQ8(int first, int count, MemorySegment to) {
    float[] values = new float[columns];
    for (int done = 0; done < count; ) {
      int row = (first + done) / columns;
      int column = (first + done) % columns;
      int n = Math.min(count - done, columns - column);
      Q8.decode(data, row * type.rowBytes(columns), columns, column, n, values, 0);
      MemorySegment.copy(values, 0, to, ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * done, n);
      done += n;
    }
  }

  /** Writes {@code count} elements of 16 bits from {@code first} on as they are. */
  void copy(int first, int count, MemorySegment to) {
    MemorySegment.copy(data, B16, 2L * first, to, ValueLayout.JAVA_SHORT, 0, count);
  }

  MemorySegment data() {
    return data;
  }

  /** Where it begins among the weights of its kind; null before it is there. */
  Ranges.Range range() {
    return range;
  }

  void place(Ranges.Range where) {
    range = where;
  }

  /** The same in F32 among the activations, for gains and biases; null before it is there. */
  TornadoArray vector() {
    return vector;
  }

  void setVector(TornadoArray decoded) {
    vector = decoded;
  }
}
