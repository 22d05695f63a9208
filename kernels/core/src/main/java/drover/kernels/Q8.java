package drover.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Rows of {@link DType#Q8_0}: blocks of {@link #BLOCK} elements along the row, each element an
 * integer from -127 to 127 and each block with one scale in F16, as llama.cpp's type of that name.
 * An element's value is {@code integer * scale}, rounded to F32.
 *
 * <p>A row is all its scales, little-endian, and then all its integers, zeros up to a whole block
 * behind them. So whoever multiplies by a row reads it once from its first byte to its last, as
 * CPUs fetch ahead, and turns many scales into F32 at a time. Scales are finite and not negative.
 */
public final class Q8 {
  /** Elements that share a scale. */
  public static final int BLOCK = 32;

  private static final int LARGEST = 127;
  private static final ValueLayout.OfShort B16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Q8() {}

  /** Blocks of a row. */
  static int blocks(int columns) {
    return (columns + BLOCK - 1) / BLOCK;
  }

  /** From a row's first byte, where its scales are, to its first integer. */
  static long integersAt(int columns) {
    return (long) blocks(columns) * Short.BYTES;
  }

  static long rowBytes(int columns) {
    return (long) blocks(columns) * (BLOCK + Short.BYTES);
  }

  /**
   * Writes one row. A block's scale is the largest magnitude / 127, rounded to F16, and its
   * integers are {@code value / scale}, rounded to the nearest (ties away from zero): no value is
   * off by more than half a scale.
   *
   * @param row the values
   * @param into {@code rowBytes} bytes from {@code at} on
   * @return whether Q8_0 can hold the row: every value is finite and below 127 * 65520
   */
  public static boolean encodeRow(float[] row, MemorySegment into, long at) {
    long integers = at + integersAt(row.length);
    for (int b = 0; b < blocks(row.length); b++) {
      int first = b * BLOCK;
      int last = Math.min(first + BLOCK, row.length);
      float largest = largest(row, first, last);
      short scale = Float.floatToFloat16(largest / LARGEST);
      // Among the subnormal numbers of F16, the nearest may be far too small.
      if (largest > (LARGEST + 0.5f) * Float.float16ToFloat(scale)) {
        scale++;
      }
      float d = Float.float16ToFloat(scale);
      if (!Float.isFinite(d)) {
        return false;
      }
      for (int i = first; i < first + BLOCK; i++) {
        into.set(ValueLayout.JAVA_BYTE, integers + i, i < last ? round(row[i], d) : 0);
      }
      into.set(B16, at + (long) b * Short.BYTES, scale);
    }
    return true;
  }

  /** NaN if one of them is. */
  private static float largest(float[] row, int first, int last) {
    float largest = 0;
    for (int i = first; i < last; i++) {
      largest = Math.max(largest, Math.abs(row[i]));
    }
    return largest;
  }

  private static byte round(float value, float scale) {
    // A scale of 0 has zeros only, and 0 / 0 becomes 0.
    float quotient = value / scale;
    int nearest = (int) (quotient + Math.copySign(0.5f, quotient));
    return (byte) Math.clamp(nearest, -LARGEST, LARGEST);
  }

  /**
   * Writes the elements {@code [column, column + n)} of the row that starts at byte {@code row}.
   *
   * @param columns elements of the whole row
   * @param into written from {@code offset} on
   */
  public static void decode(
      MemorySegment data, long row, int columns, int column, int n, float[] into, int offset) {
    long integers = row + integersAt(columns);
    int done = 0;
    while (done < n) {
      int at = column + done;
      int count = Math.min(n - done, BLOCK - at % BLOCK);
      float scale = scale(data, row, at / BLOCK);
      for (int i = 0; i < count; i++) {
        into[offset + done + i] = data.get(ValueLayout.JAVA_BYTE, integers + at + i) * scale;
      }
      done += count;
    }
  }

  /** The scale of one block. */
  static float scale(MemorySegment data, long row, int block) {
    return Float.float16ToFloat(data.get(B16, row + (long) block * Short.BYTES));
  }
}
