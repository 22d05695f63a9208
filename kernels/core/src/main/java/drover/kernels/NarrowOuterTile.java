package drover.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The tiles of {@link OuterTile} for CPUs with 16 vector registers: six by two sums, two vectors of
 * weights and an activation are in registers at once.
 *
 * <p>Written out for the reason that {@link WideTile} has.
 */
final class NarrowOuterTile {
  private static final long BYTES = DotTile.BYTES;

  private NarrowOuterTile() {}

  /**
   * Leaves 12 vectors, 2 of each of six activation rows.
   *
   * @param step 1. The JIT unrolls a loop whose step it knows, which needs more registers than
   *     there are: sums then go to memory and back
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
      FloatVector x0 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi));
      s00 = x0.fma(w0, s00);
      s01 = x0.fma(w1, s01);
      FloatVector x1 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 4));
      s10 = x1.fma(w0, s10);
      s11 = x1.fma(w1, s11);
      FloatVector x2 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 8));
      s20 = x2.fma(w0, s20);
      s21 = x2.fma(w1, s21);
      FloatVector x3 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 12));
      s30 = x3.fma(w0, s30);
      s31 = x3.fma(w1, s31);
      FloatVector x4 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 16));
      s40 = x4.fma(w0, s40);
      s41 = x4.fma(w1, s41);
      FloatVector x5 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 20));
      s50 = x5.fma(w0, s50);
      s51 = x5.fma(w1, s51);
      xi = (xi + OuterRows.STEP) & Operands.OFFSETS;
      wi = (wi + OuterTile.COLUMNS * BYTES) & Operands.OFFSETS;
    }
    s00.intoMemorySegment(to, at, LITTLE_ENDIAN);
    s01.intoMemorySegment(to, at + BYTES, LITTLE_ENDIAN);
    s10.intoMemorySegment(to, at + 2 * BYTES, LITTLE_ENDIAN);
    s11.intoMemorySegment(to, at + 3 * BYTES, LITTLE_ENDIAN);
    s20.intoMemorySegment(to, at + 4 * BYTES, LITTLE_ENDIAN);
    s21.intoMemorySegment(to, at + 5 * BYTES, LITTLE_ENDIAN);
    s30.intoMemorySegment(to, at + 6 * BYTES, LITTLE_ENDIAN);
    s31.intoMemorySegment(to, at + 7 * BYTES, LITTLE_ENDIAN);
    s40.intoMemorySegment(to, at + 8 * BYTES, LITTLE_ENDIAN);
    s41.intoMemorySegment(to, at + 9 * BYTES, LITTLE_ENDIAN);
    s50.intoMemorySegment(to, at + 10 * BYTES, LITTLE_ENDIAN);
    s51.intoMemorySegment(to, at + 11 * BYTES, LITTLE_ENDIAN);
  }

  /** Leaves 8 vectors, 2 of each of four activation rows; {@code step} as above. */
  static void four(
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
    FloatVector s00 = FloatVector.zero(Lanes.F);
    FloatVector s01 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    for (int i = 0; i < chunks; i += step) {
      FloatVector w0 = FloatVector.fromMemorySegment(Lanes.F, weights, wi, LITTLE_ENDIAN);
      FloatVector w1 = FloatVector.fromMemorySegment(Lanes.F, weights, wi + BYTES, LITTLE_ENDIAN);
      FloatVector x0 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi));
      s00 = x0.fma(w0, s00);
      s01 = x0.fma(w1, s01);
      FloatVector x1 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 4));
      s10 = x1.fma(w0, s10);
      s11 = x1.fma(w1, s11);
      FloatVector x2 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 8));
      s20 = x2.fma(w0, s20);
      s21 = x2.fma(w1, s21);
      FloatVector x3 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 12));
      s30 = x3.fma(w0, s30);
      s31 = x3.fma(w1, s31);
      xi = (xi + OuterRows.STEP) & Operands.OFFSETS;
      wi = (wi + OuterTile.COLUMNS * BYTES) & Operands.OFFSETS;
    }
    s00.intoMemorySegment(to, at, LITTLE_ENDIAN);
    s01.intoMemorySegment(to, at + BYTES, LITTLE_ENDIAN);
    s10.intoMemorySegment(to, at + 2 * BYTES, LITTLE_ENDIAN);
    s11.intoMemorySegment(to, at + 3 * BYTES, LITTLE_ENDIAN);
    s20.intoMemorySegment(to, at + 4 * BYTES, LITTLE_ENDIAN);
    s21.intoMemorySegment(to, at + 5 * BYTES, LITTLE_ENDIAN);
    s30.intoMemorySegment(to, at + 6 * BYTES, LITTLE_ENDIAN);
    s31.intoMemorySegment(to, at + 7 * BYTES, LITTLE_ENDIAN);
  }
}
