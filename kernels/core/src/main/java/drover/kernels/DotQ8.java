package drover.kernels;

import static drover.kernels.Lanes.SWAP_EIGHTHS;
import static drover.kernels.Lanes.SWAP_HALVES;
import static drover.kernels.Lanes.SWAP_QUARTERS;
import static drover.kernels.Lanes.SWAP_SIXTEENTHS;
import static drover.kernels.Lanes.UPPER_HALVES;
import static drover.kernels.Lanes.UPPER_QUARTERS;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link DotKernel} for Q8_0 weights. Behind a row's last column there are zeros.
 *
 * <p>What is read eight times a turn is written out: the JIT inlines the Vector API's own methods
 * into a method of any size, but no method of ours once there is so much in it.
 */
final class DotQ8 implements DotKernel {
  /** No vector is as short as the bytes for fewer lanes. */
  private static final int FEWEST_LANES = 8;

  /** What the exponents of F16 and F32 differ by. */
  private static final float F16_TO_F32 = 0x1p112f;

  /** The scales of four rows. */
  private final float[] scales;

  DotQ8(float[] scales) {
    this.scales = scales;
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
    if (Lanes.COUNT < FEWEST_LANES || columns % Q8.BLOCK != 0) {
      anyFour(x, xAt, columns, weights, row, rowStep, out, at, outStep);
      return;
    }
    int blocks = columns / Q8.BLOCK;
    for (int r = 0; r < 4; r++) {
      decodeScales(weights, row + r * rowStep, blocks, scales, r * blocks);
    }
    FloatVector s0 = FloatVector.zero(Lanes.F);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    long w0 = row + Q8.integersAt(columns);
    long w1 = w0 + rowStep;
    long w2 = w1 + rowStep;
    long w3 = w2 + rowStep;
    // Two vectors a turn, whose bounds the JIT checks before the loop.
    for (int pair = 0; pair < columns / (2 * Lanes.COUNT); pair++) {
      int i = pair * 2 * Lanes.COUNT;
      int block = i / Q8.BLOCK;
      FloatVector d0 = FloatVector.broadcast(Lanes.F, scales[block]);
      FloatVector d1 = FloatVector.broadcast(Lanes.F, scales[blocks + block]);
      FloatVector d2 = FloatVector.broadcast(Lanes.F, scales[2 * blocks + block]);
      FloatVector d3 = FloatVector.broadcast(Lanes.F, scales[3 * blocks + block]);
      FloatVector v0 = FloatVector.fromArray(Lanes.F, x, xAt + i);
      s0 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(Lanes.B, weights, w0 + i, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d0)
              .fma(v0, s0);
      s1 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(Lanes.B, weights, w1 + i, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d1)
              .fma(v0, s1);
      s2 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(Lanes.B, weights, w2 + i, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d2)
              .fma(v0, s2);
      s3 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(Lanes.B, weights, w3 + i, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d3)
              .fma(v0, s3);
      FloatVector v1 = FloatVector.fromArray(Lanes.F, x, xAt + i + Lanes.COUNT);
      s0 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(
                          Lanes.B, weights, w0 + i + Lanes.COUNT, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d0)
              .fma(v1, s0);
      s1 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(
                          Lanes.B, weights, w1 + i + Lanes.COUNT, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d1)
              .fma(v1, s1);
      s2 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(
                          Lanes.B, weights, w2 + i + Lanes.COUNT, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d2)
              .fma(v1, s2);
      s3 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(
                          Lanes.B, weights, w3 + i + Lanes.COUNT, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d3)
              .fma(v1, s3);
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

  /**
   * Writes a row's scales as F32: the bits of an F16 that is finite and not negative, moved to
   * their places in an F32, are its value but for a power of two.
   */
  private static void decodeScales(
      MemorySegment weights, long row, int blocks, float[] into, int to) {
    if (blocks < Lanes.COUNT) {
      for (int b = 0; b < blocks; b++) {
        into[to + b] = Q8.scale(weights, row, b);
      }
      return;
    }
    for (int b = 0; b < blocks; b += Lanes.COUNT) {
      // The last vector ends with the last scale.
      int first = Math.min(b, blocks - Lanes.COUNT);
      ((IntVector)
              ShortVector.fromMemorySegment(
                      Lanes.S, weights, row + (long) first * Short.BYTES, LITTLE_ENDIAN)
                  .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
          .lanewise(VectorOperators.LSHL, 13)
          .reinterpretAsFloats()
          .mul(F16_TO_F32)
          .intoArray(into, to + first);
    }
  }

  /** As {@link #four}, for any number of columns and vectors of any size. */
  private static void anyFour(
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
    for (int i = 0; i < columns; i += Lanes.COUNT) {
      FloatVector v =
          i < whole
              ? FloatVector.fromArray(Lanes.F, x, xAt + i)
              : FloatVector.fromArray(Lanes.F, x, xAt + i, Lanes.first(columns - i));
      int block = i / Q8.BLOCK;
      long w = Q8.integersAt(columns) + i;
      s0 = Lanes.loadBytes(weights, row + w).mul(scale(weights, row, block)).fma(v, s0);
      s1 = Lanes.loadBytes(weights, row1 + w).mul(scale(weights, row1, block)).fma(v, s1);
      s2 = Lanes.loadBytes(weights, row2 + w).mul(scale(weights, row2, block)).fma(v, s2);
      s3 = Lanes.loadBytes(weights, row3 + w).mul(scale(weights, row3, block)).fma(v, s3);
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
    long integers = row + Q8.integersAt(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.F, x, xAt + i);
      FloatVector d = scale(weights, row, i / Q8.BLOCK);
      sum = Lanes.loadBytes(weights, integers + i).mul(d).fma(v, sum);
    }
    if (whole < columns) {
      FloatVector v = FloatVector.fromArray(Lanes.F, x, xAt + whole, Lanes.first(columns - whole));
      FloatVector d = scale(weights, row, whole / Q8.BLOCK);
      sum = Lanes.loadBytes(weights, integers + whole).mul(d).fma(v, sum);
    }
    return Lanes.sum(sum);
  }

  private static FloatVector scale(MemorySegment weights, long row, int block) {
    return FloatVector.broadcast(Lanes.F, Q8.scale(weights, row, block));
  }
}
