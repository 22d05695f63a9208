package drover.kernels;

import java.lang.foreign.MemorySegment;

/**
 * Dot products of one activation row with weight rows that stay in the mapped file. One class per
 * type of weight, so that each inner loop is compiled for its own type.
 *
 * <p>Lane l of the accumulator sums the products at {@code l, l + lanes, l + 2 lanes, ...} in that
 * order; {@link Lanes#sum} adds the lanes. {@link DotTile} keeps to the same order, so that a row's
 * result has the same bits whether it is computed alone or in a batch.
 *
 * <p>A row has some hundred elements only, so that what happens before and after an inner loop
 * counts. Where the JIT sees that an offset into a segment grows by a constant, it splits the loop
 * to take the bounds checks out of it, which costs more than it gains here. So the kernels multiply
 * by a number that it does not know.
 */
sealed interface DotKernel permits DotBf16, FourRows {
  /** Runs of rows that are read side by side: that keeps more memory pages in flight. */
  int RUNS = 8;

  /**
   * {@code out[at + i] = dot(x, row i)} for RUNS times {@code rows} rows, of which the first starts
   * at byte {@code first}.
   */
  void runs(
      float[] x,
      int columns,
      MemorySegment weights,
      long first,
      long rowBytes,
      int rows,
      float[] out,
      int at);

  /** The dot product with the row that starts at byte {@code row}. */
  float one(float[] x, int columns, MemorySegment weights, long row);

  /**
   * The kernel for a type.
   *
   * @param space what it may write to meanwhile: room for four decoded rows and {@link #RUNS}
   *     vectors
   */
  static DotKernel of(DType type, float[] space) {
    return switch (type) {
      case BF16 -> new DotBf16(space);
      case F16 -> new DotF16(space);
      case F32 -> new DotF32();
      case Q8_0 -> new DotQ8(space);
    };
  }
}
