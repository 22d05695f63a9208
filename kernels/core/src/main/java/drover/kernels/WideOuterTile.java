package drover.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The tiles of {@link OuterTile} for CPUs with 32 vector registers: six by four sums, four vectors
 * of weights and an activation are in registers at once.
 *
 * <p>Written out for the reason that {@link WideTile} has.
 */
final class WideOuterTile {
  /** Vectors of weights in a tile. */
  static final int COLUMNS = 4;

  private static final long BYTES = DotTile.BYTES;

  private WideOuterTile() {}

  /** Leaves 24 vectors, 4 of each of six activation rows. */
  static void six(
      MemorySegment x,
      long xAt,
      MemorySegment w,
      long wAt,
      int chunks,
      MemorySegment sums,
      long sumsAt) {
    MemorySegment rows = Operands.unchecked(x);
    MemorySegment weights = Operands.unchecked(w);
    MemorySegment to = Operands.unchecked(sums);
    long xi = xAt & Operands.OFFSETS;
    long wi = wAt & Operands.OFFSETS;
    long at = sumsAt & Operands.OFFSETS;
    FloatVector s00 = FloatVector.zero(Lanes.F);
    FloatVector s01 = s00;
    FloatVector s02 = s00;
    FloatVector s03 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s12 = s00;
    FloatVector s13 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s22 = s00;
    FloatVector s23 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    FloatVector s32 = s00;
    FloatVector s33 = s00;
    FloatVector s40 = s00;
    FloatVector s41 = s00;
    FloatVector s42 = s00;
    FloatVector s43 = s00;
    FloatVector s50 = s00;
    FloatVector s51 = s00;
    FloatVector s52 = s00;
    FloatVector s53 = s00;
    for (int i = 0; i < chunks; i++) {
      FloatVector w0 = FloatVector.fromMemorySegment(Lanes.F, weights, wi, LITTLE_ENDIAN);
      FloatVector w1 = FloatVector.fromMemorySegment(Lanes.F, weights, wi + BYTES, LITTLE_ENDIAN);
      FloatVector w2 =
          FloatVector.fromMemorySegment(Lanes.F, weights, wi + 2 * BYTES, LITTLE_ENDIAN);
      FloatVector w3 =
          FloatVector.fromMemorySegment(Lanes.F, weights, wi + 3 * BYTES, LITTLE_ENDIAN);
      FloatVector x0 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi));
      s00 = x0.fma(w0, s00);
      s01 = x0.fma(w1, s01);
      s02 = x0.fma(w2, s02);
      s03 = x0.fma(w3, s03);
      FloatVector x1 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 4));
      s10 = x1.fma(w0, s10);
      s11 = x1.fma(w1, s11);
      s12 = x1.fma(w2, s12);
      s13 = x1.fma(w3, s13);
      FloatVector x2 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 8));
      s20 = x2.fma(w0, s20);
      s21 = x2.fma(w1, s21);
      s22 = x2.fma(w2, s22);
      s23 = x2.fma(w3, s23);
      FloatVector x3 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 12));
      s30 = x3.fma(w0, s30);
      s31 = x3.fma(w1, s31);
      s32 = x3.fma(w2, s32);
      s33 = x3.fma(w3, s33);
      FloatVector x4 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 16));
      s40 = x4.fma(w0, s40);
      s41 = x4.fma(w1, s41);
      s42 = x4.fma(w2, s42);
      s43 = x4.fma(w3, s43);
      FloatVector x5 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 20));
      s50 = x5.fma(w0, s50);
      s51 = x5.fma(w1, s51);
      s52 = x5.fma(w2, s52);
      s53 = x5.fma(w3, s53);
      xi = (xi + OuterRows.STEP) & Operands.OFFSETS;
      wi = (wi + COLUMNS * BYTES) & Operands.OFFSETS;
    }
    s00.intoMemorySegment(to, at, LITTLE_ENDIAN);
    s01.intoMemorySegment(to, at + BYTES, LITTLE_ENDIAN);
    s02.intoMemorySegment(to, at + 2 * BYTES, LITTLE_ENDIAN);
    s03.intoMemorySegment(to, at + 3 * BYTES, LITTLE_ENDIAN);
    s10.intoMemorySegment(to, at + 4 * BYTES, LITTLE_ENDIAN);
    s11.intoMemorySegment(to, at + 5 * BYTES, LITTLE_ENDIAN);
    s12.intoMemorySegment(to, at + 6 * BYTES, LITTLE_ENDIAN);
    s13.intoMemorySegment(to, at + 7 * BYTES, LITTLE_ENDIAN);
    s20.intoMemorySegment(to, at + 8 * BYTES, LITTLE_ENDIAN);
    s21.intoMemorySegment(to, at + 9 * BYTES, LITTLE_ENDIAN);
    s22.intoMemorySegment(to, at + 10 * BYTES, LITTLE_ENDIAN);
    s23.intoMemorySegment(to, at + 11 * BYTES, LITTLE_ENDIAN);
    s30.intoMemorySegment(to, at + 12 * BYTES, LITTLE_ENDIAN);
    s31.intoMemorySegment(to, at + 13 * BYTES, LITTLE_ENDIAN);
    s32.intoMemorySegment(to, at + 14 * BYTES, LITTLE_ENDIAN);
    s33.intoMemorySegment(to, at + 15 * BYTES, LITTLE_ENDIAN);
    s40.intoMemorySegment(to, at + 16 * BYTES, LITTLE_ENDIAN);
    s41.intoMemorySegment(to, at + 17 * BYTES, LITTLE_ENDIAN);
    s42.intoMemorySegment(to, at + 18 * BYTES, LITTLE_ENDIAN);
    s43.intoMemorySegment(to, at + 19 * BYTES, LITTLE_ENDIAN);
    s50.intoMemorySegment(to, at + 20 * BYTES, LITTLE_ENDIAN);
    s51.intoMemorySegment(to, at + 21 * BYTES, LITTLE_ENDIAN);
    s52.intoMemorySegment(to, at + 22 * BYTES, LITTLE_ENDIAN);
    s53.intoMemorySegment(to, at + 23 * BYTES, LITTLE_ENDIAN);
  }

  /** Leaves 16 vectors, 4 of each of four activation rows. */
  static void four(
      MemorySegment x,
      long xAt,
      MemorySegment w,
      long wAt,
      int chunks,
      MemorySegment sums,
      long sumsAt) {
    MemorySegment rows = Operands.unchecked(x);
    MemorySegment weights = Operands.unchecked(w);
    MemorySegment to = Operands.unchecked(sums);
    long xi = xAt & Operands.OFFSETS;
    long wi = wAt & Operands.OFFSETS;
    long at = sumsAt & Operands.OFFSETS;
    FloatVector s00 = FloatVector.zero(Lanes.F);
    FloatVector s01 = s00;
    FloatVector s02 = s00;
    FloatVector s03 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s12 = s00;
    FloatVector s13 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s22 = s00;
    FloatVector s23 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    FloatVector s32 = s00;
    FloatVector s33 = s00;
    for (int i = 0; i < chunks; i++) {
      FloatVector w0 = FloatVector.fromMemorySegment(Lanes.F, weights, wi, LITTLE_ENDIAN);
      FloatVector w1 = FloatVector.fromMemorySegment(Lanes.F, weights, wi + BYTES, LITTLE_ENDIAN);
      FloatVector w2 =
          FloatVector.fromMemorySegment(Lanes.F, weights, wi + 2 * BYTES, LITTLE_ENDIAN);
      FloatVector w3 =
          FloatVector.fromMemorySegment(Lanes.F, weights, wi + 3 * BYTES, LITTLE_ENDIAN);
      FloatVector x0 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi));
      s00 = x0.fma(w0, s00);
      s01 = x0.fma(w1, s01);
      s02 = x0.fma(w2, s02);
      s03 = x0.fma(w3, s03);
      FloatVector x1 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 4));
      s10 = x1.fma(w0, s10);
      s11 = x1.fma(w1, s11);
      s12 = x1.fma(w2, s12);
      s13 = x1.fma(w3, s13);
      FloatVector x2 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 8));
      s20 = x2.fma(w0, s20);
      s21 = x2.fma(w1, s21);
      s22 = x2.fma(w2, s22);
      s23 = x2.fma(w3, s23);
      FloatVector x3 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 12));
      s30 = x3.fma(w0, s30);
      s31 = x3.fma(w1, s31);
      s32 = x3.fma(w2, s32);
      s33 = x3.fma(w3, s33);
      xi = (xi + OuterRows.STEP) & Operands.OFFSETS;
      wi = (wi + COLUMNS * BYTES) & Operands.OFFSETS;
    }
    s00.intoMemorySegment(to, at, LITTLE_ENDIAN);
    s01.intoMemorySegment(to, at + BYTES, LITTLE_ENDIAN);
    s02.intoMemorySegment(to, at + 2 * BYTES, LITTLE_ENDIAN);
    s03.intoMemorySegment(to, at + 3 * BYTES, LITTLE_ENDIAN);
    s10.intoMemorySegment(to, at + 4 * BYTES, LITTLE_ENDIAN);
    s11.intoMemorySegment(to, at + 5 * BYTES, LITTLE_ENDIAN);
    s12.intoMemorySegment(to, at + 6 * BYTES, LITTLE_ENDIAN);
    s13.intoMemorySegment(to, at + 7 * BYTES, LITTLE_ENDIAN);
    s20.intoMemorySegment(to, at + 8 * BYTES, LITTLE_ENDIAN);
    s21.intoMemorySegment(to, at + 9 * BYTES, LITTLE_ENDIAN);
    s22.intoMemorySegment(to, at + 10 * BYTES, LITTLE_ENDIAN);
    s23.intoMemorySegment(to, at + 11 * BYTES, LITTLE_ENDIAN);
    s30.intoMemorySegment(to, at + 12 * BYTES, LITTLE_ENDIAN);
    s31.intoMemorySegment(to, at + 13 * BYTES, LITTLE_ENDIAN);
    s32.intoMemorySegment(to, at + 14 * BYTES, LITTLE_ENDIAN);
    s33.intoMemorySegment(to, at + 15 * BYTES, LITTLE_ENDIAN);
  }
}
