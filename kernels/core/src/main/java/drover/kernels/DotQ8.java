package drover.kernels;

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
 * <p>What a turn does for each row is written out: the JIT inlines the Vector API's own methods,
 * sooner or later, but no method of ours once there is so much in it.
 */
final class DotQ8 implements FourRows {
  /** No vector is as short as the bytes for fewer lanes. */
  private static final int FEWEST_LANES = 8;

  /** What the exponents of F16 and F32 differ by. */
  private static final float F16_TO_F32 = 0x1p112f;

  /** The scales of a row of each run, and behind them a vector of sums for each. */
  private final float[] space;

  /** Bytes of an element; no constant, see {@link DotKernel}. */
  private final long bytes = DType.Q8_0.bytes();

  /** With room for a decoded row, and for {@link #RUNS} vectors. */
  DotQ8(float[] space) {
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
    if (Lanes.COUNT < FEWEST_LANES || columns % Q8.BLOCK != 0) {
      FourRows.super.runs(x, columns, weights, first, rowBytes, rows, out, at);
      return;
    }
    long run = rows * rowBytes;
    int blocks = columns / Q8.BLOCK;
    int sums = RUNS * blocks;
    MemorySegment w0 = weights.asSlice(first, run);
    MemorySegment w1 = weights.asSlice(first + run, run);
    MemorySegment w2 = weights.asSlice(first + 2 * run, run);
    MemorySegment w3 = weights.asSlice(first + 3 * run, run);
    MemorySegment w4 = weights.asSlice(first + 4 * run, run);
    MemorySegment w5 = weights.asSlice(first + 5 * run, run);
    MemorySegment w6 = weights.asSlice(first + 6 * run, run);
    MemorySegment w7 = weights.asSlice(first + 7 * run, run);
    for (int n = 0; n < rows; n++) {
      long row = n * rowBytes;
      for (int r = 0; r < RUNS; r++) {
        decodeScales(weights, first + row + r * run, blocks, space, r * blocks);
      }
      long integers = row + Q8.integersAt(columns);
      addProducts(x, blocks, w0, w1, w2, w3, w4, w5, w6, w7, integers, sums);
      Lanes.sumFour(space, sums, out, at + n, rows);
      Lanes.sumFour(space, sums + 4 * Lanes.COUNT, out, at + n + 4 * rows, rows);
    }
  }

  /**
   * The products with a row of each run, added lane by lane into the vectors of sums.
   *
   * <p>By itself, since this is near the most that C2 inlines while it parses a method. What it
   * puts off then, it does not always know to be a vector: with the making of the slices or the
   * scales in the same method, some processes allocate vectors in this loop and are four times as
   * slow.
   */
  private void addProducts(
      float[] x,
      int blocks,
      MemorySegment w0,
      MemorySegment w1,
      MemorySegment w2,
      MemorySegment w3,
      MemorySegment w4,
      MemorySegment w5,
      MemorySegment w6,
      MemorySegment w7,
      long integers,
      int sums) {
    FloatVector s0 = FloatVector.zero(Lanes.F);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    // Two vectors a turn: no block has fewer.
    for (int pair = 0; pair < blocks * Q8.BLOCK / (2 * Lanes.COUNT); pair++) {
      int i = pair * 2 * Lanes.COUNT;
      long b = integers + i * bytes;
      int block = i / Q8.BLOCK;
      FloatVector d0 = FloatVector.broadcast(Lanes.F, space[block]);
      FloatVector d1 = FloatVector.broadcast(Lanes.F, space[blocks + block]);
      FloatVector d2 = FloatVector.broadcast(Lanes.F, space[2 * blocks + block]);
      FloatVector d3 = FloatVector.broadcast(Lanes.F, space[3 * blocks + block]);
      FloatVector d4 = FloatVector.broadcast(Lanes.F, space[4 * blocks + block]);
      FloatVector d5 = FloatVector.broadcast(Lanes.F, space[5 * blocks + block]);
      FloatVector d6 = FloatVector.broadcast(Lanes.F, space[6 * blocks + block]);
      FloatVector d7 = FloatVector.broadcast(Lanes.F, space[7 * blocks + block]);
      FloatVector v0 = FloatVector.fromArray(Lanes.F, x, i);
      FloatVector v1 = FloatVector.fromArray(Lanes.F, x, i + Lanes.COUNT);
      s0 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(Lanes.B, w0, b, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d0)
              .fma(v0, s0);
      s1 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(Lanes.B, w1, b, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d1)
              .fma(v0, s1);
      s2 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(Lanes.B, w2, b, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d2)
              .fma(v0, s2);
      s3 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(Lanes.B, w3, b, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d3)
              .fma(v0, s3);
      s4 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(Lanes.B, w4, b, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d4)
              .fma(v0, s4);
      s5 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(Lanes.B, w5, b, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d5)
              .fma(v0, s5);
      s6 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(Lanes.B, w6, b, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d6)
              .fma(v0, s6);
      s7 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(Lanes.B, w7, b, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d7)
              .fma(v0, s7);
      s0 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(Lanes.B, w0, b + Lanes.COUNT, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d0)
              .fma(v1, s0);
      s1 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(Lanes.B, w1, b + Lanes.COUNT, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d1)
              .fma(v1, s1);
      s2 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(Lanes.B, w2, b + Lanes.COUNT, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d2)
              .fma(v1, s2);
      s3 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(Lanes.B, w3, b + Lanes.COUNT, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d3)
              .fma(v1, s3);
      s4 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(Lanes.B, w4, b + Lanes.COUNT, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d4)
              .fma(v1, s4);
      s5 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(Lanes.B, w5, b + Lanes.COUNT, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d5)
              .fma(v1, s5);
      s6 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(Lanes.B, w6, b + Lanes.COUNT, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d6)
              .fma(v1, s6);
      s7 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(Lanes.B, w7, b + Lanes.COUNT, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, Lanes.F, 0))
              .mul(d7)
              .fma(v1, s7);
    }
    s0.intoArray(space, sums);
    s1.intoArray(space, sums + Lanes.COUNT);
    s2.intoArray(space, sums + 2 * Lanes.COUNT);
    s3.intoArray(space, sums + 3 * Lanes.COUNT);
    s4.intoArray(space, sums + 4 * Lanes.COUNT);
    s5.intoArray(space, sums + 5 * Lanes.COUNT);
    s6.intoArray(space, sums + 6 * Lanes.COUNT);
    s7.intoArray(space, sums + 7 * Lanes.COUNT);
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

  /** For any number of columns and vectors of any size. */
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
    for (int i = 0; i < columns; i += Lanes.COUNT) {
      FloatVector v =
          i < whole
              ? FloatVector.fromArray(Lanes.F, x, i)
              : FloatVector.fromArray(Lanes.F, x, i, Lanes.first(columns - i));
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
  public float one(float[] x, int columns, MemorySegment weights, long row) {
    FloatVector sum = FloatVector.zero(Lanes.F);
    int whole = Lanes.whole(columns);
    long integers = row + Q8.integersAt(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.F, x, i);
      FloatVector d = scale(weights, row, i / Q8.BLOCK);
      sum = Lanes.loadBytes(weights, integers + i).mul(d).fma(v, sum);
    }
    if (whole < columns) {
      FloatVector v = FloatVector.fromArray(Lanes.F, x, whole, Lanes.first(columns - whole));
      FloatVector d = scale(weights, row, whole / Q8.BLOCK);
      sum = Lanes.loadBytes(weights, integers + whole).mul(d).fma(v, sum);
    }
    return Lanes.sum(sum);
  }

  private static FloatVector scale(MemorySegment weights, long row, int block) {
    return FloatVector.broadcast(Lanes.F, Q8.scale(weights, row, block));
  }
}
