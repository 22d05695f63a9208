package drover.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * The tiles of {@link DotTile} for CPUs with 16 vector registers: six by two sums, two weights and
 * an activation are in registers at once. Each vector that is left holds the halves of two sums.
 *
 * <p>Written out, because a method that takes or returns vectors keeps them in memory wherever the
 * JIT does not inline it, and whether it does so depends on what was compiled before.
 */
final class NarrowTile {
  /** Weight rows of a tile. */
  static final int COLUMNS = 2;

  private static final long BYTES = DotTile.BYTES;

  private static final VectorMask<Float> HALVES = Lanes.UPPER_HALVES;
  private static final VectorShuffle<Float> SWAP_HALVES = Lanes.SWAP_HALVES;

  private NarrowTile() {}

  /**
   * Leaves 6 vectors, for six activation rows.
   *
   * @param step 1. The JIT unrolls a loop whose step it knows, which needs more registers than
   *     there are: sums then go to memory and back, and all takes up to twice the time
   */
  static void six(
      MemorySegment x,
      long xAt,
      MemorySegment w,
      long wAt,
      int chunks,
      MemorySegment sums,
      long sumsAt,
      int step) {
    MemorySegment rows = Operands.unchecked(x);
    MemorySegment weights = Operands.unchecked(w);
    MemorySegment to = Operands.unchecked(sums);
    long xi = xAt & Operands.OFFSETS;
    long wi = wAt & Operands.OFFSETS;
    long at = sumsAt & Operands.OFFSETS;
    // Not masked: the check of bounds that this leaves in the loop keeps the JIT from loading all
    // six rows before it multiplies, for which there are no registers.
    long yi = xi + 4 * BYTES;
    FloatVector s00 = FloatVector.zero(Lanes.F);
    FloatVector s01 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    FloatVector s40 = s00;
    FloatVector s41 = s00;
    FloatVector s50 = s00;
    FloatVector s51 = s00;
    for (int i = 0; i < chunks; i += step) {
      FloatVector w0 = FloatVector.fromMemorySegment(Lanes.F, weights, wi, LITTLE_ENDIAN);
      FloatVector w1 = FloatVector.fromMemorySegment(Lanes.F, weights, wi + BYTES, LITTLE_ENDIAN);
      FloatVector x0 = FloatVector.fromMemorySegment(Lanes.F, rows, xi, LITTLE_ENDIAN);
      s00 = x0.fma(w0, s00);
      s01 = x0.fma(w1, s01);
      FloatVector x1 = FloatVector.fromMemorySegment(Lanes.F, rows, xi + BYTES, LITTLE_ENDIAN);
      s10 = x1.fma(w0, s10);
      s11 = x1.fma(w1, s11);
      FloatVector x2 = FloatVector.fromMemorySegment(Lanes.F, rows, xi + 2 * BYTES, LITTLE_ENDIAN);
      s20 = x2.fma(w0, s20);
      s21 = x2.fma(w1, s21);
      FloatVector x3 = FloatVector.fromMemorySegment(Lanes.F, rows, xi + 3 * BYTES, LITTLE_ENDIAN);
      s30 = x3.fma(w0, s30);
      s31 = x3.fma(w1, s31);
      FloatVector x4 = FloatVector.fromMemorySegment(Lanes.F, rows, yi, LITTLE_ENDIAN);
      s40 = x4.fma(w0, s40);
      s41 = x4.fma(w1, s41);
      FloatVector x5 = FloatVector.fromMemorySegment(Lanes.F, rows, yi + BYTES, LITTLE_ENDIAN);
      s50 = x5.fma(w0, s50);
      s51 = x5.fma(w1, s51);
      xi = (xi + 6 * BYTES) & Operands.OFFSETS;
      yi += 6 * BYTES;
      wi = (wi + COLUMNS * BYTES) & Operands.OFFSETS;
    }
    s00.blend(s01, HALVES)
        .add(s01.blend(s00, HALVES).rearrange(SWAP_HALVES))
        .intoMemorySegment(to, at, LITTLE_ENDIAN);
    s10.blend(s11, HALVES)
        .add(s11.blend(s10, HALVES).rearrange(SWAP_HALVES))
        .intoMemorySegment(to, at + BYTES, LITTLE_ENDIAN);
    s20.blend(s21, HALVES)
        .add(s21.blend(s20, HALVES).rearrange(SWAP_HALVES))
        .intoMemorySegment(to, at + 2 * BYTES, LITTLE_ENDIAN);
    s30.blend(s31, HALVES)
        .add(s31.blend(s30, HALVES).rearrange(SWAP_HALVES))
        .intoMemorySegment(to, at + 3 * BYTES, LITTLE_ENDIAN);
    s40.blend(s41, HALVES)
        .add(s41.blend(s40, HALVES).rearrange(SWAP_HALVES))
        .intoMemorySegment(to, at + 4 * BYTES, LITTLE_ENDIAN);
    s50.blend(s51, HALVES)
        .add(s51.blend(s50, HALVES).rearrange(SWAP_HALVES))
        .intoMemorySegment(to, at + 5 * BYTES, LITTLE_ENDIAN);
  }

  /** Leaves 4 vectors, for four activation rows; {@code step} as above. */
  static void four(
      MemorySegment x,
      long x0At,
      MemorySegment w,
      long w0At,
      int chunks,
      MemorySegment sums,
      long sumsAt,
      int step) {
    MemorySegment rows = Operands.unchecked(x);
    MemorySegment weights = Operands.unchecked(w);
    MemorySegment to = Operands.unchecked(sums);
    long xAt = x0At & Operands.OFFSETS;
    long wAt = w0At & Operands.OFFSETS;
    long at = sumsAt & Operands.OFFSETS;
    FloatVector s00 = FloatVector.zero(Lanes.F);
    FloatVector s01 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    for (int i = 0; i < chunks; i += step) {
      long wi = wAt + i * (COLUMNS * BYTES);
      long xi = xAt + i * (4 * BYTES);
      FloatVector w0 = FloatVector.fromMemorySegment(Lanes.F, weights, wi, LITTLE_ENDIAN);
      FloatVector w1 = FloatVector.fromMemorySegment(Lanes.F, weights, wi + BYTES, LITTLE_ENDIAN);
      FloatVector x0 = FloatVector.fromMemorySegment(Lanes.F, rows, xi, LITTLE_ENDIAN);
      s00 = x0.fma(w0, s00);
      s01 = x0.fma(w1, s01);
      FloatVector x1 = FloatVector.fromMemorySegment(Lanes.F, rows, xi + BYTES, LITTLE_ENDIAN);
      s10 = x1.fma(w0, s10);
      s11 = x1.fma(w1, s11);
      FloatVector x2 = FloatVector.fromMemorySegment(Lanes.F, rows, xi + 2 * BYTES, LITTLE_ENDIAN);
      s20 = x2.fma(w0, s20);
      s21 = x2.fma(w1, s21);
      FloatVector x3 = FloatVector.fromMemorySegment(Lanes.F, rows, xi + 3 * BYTES, LITTLE_ENDIAN);
      s30 = x3.fma(w0, s30);
      s31 = x3.fma(w1, s31);
    }
    s00.blend(s01, HALVES)
        .add(s01.blend(s00, HALVES).rearrange(SWAP_HALVES))
        .intoMemorySegment(to, at, LITTLE_ENDIAN);
    s10.blend(s11, HALVES)
        .add(s11.blend(s10, HALVES).rearrange(SWAP_HALVES))
        .intoMemorySegment(to, at + BYTES, LITTLE_ENDIAN);
    s20.blend(s21, HALVES)
        .add(s21.blend(s20, HALVES).rearrange(SWAP_HALVES))
        .intoMemorySegment(to, at + 2 * BYTES, LITTLE_ENDIAN);
    s30.blend(s31, HALVES)
        .add(s31.blend(s30, HALVES).rearrange(SWAP_HALVES))
        .intoMemorySegment(to, at + 3 * BYTES, LITTLE_ENDIAN);
  }
}
