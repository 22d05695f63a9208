package drover.kernels;

import java.lang.foreign.MemorySegment;

/**
 * Dot products of one activation row with weight rows that stay in the mapped file. One class per
 * type of weight, so that each inner loop is compiled for its own type.
 *
 * <p>Lane l of the accumulator sums the products at {@code l, l + lanes, l + 2 lanes, ...} in that
 * order; {@link Lanes#sum} adds the lanes. {@link DotTile} keeps to the same order, so that a row's
 * result has the same bits whether it is computed alone or in a batch.
 */
sealed interface DotKernel permits DotBf16, DotF16, DotF32, DotQ8 {

  /**
   * {@code out[at + i * outStep] = dot(x, row i)} for four rows that start at {@code row + i *
   * rowStep} bytes.
   */
  void four(
      float[] x,
      int xAt,
      int columns,
      MemorySegment weights,
      long row,
      long rowStep,
      float[] out,
      int at,
      int outStep);

  /** The dot product with the row that starts at byte {@code row}. */
  float one(float[] x, int xAt, int columns, MemorySegment weights, long row);

  /**
   * The kernel for a type.
   *
   * @param space what it may write to meanwhile: room for four decoded rows
   */
  static DotKernel of(DType type, float[] space) {
    return switch (type) {
      case BF16 -> new DotBf16();
      case F16 -> new DotF16(space);
      case F32 -> new DotF32();
      case Q8_0 -> new DotQ8(space);
    };
  }
}
