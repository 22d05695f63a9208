package drover.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** {@link DotKernel} for BF16 weights. */
final class DotBf16 implements DotKernel {
  /** The sums of a row of each run. */
  private final float[] space;

  /** Bytes of an element; no constant, see {@link DotKernel}. */
  private final long bytes = DType.BF16.bytes();

  /** With room for {@link #RUNS} vectors. */
  DotBf16(float[] space) {
    this.space = space;
  }

  @Override
  public void runs(
      float[] x,
      int columns,
      MemorySegment weights,
      long first,
      long rowBytes,
      int rows,
      float[] out,
      int at) {
    if (Lanes.whole(columns) < columns) {
      for (int n = 0; n < RUNS * rows; n++) {
        out[at + n] = one(x, columns, weights, first + n * rowBytes);
      }
      return;
    }
    long run = rows * rowBytes;
    MemorySegment w0 = weights.asSlice(first, run);
    MemorySegment w1 = weights.asSlice(first + run, run);
    MemorySegment w2 = weights.asSlice(first + 2 * run, run);
    MemorySegment w3 = weights.asSlice(first + 3 * run, run);
    MemorySegment w4 = weights.asSlice(first + 4 * run, run);
    MemorySegment w5 = weights.asSlice(first + 5 * run, run);
    MemorySegment w6 = weights.asSlice(first + 6 * run, run);
    MemorySegment w7 = weights.asSlice(first + 7 * run, run);
    for (int n = 0; n < rows; n++) {
      FloatVector s0 = FloatVector.zero(Lanes.F);
      FloatVector s1 = s0;
      FloatVector s2 = s0;
      FloatVector s3 = s0;
      FloatVector s4 = s0;
      FloatVector s5 = s0;
      FloatVector s6 = s0;
      FloatVector s7 = s0;
      for (int i = 0; i < columns; i += Lanes.COUNT) {
        long b = n * rowBytes + i * bytes;
        FloatVector v = FloatVector.fromArray(Lanes.F, x, i);
        s0 =
            ((IntVector)
                    ShortVector.fromMemorySegment(Lanes.S, w0, b, LITTLE_ENDIAN)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats()
                .fma(v, s0);
        s1 =
            ((IntVector)
                    ShortVector.fromMemorySegment(Lanes.S, w1, b, LITTLE_ENDIAN)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats()
                .fma(v, s1);
        s2 =
            ((IntVector)
                    ShortVector.fromMemorySegment(Lanes.S, w2, b, LITTLE_ENDIAN)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats()
                .fma(v, s2);
        s3 =
            ((IntVector)
                    ShortVector.fromMemorySegment(Lanes.S, w3, b, LITTLE_ENDIAN)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats()
                .fma(v, s3);
        s4 =
            ((IntVector)
                    ShortVector.fromMemorySegment(Lanes.S, w4, b, LITTLE_ENDIAN)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats()
                .fma(v, s4);
        s5 =
            ((IntVector)
                    ShortVector.fromMemorySegment(Lanes.S, w5, b, LITTLE_ENDIAN)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats()
                .fma(v, s5);
        s6 =
            ((IntVector)
                    ShortVector.fromMemorySegment(Lanes.S, w6, b, LITTLE_ENDIAN)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats()
                .fma(v, s6);
        s7 =
            ((IntVector)
                    ShortVector.fromMemorySegment(Lanes.S, w7, b, LITTLE_ENDIAN)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats()
                .fma(v, s7);
      }
      s0.intoArray(space, 0);
      s1.intoArray(space, Lanes.COUNT);
      s2.intoArray(space, 2 * Lanes.COUNT);
      s3.intoArray(space, 3 * Lanes.COUNT);
      s4.intoArray(space, 4 * Lanes.COUNT);
      s5.intoArray(space, 5 * Lanes.COUNT);
      s6.intoArray(space, 6 * Lanes.COUNT);
      s7.intoArray(space, 7 * Lanes.COUNT);
      Lanes.sumFour(space, 0, out, at + n, rows);
      Lanes.sumFour(space, 4 * Lanes.COUNT, out, at + n + 4 * rows, rows);
    }
  }

  @Override
  public float one(float[] x, int columns, MemorySegment weights, long row) {
    FloatVector sum = FloatVector.zero(Lanes.F);
    int whole = Lanes.whole(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.F, x, i);
      sum =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.S, weights, row + 2L * i, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(v, sum);
    }
    if (whole < columns) {
      VectorMask<Short> tail = Lanes.S.indexInRange(0, columns - whole);
      FloatVector v = FloatVector.fromArray(Lanes.F, x, whole, Lanes.first(columns - whole));
      sum =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          Lanes.S, weights, row + 2L * whole, LITTLE_ENDIAN, tail)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(v, sum);
    }
    return Lanes.sum(sum);
  }
}
