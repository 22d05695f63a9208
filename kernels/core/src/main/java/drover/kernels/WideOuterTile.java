package drover.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The tiles of {@link OuterTile} for CPUs with 32 vector registers: six by two sums of each of two
 * chains, four vectors of weights and an activation are in registers at once. The chains' sums are
 * added there, which spares a store and a load of each two.
 *
 * <p>Written out for the reason that {@link WideTile} has.
 */
final class WideOuterTile {
  /** Chains that are multiplied together. */
  static final int CHAINS = 2;

  private static final long BYTES = DotTile.BYTES;

  /** Bytes from a chunk's weights to the next chunk's. */
  private static final long STEP = BYTES * CHAINS * OuterTile.COLUMNS;

  /** Bytes from an activation of the first chain to the second's. */
  private static final long BESIDE = OuterRows.STEP / CHAINS;

  /** Bytes from a row of sums to the next. */
  private static final long ROW = 4L * OuterTile.PANEL;

  private WideOuterTile() {}

  /** Leaves 12 vectors, 2 of each of six activation rows. */
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
    FloatVector a00 = FloatVector.zero(Lanes.F);
    FloatVector a01 = a00;
    FloatVector b00 = a00;
    FloatVector b01 = a00;
    FloatVector a10 = a00;
    FloatVector a11 = a00;
    FloatVector b10 = a00;
    FloatVector b11 = a00;
    FloatVector a20 = a00;
    FloatVector a21 = a00;
    FloatVector b20 = a00;
    FloatVector b21 = a00;
    FloatVector a30 = a00;
    FloatVector a31 = a00;
    FloatVector b30 = a00;
    FloatVector b31 = a00;
    FloatVector a40 = a00;
    FloatVector a41 = a00;
    FloatVector b40 = a00;
    FloatVector b41 = a00;
    FloatVector a50 = a00;
    FloatVector a51 = a00;
    FloatVector b50 = a00;
    FloatVector b51 = a00;
    for (int i = 0; i < chunks; i++) {
      FloatVector w0 = FloatVector.fromMemorySegment(Lanes.F, weights, wi, LITTLE_ENDIAN);
      FloatVector w1 = FloatVector.fromMemorySegment(Lanes.F, weights, wi + BYTES, LITTLE_ENDIAN);
      FloatVector v0 =
          FloatVector.fromMemorySegment(Lanes.F, weights, wi + 2 * BYTES, LITTLE_ENDIAN);
      FloatVector v1 =
          FloatVector.fromMemorySegment(Lanes.F, weights, wi + 3 * BYTES, LITTLE_ENDIAN);
      FloatVector x0 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi));
      a00 = x0.fma(w0, a00);
      a01 = x0.fma(w1, a01);
      FloatVector y0 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + BESIDE));
      b00 = y0.fma(v0, b00);
      b01 = y0.fma(v1, b01);
      FloatVector x1 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 4));
      a10 = x1.fma(w0, a10);
      a11 = x1.fma(w1, a11);
      FloatVector y1 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + BESIDE + 4));
      b10 = y1.fma(v0, b10);
      b11 = y1.fma(v1, b11);
      FloatVector x2 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 8));
      a20 = x2.fma(w0, a20);
      a21 = x2.fma(w1, a21);
      FloatVector y2 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + BESIDE + 8));
      b20 = y2.fma(v0, b20);
      b21 = y2.fma(v1, b21);
      FloatVector x3 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 12));
      a30 = x3.fma(w0, a30);
      a31 = x3.fma(w1, a31);
      FloatVector y3 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + BESIDE + 12));
      b30 = y3.fma(v0, b30);
      b31 = y3.fma(v1, b31);
      FloatVector x4 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 16));
      a40 = x4.fma(w0, a40);
      a41 = x4.fma(w1, a41);
      FloatVector y4 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + BESIDE + 16));
      b40 = y4.fma(v0, b40);
      b41 = y4.fma(v1, b41);
      FloatVector x5 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 20));
      a50 = x5.fma(w0, a50);
      a51 = x5.fma(w1, a51);
      FloatVector y5 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + BESIDE + 20));
      b50 = y5.fma(v0, b50);
      b51 = y5.fma(v1, b51);
      xi = (xi + OuterRows.STEP) & Operands.OFFSETS;
      wi = (wi + STEP) & Operands.OFFSETS;
    }
    a00.add(b00).intoMemorySegment(to, at, LITTLE_ENDIAN);
    a01.add(b01).intoMemorySegment(to, at + BYTES, LITTLE_ENDIAN);
    a10.add(b10).intoMemorySegment(to, at + ROW, LITTLE_ENDIAN);
    a11.add(b11).intoMemorySegment(to, at + ROW + BYTES, LITTLE_ENDIAN);
    a20.add(b20).intoMemorySegment(to, at + 2 * ROW, LITTLE_ENDIAN);
    a21.add(b21).intoMemorySegment(to, at + 2 * ROW + BYTES, LITTLE_ENDIAN);
    a30.add(b30).intoMemorySegment(to, at + 3 * ROW, LITTLE_ENDIAN);
    a31.add(b31).intoMemorySegment(to, at + 3 * ROW + BYTES, LITTLE_ENDIAN);
    a40.add(b40).intoMemorySegment(to, at + 4 * ROW, LITTLE_ENDIAN);
    a41.add(b41).intoMemorySegment(to, at + 4 * ROW + BYTES, LITTLE_ENDIAN);
    a50.add(b50).intoMemorySegment(to, at + 5 * ROW, LITTLE_ENDIAN);
    a51.add(b51).intoMemorySegment(to, at + 5 * ROW + BYTES, LITTLE_ENDIAN);
  }

  /** Leaves 8 vectors, 2 of each of four activation rows. */
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
    FloatVector a00 = FloatVector.zero(Lanes.F);
    FloatVector a01 = a00;
    FloatVector b00 = a00;
    FloatVector b01 = a00;
    FloatVector a10 = a00;
    FloatVector a11 = a00;
    FloatVector b10 = a00;
    FloatVector b11 = a00;
    FloatVector a20 = a00;
    FloatVector a21 = a00;
    FloatVector b20 = a00;
    FloatVector b21 = a00;
    FloatVector a30 = a00;
    FloatVector a31 = a00;
    FloatVector b30 = a00;
    FloatVector b31 = a00;
    for (int i = 0; i < chunks; i++) {
      FloatVector w0 = FloatVector.fromMemorySegment(Lanes.F, weights, wi, LITTLE_ENDIAN);
      FloatVector w1 = FloatVector.fromMemorySegment(Lanes.F, weights, wi + BYTES, LITTLE_ENDIAN);
      FloatVector v0 =
          FloatVector.fromMemorySegment(Lanes.F, weights, wi + 2 * BYTES, LITTLE_ENDIAN);
      FloatVector v1 =
          FloatVector.fromMemorySegment(Lanes.F, weights, wi + 3 * BYTES, LITTLE_ENDIAN);
      FloatVector x0 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi));
      a00 = x0.fma(w0, a00);
      a01 = x0.fma(w1, a01);
      FloatVector y0 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + BESIDE));
      b00 = y0.fma(v0, b00);
      b01 = y0.fma(v1, b01);
      FloatVector x1 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 4));
      a10 = x1.fma(w0, a10);
      a11 = x1.fma(w1, a11);
      FloatVector y1 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + BESIDE + 4));
      b10 = y1.fma(v0, b10);
      b11 = y1.fma(v1, b11);
      FloatVector x2 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 8));
      a20 = x2.fma(w0, a20);
      a21 = x2.fma(w1, a21);
      FloatVector y2 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + BESIDE + 8));
      b20 = y2.fma(v0, b20);
      b21 = y2.fma(v1, b21);
      FloatVector x3 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + 12));
      a30 = x3.fma(w0, a30);
      a31 = x3.fma(w1, a31);
      FloatVector y3 = FloatVector.broadcast(Lanes.F, rows.get(Operands.FLOAT, xi + BESIDE + 12));
      b30 = y3.fma(v0, b30);
      b31 = y3.fma(v1, b31);
      xi = (xi + OuterRows.STEP) & Operands.OFFSETS;
      wi = (wi + STEP) & Operands.OFFSETS;
    }
    a00.add(b00).intoMemorySegment(to, at, LITTLE_ENDIAN);
    a01.add(b01).intoMemorySegment(to, at + BYTES, LITTLE_ENDIAN);
    a10.add(b10).intoMemorySegment(to, at + ROW, LITTLE_ENDIAN);
    a11.add(b11).intoMemorySegment(to, at + ROW + BYTES, LITTLE_ENDIAN);
    a20.add(b20).intoMemorySegment(to, at + 2 * ROW, LITTLE_ENDIAN);
    a21.add(b21).intoMemorySegment(to, at + 2 * ROW + BYTES, LITTLE_ENDIAN);
    a30.add(b30).intoMemorySegment(to, at + 3 * ROW, LITTLE_ENDIAN);
    a31.add(b31).intoMemorySegment(to, at + 3 * ROW + BYTES, LITTLE_ENDIAN);
  }
}
