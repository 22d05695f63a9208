package drover.kernels;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** {@link DotKernel} for F16 weights. */
final class DotF16 implements DotKernel {
  private static final long BYTES = 2;

  @Override
  public void four(
      float[] x,
      int xAt,
      int columns,
      MemorySegment weights,
      long row,
      long rowStep,
      float[] out,
      int at,
      int outStep) {
    FloatVector s0 = FloatVector.zero(Lanes.F);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    long row1 = row + rowStep;
    long row2 = row1 + rowStep;
    long row3 = row2 + rowStep;
    int whole = Lanes.whole(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.F, x, xAt + i);
      s0 = Lanes.loadF16(weights, row + i * BYTES).fma(v, s0);
      s1 = Lanes.loadF16(weights, row1 + i * BYTES).fma(v, s1);
      s2 = Lanes.loadF16(weights, row2 + i * BYTES).fma(v, s2);
      s3 = Lanes.loadF16(weights, row3 + i * BYTES).fma(v, s3);
    }
    if (whole < columns) {
      int n = columns - whole;
      FloatVector v = FloatVector.fromArray(Lanes.F, x, xAt + whole, Lanes.first(n));
      s0 = Lanes.loadF16(weights, row + whole * BYTES, n).fma(v, s0);
      s1 = Lanes.loadF16(weights, row1 + whole * BYTES, n).fma(v, s1);
      s2 = Lanes.loadF16(weights, row2 + whole * BYTES, n).fma(v, s2);
      s3 = Lanes.loadF16(weights, row3 + whole * BYTES, n).fma(v, s3);
    }
    out[at] = Lanes.sum(s0);
    out[at + outStep] = Lanes.sum(s1);
    out[at + 2 * outStep] = Lanes.sum(s2);
    out[at + 3 * outStep] = Lanes.sum(s3);
  }

  @Override
  public float one(float[] x, int xAt, int columns, MemorySegment weights, long row) {
    FloatVector sum = FloatVector.zero(Lanes.F);
    int whole = Lanes.whole(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.F, x, xAt + i);
      sum = Lanes.loadF16(weights, row + i * BYTES).fma(v, sum);
    }
    if (whole < columns) {
      int n = columns - whole;
      FloatVector v = FloatVector.fromArray(Lanes.F, x, xAt + whole, Lanes.first(n));
      sum = Lanes.loadF16(weights, row + whole * BYTES, n).fma(v, sum);
    }
    return Lanes.sum(sum);
  }
}
