package drover.kernels;

import java.lang.foreign.MemorySegment;

/** A {@link DotKernel} whose runs go by four rows at a time. */
sealed interface FourRows extends DotKernel permits DotF16, DotF32, DotQ8 {
  /**
   * {@code out[at + i * outStep] = dot(x, row i)} for four rows that start at {@code row + i *
   * rowStep} bytes.
   */
  void four(
      float[] x,
      int columns,
      MemorySegment weights,
      long row,
      long rowStep,
      float[] out,
      int at,
      int outStep);

  @Override
  default void runs(
      float[] x,
      int columns,
      MemorySegment weights,
      long first,
      long rowBytes,
      int rows,
      float[] out,
      int at) {
    long run = rows * rowBytes;
    for (int n = 0; n < rows; n++) {
      long row = first + n * rowBytes;
      four(x, columns, weights, row, run, out, at + n, rows);
      four(x, columns, weights, row + 4 * run, run, out, at + n + 4 * rows, rows);
    }
  }
}
