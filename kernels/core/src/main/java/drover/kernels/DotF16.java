package drover.kernels;

import static drover.kernels.Lanes.SWAP_EIGHTHS;
import static drover.kernels.Lanes.SWAP_HALVES;
import static drover.kernels.Lanes.SWAP_QUARTERS;
import static drover.kernels.Lanes.SWAP_SIXTEENTHS;
import static drover.kernels.Lanes.UPPER_HALVES;
import static drover.kernels.Lanes.UPPER_QUARTERS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * {@link DotKernel} for F16 weights. They are turned into F32 by a plain loop first, which the JVM
 * compiles to the machine's own conversion; the Vector API has none.
 */
final class DotF16 implements FourRows {
  /** Four decoded weight rows. */
  private final float[] rows;

  DotF16(float[] rows) {
    this.rows = rows;
  }

  @Override
  public void four(
      float[] x,
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
      FloatVector v = FloatVector.fromArray(Lanes.F, x, i);
      s0 = FloatVector.fromArray(Lanes.F, rows, i).fma(v, s0);
      s1 = FloatVector.fromArray(Lanes.F, rows, columns + i).fma(v, s1);
      s2 = FloatVector.fromArray(Lanes.F, rows, 2 * columns + i).fma(v, s2);
      s3 = FloatVector.fromArray(Lanes.F, rows, 3 * columns + i).fma(v, s3);
    }
    if (whole < columns) {
      VectorMask<Float> tail = Lanes.first(columns - whole);
      FloatVector v = FloatVector.fromArray(Lanes.F, x, whole, tail);
      s0 = FloatVector.fromArray(Lanes.F, rows, whole, tail).fma(v, s0);
      s1 = FloatVector.fromArray(Lanes.F, rows, columns + whole, tail).fma(v, s1);
      s2 = FloatVector.fromArray(Lanes.F, rows, 2 * columns + whole, tail).fma(v, s2);
      s3 = FloatVector.fromArray(Lanes.F, rows, 3 * columns + whole, tail).fma(v, s3);
    }
    // Four times Lanes.sum, together.
    s0 = s0.blend(s2, UPPER_HALVES).add(s2.blend(s0, UPPER_HALVES).rearrange(SWAP_HALVES));
    s1 = s1.blend(s3, UPPER_HALVES).add(s3.blend(s1, UPPER_HALVES).rearrange(SWAP_HALVES));
    s0 = s0.blend(s1, UPPER_QUARTERS).add(s1.blend(s0, UPPER_QUARTERS).rearrange(SWAP_QUARTERS));
    if (Lanes.COUNT >= 8) {
      s0 = s0.add(s0.rearrange(SWAP_EIGHTHS));
    }
    if (Lanes.COUNT >= 16) {
      s0 = s0.add(s0.rearrange(SWAP_SIXTEENTHS));
    }
    out[at] = s0.lane(0);
    out[at + outStep] = s0.lane(Lanes.COUNT / 4);
    out[at + 2 * outStep] = s0.lane(Lanes.COUNT / 2);
    out[at + 3 * outStep] = s0.lane(3 * Lanes.COUNT / 4);
  }

  @Override
  public float one(float[] x, int columns, MemorySegment weights, long row) {
    HostWeight.decodeF16(weights, row, columns, rows, 0);
    FloatVector sum = FloatVector.zero(Lanes.F);
    int whole = Lanes.whole(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.F, x, i);
      sum = FloatVector.fromArray(Lanes.F, rows, i).fma(v, sum);
    }
    if (whole < columns) {
      VectorMask<Float> tail = Lanes.first(columns - whole);
      FloatVector v = FloatVector.fromArray(Lanes.F, x, whole, tail);
      sum = FloatVector.fromArray(Lanes.F, rows, whole, tail).fma(v, sum);
    }
    return Lanes.sum(sum);
  }
}
