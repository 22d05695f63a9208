package drover.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/** A matrix in (mapped) memory, little-endian, in the type of its file. */
final class HostWeight implements Weight {
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfShort B16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int DECODED_AT_A_TIME = 1024;

  private final DType type;
  private final MemorySegment data;
  private final int rows;
  private final int columns;
  private volatile float[] vector;
  private volatile List<Rows> next;

  HostWeight(DType type, MemorySegment data, int rows, int columns) {
    Shapes.requireWeight(type, data.byteSize(), rows, columns);
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

  MemorySegment data() {
    return data;
  }

  /** The byte at which a row begins. */
  long rowOffset(int row) {
    return row * type.rowBytes(columns);
  }

  /** Writes one row as F32 to {@code into} from {@code offset} on. */
  void decodeRow(int row, float[] into, int offset) {
    decode(row, 0, columns, into, offset);
  }

  /** Writes {@code n} elements of a row from a column on as F32. */
  void decode(int row, int column, int n, float[] into, int offset) {
    long at = rowOffset(row) + (long) column * type.bytes();
    switch (type) {
      case F32 -> MemorySegment.copy(data, F32, at, into, offset, n);
      case F16 -> decodeF16(data, at, n, into, offset);
      case BF16 -> decodeBf16(data, at, n, into, offset);
      case Q8_0 -> Q8.decode(data, rowOffset(row), columns, column, n, into, offset);
    }
  }

  /** As {@link #decode}; by way of an array, which costs less than a segment in cold code. */
  private static void decodeBf16(MemorySegment data, long at, int n, float[] into, int offset) {
    short[] bits = new short[Math.min(n, DECODED_AT_A_TIME)];
    for (int done = 0; done < n; done += bits.length) {
      int count = Math.min(bits.length, n - done);
      MemorySegment.copy(data, B16, at + 2L * done, bits, 0, count);
      for (int i = 0; i < count; i++) {
        into[offset + done + i] = Float.intBitsToFloat(bits[i] << 16);
      }
    }
  }

  /** As {@link #decode}. The JVM has machine instructions for this loop, several at a time. */
  static void decodeF16(MemorySegment data, long at, int n, float[] into, int offset) {
    for (int i = 0; i < n; i++) {
      into[offset + i] = Float.float16ToFloat(data.get(B16, at + 2L * i));
    }
  }

  /**
   * Rows of a weight.
   *
   * @param first the first of them
   * @param end the one behind the last
   */
  record Rows(HostWeight weight, int first, int end) {}

  /** The items of work that followed the products with this weight the last time; null at first. */
  List<Rows> next() {
    return next;
  }

  void setNext(List<Rows> next) {
    this.next = next;
  }

  /** Row 0 as F32, for gains and biases: decoded once and kept. Not to be changed. */
  float[] vector() {
    float[] known = vector;
    if (known == null) {
      known = new float[columns];
      decodeRow(0, known, 0);
      vector = known;
    }
    return known;
  }
}
