package drover.kernels;

import java.util.Arrays;

/** Brings both operands of {@link OuterProduct} into its order. */
final class Packing {
  /** Chunks that are transposed at a time, so that they stay in the nearest cache. */
  private static final int CHUNKS = 16;

  /** Elements from a weight row to the next in a block; no power of two, which caches dislike. */
  private static final int STRIDE = (CHUNKS + 1) * Lanes.COUNT;

  /** Elements of the block that {@link #weights} works with. */
  static final int BLOCK = OuterProduct.COLUMNS * STRIDE;

  private Packing() {}

  /** Packs up to ROWS rows of x from {@code first} on as {@code [ROWS, lanes, chunks]}. */
  static void activations(
      float[] x, int first, int rows, int columns, int chunks, float[] packed, int at) {
    for (int i = 0; i < OuterProduct.ROWS; i++) {
      int to = at + i * chunks * Lanes.COUNT;
      if (first + i < rows) {
        for (int l = 0; l < Lanes.COUNT; l++) {
          everyLanes(x, (first + i) * columns + l, columns - l, packed, to + l * chunks, chunks);
        }
      } else {
        Arrays.fill(packed, to, to + chunks * Lanes.COUNT, 0);
      }
    }
  }

  /** Copies every so many elements of the {@code n} that are left of a row, zeros behind them. */
  private static void everyLanes(float[] x, int from, int n, float[] packed, int to, int chunks) {
    int filled = Math.min(chunks, (n + Lanes.COUNT - 1) / Lanes.COUNT);
    for (int c = 0; c < filled; c++) {
      packed[to + c] = x[from + c * Lanes.COUNT];
    }
    Arrays.fill(packed, to + filled, to + chunks, 0);
  }

  /**
   * Packs up to COLUMNS weight rows from {@code first} on as {@code [lanes, chunks, COLUMNS]}.
   *
   * @param block what this works with, of {@link #BLOCK} elements
   */
  static void weights(
      HostWeight weight, int first, int rows, int chunks, float[] block, float[] panel) {
    Arrays.fill(block, 0);
    for (int begin = 0; begin < chunks; begin += CHUNKS) {
      int count = Math.min(CHUNKS, chunks - begin);
      int column = begin * Lanes.COUNT;
      int filled = Math.min(count * Lanes.COUNT, weight.columns() - column);
      for (int j = 0; j < rows; j++) {
        decode(weight, first + j, column, filled, block, j * STRIDE);
      }
      for (int l = 0; l < Lanes.COUNT; l++) {
        transpose(block, l, count, panel, (l * chunks + begin) * OuterProduct.COLUMNS);
      }
    }
  }

  /** Leaves zeros between the last element and the end of its vector. */
  private static void decode(HostWeight weight, int row, int column, int n, float[] block, int at) {
    if (weight.type() == DType.BF16) {
      long from = weight.rowOffset(row) + (long) column * weight.type().bytes();
      Lanes.decodeBf16(weight.data(), from, n, block, at);
    } else if (weight.type() == DType.Q8_0 && column % Q8.BLOCK == 0) {
      long from = weight.rowOffset(row);
      Lanes.decodeQ8(weight.data(), from, weight.columns(), column, n, block, at);
    } else {
      weight.decode(row, column, n, block, at);
      Arrays.fill(block, at + n, at + Lanes.whole(n + Lanes.COUNT - 1), 0);
    }
  }

  private static void transpose(float[] block, int lane, int chunks, float[] panel, int at) {
    for (int c = 0; c < chunks; c++) {
      int from = c * Lanes.COUNT + lane;
      int to = at + c * OuterProduct.COLUMNS;
      for (int j = 0; j < OuterProduct.COLUMNS; j++) {
        panel[to + j] = block[from + j * STRIDE];
      }
    }
  }
}
