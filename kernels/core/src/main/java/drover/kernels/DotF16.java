package drover.kernels;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@link DotKernel} for F16 weights. They are turned into F32 by a plain loop first, which the JVM
 * compiles to the machine's own conversion; the Vector API has none.
 */
final class DotF16 implements DotKernel {
  /** Four decoded weight rows. */
  private final float[] rows;

  DotF16(float[] rows) {
    this.rows = rows;
  }

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
    for (int i = 0; i < 4; i++) {
      HostWeight.decodeF16(weights, row + i * rowStep, columns, rows, i * columns);
    }
    FloatVector s0 = FloatVector.zero(Lanes.F);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int whole = Lanes.whole(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.F, x, xAt + i);
      s0 = FloatVector.fromArray(Lanes.F, rows, i).fma(v, s0);
      s1 = FloatVector.fromArray(Lanes.F, rows, columns + i).fma(v, s1);
      s2 = FloatVector.fromArray(Lanes.F, rows, 2 * columns + i).fma(v, s2);
      s3 = FloatVector.fromArray(Lanes.F, rows, 3 * columns + i).fma(v, s3);
    }
    if (whole < columns) {
      VectorMask<Float> tail = Lanes.first(columns - whole);
      FloatVector v = FloatVector.fromArray(Lanes.F, x, xAt + whole, tail);
      s0 = FloatVector.fromArray(Lanes.F, rows, whole, tail).fma(v, s0);
      s1 = FloatVector.fromArray(Lanes.F, rows, columns + whole, tail).fma(v, s1);
      s2 = FloatVector.fromArray(Lanes.F, rows, 2 * columns + whole, tail).fma(v, s2);
      s3 = FloatVector.fromArray(Lanes.F, rows, 3 * columns + whole, tail).fma(v, s3);
    }
    out[at] = Lanes.sum(s0);
    out[at + outStep] = Lanes.sum(s1);
    out[at + 2 * outStep] = Lanes.sum(s2);
    out[at + 3 * outStep] = Lanes.sum(s3);
  }

  @Override
  public float one(float[] x, int xAt, int columns, MemorySegment weights, long row) {
    HostWeight.decodeF16(weights, row, columns, rows, 0);
    FloatVector sum = FloatVector.zero(Lanes.F);
    int whole = Lanes.whole(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.F, x, xAt + i);
      sum = FloatVector.fromArray(Lanes.F, rows, i).fma(v, sum);
    }
    if (whole < columns) {
      VectorMask<Float> tail = Lanes.first(columns - whole);
      FloatVector v = FloatVector.fromArray(Lanes.F, x, xAt + whole, tail);
      sum = FloatVector.fromArray(Lanes.F, rows, whole, tail).fma(v, sum);
    }
    return Lanes.sum(sum);
  }
}
