package drover.kernels;

import static drover.kernels.Lanes.SWAP_EIGHTHS;
import static drover.kernels.Lanes.SWAP_HALVES;
import static drover.kernels.Lanes.SWAP_QUARTERS;
import static drover.kernels.Lanes.SWAP_SIXTEENTHS;
import static drover.kernels.Lanes.UPPER_HALVES;
import static drover.kernels.Lanes.UPPER_QUARTERS;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** {@link DotKernel} for F32 weights. */
final class DotF32 implements FourRows {
  private static final long BYTES = 4;

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
    FloatVector s0 = FloatVector.zero(Lanes.F);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    long row1 = row + rowStep;
    long row2 = row1 + rowStep;
    long row3 = row2 + rowStep;
    int whole = Lanes.whole(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.F, x, i);
      s0 =
          FloatVector.fromMemorySegment(Lanes.F, weights, row + i * BYTES, LITTLE_ENDIAN)
              .fma(v, s0);
      s1 =
          FloatVector.fromMemorySegment(Lanes.F, weights, row1 + i * BYTES, LITTLE_ENDIAN)
              .fma(v, s1);
      s2 =
          FloatVector.fromMemorySegment(Lanes.F, weights, row2 + i * BYTES, LITTLE_ENDIAN)
              .fma(v, s2);
      s3 =
          FloatVector.fromMemorySegment(Lanes.F, weights, row3 + i * BYTES, LITTLE_ENDIAN)
              .fma(v, s3);
    }
    if (whole < columns) {
      VectorMask<Float> tail = Lanes.first(columns - whole);
      FloatVector v = FloatVector.fromArray(Lanes.F, x, whole, tail);
      s0 =
          FloatVector.fromMemorySegment(Lanes.F, weights, row + whole * BYTES, LITTLE_ENDIAN, tail)
              .fma(v, s0);
      s1 =
          FloatVector.fromMemorySegment(Lanes.F, weights, row1 + whole * BYTES, LITTLE_ENDIAN, tail)
              .fma(v, s1);
      s2 =
          FloatVector.fromMemorySegment(Lanes.F, weights, row2 + whole * BYTES, LITTLE_ENDIAN, tail)
              .fma(v, s2);
      s3 =
          FloatVector.fromMemorySegment(Lanes.F, weights, row3 + whole * BYTES, LITTLE_ENDIAN, tail)
              .fma(v, s3);
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
    FloatVector sum = FloatVector.zero(Lanes.F);
    int whole = Lanes.whole(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.F, x, i);
      sum =
          FloatVector.fromMemorySegment(Lanes.F, weights, row + i * BYTES, LITTLE_ENDIAN)
              .fma(v, sum);
    }
    if (whole < columns) {
      VectorMask<Float> tail = Lanes.first(columns - whole);
      FloatVector v = FloatVector.fromArray(Lanes.F, x, whole, tail);
      sum =
          FloatVector.fromMemorySegment(Lanes.F, weights, row + whole * BYTES, LITTLE_ENDIAN, tail)
              .fma(v, sum);
    }
    return Lanes.sum(sum);
  }
}
