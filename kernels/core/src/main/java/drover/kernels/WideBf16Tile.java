package drover.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/**
 * As {@link WideTile}, with BF16 weights from the model's own memory, which are left as a group of
 * a {@link Panels panel} for the tiles to come.
 *
 * <p>Written out, because a method that takes or returns vectors keeps them in memory wherever the
 * JIT does not inline it, and whether it does so depends on what was compiled before.
 */
final class WideBf16Tile {
  private static final int COLUMNS = WideTile.COLUMNS;

  private static final long BYTES = DotTile.BYTES;

  private static final VectorMask<Float> HALVES = Lanes.UPPER_HALVES;
  private static final VectorShuffle<Float> SWAP_HALVES = Lanes.SWAP_HALVES;
  private static final VectorMask<Float> QUARTERS = Lanes.UPPER_QUARTERS;
  private static final VectorShuffle<Float> SWAP_QUARTERS = Lanes.SWAP_QUARTERS;

  private WideBf16Tile() {}

  /**
   * Leaves 6 vectors, for six activation rows.
   *
   * @param source BF16 weights: four rows from byte {@code row} on, {@code step} bytes apart
   * @param w where they go as a group of a panel
   */
  static void six(
      MemorySegment x,
      long xAt,
      MemorySegment source,
      long row,
      long step,
      MemorySegment w,
      long wAt,
      int chunks,
      MemorySegment sums,
      long sumsAt) {
    MemorySegment rows = Operands.unchecked(x);
    MemorySegment group = Operands.unchecked(w);
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
      long b = row + i * (BYTES / 2);
      FloatVector w0 =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.S, source, b, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats();
      w0.intoMemorySegment(group, wi, LITTLE_ENDIAN);
      FloatVector w1 =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.S, source, b + step, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats();
      w1.intoMemorySegment(group, wi + BYTES, LITTLE_ENDIAN);
      FloatVector w2 =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.S, source, b + 2 * step, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats();
      w2.intoMemorySegment(group, wi + 2 * BYTES, LITTLE_ENDIAN);
      FloatVector w3 =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.S, source, b + 3 * step, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats();
      w3.intoMemorySegment(group, wi + 3 * BYTES, LITTLE_ENDIAN);
      FloatVector x0 = FloatVector.fromMemorySegment(Lanes.F, rows, xi, LITTLE_ENDIAN);
      s00 = x0.fma(w0, s00);
      s01 = x0.fma(w1, s01);
      s02 = x0.fma(w2, s02);
      s03 = x0.fma(w3, s03);
      FloatVector x1 = FloatVector.fromMemorySegment(Lanes.F, rows, xi + BYTES, LITTLE_ENDIAN);
      s10 = x1.fma(w0, s10);
      s11 = x1.fma(w1, s11);
      s12 = x1.fma(w2, s12);
      s13 = x1.fma(w3, s13);
      FloatVector x2 = FloatVector.fromMemorySegment(Lanes.F, rows, xi + 2 * BYTES, LITTLE_ENDIAN);
      s20 = x2.fma(w0, s20);
      s21 = x2.fma(w1, s21);
      s22 = x2.fma(w2, s22);
      s23 = x2.fma(w3, s23);
      FloatVector x3 = FloatVector.fromMemorySegment(Lanes.F, rows, xi + 3 * BYTES, LITTLE_ENDIAN);
      s30 = x3.fma(w0, s30);
      s31 = x3.fma(w1, s31);
      s32 = x3.fma(w2, s32);
      s33 = x3.fma(w3, s33);
      FloatVector x4 = FloatVector.fromMemorySegment(Lanes.F, rows, xi + 4 * BYTES, LITTLE_ENDIAN);
      s40 = x4.fma(w0, s40);
      s41 = x4.fma(w1, s41);
      s42 = x4.fma(w2, s42);
      s43 = x4.fma(w3, s43);
      FloatVector x5 = FloatVector.fromMemorySegment(Lanes.F, rows, xi + 5 * BYTES, LITTLE_ENDIAN);
      s50 = x5.fma(w0, s50);
      s51 = x5.fma(w1, s51);
      s52 = x5.fma(w2, s52);
      s53 = x5.fma(w3, s53);
      xi = (xi + 6 * BYTES) & Operands.OFFSETS;
      wi = (wi + COLUMNS * BYTES) & Operands.OFFSETS;
    }
    s00 = s00.blend(s02, HALVES).add(s02.blend(s00, HALVES).rearrange(SWAP_HALVES));
    s01 = s01.blend(s03, HALVES).add(s03.blend(s01, HALVES).rearrange(SWAP_HALVES));
    s00.blend(s01, QUARTERS)
        .add(s01.blend(s00, QUARTERS).rearrange(SWAP_QUARTERS))
        .intoMemorySegment(to, at, LITTLE_ENDIAN);
    s10 = s10.blend(s12, HALVES).add(s12.blend(s10, HALVES).rearrange(SWAP_HALVES));
    s11 = s11.blend(s13, HALVES).add(s13.blend(s11, HALVES).rearrange(SWAP_HALVES));
    s10.blend(s11, QUARTERS)
        .add(s11.blend(s10, QUARTERS).rearrange(SWAP_QUARTERS))
        .intoMemorySegment(to, at + BYTES, LITTLE_ENDIAN);
    s20 = s20.blend(s22, HALVES).add(s22.blend(s20, HALVES).rearrange(SWAP_HALVES));
    s21 = s21.blend(s23, HALVES).add(s23.blend(s21, HALVES).rearrange(SWAP_HALVES));
    s20.blend(s21, QUARTERS)
        .add(s21.blend(s20, QUARTERS).rearrange(SWAP_QUARTERS))
        .intoMemorySegment(to, at + 2 * BYTES, LITTLE_ENDIAN);
    s30 = s30.blend(s32, HALVES).add(s32.blend(s30, HALVES).rearrange(SWAP_HALVES));
    s31 = s31.blend(s33, HALVES).add(s33.blend(s31, HALVES).rearrange(SWAP_HALVES));
    s30.blend(s31, QUARTERS)
        .add(s31.blend(s30, QUARTERS).rearrange(SWAP_QUARTERS))
        .intoMemorySegment(to, at + 3 * BYTES, LITTLE_ENDIAN);
    s40 = s40.blend(s42, HALVES).add(s42.blend(s40, HALVES).rearrange(SWAP_HALVES));
    s41 = s41.blend(s43, HALVES).add(s43.blend(s41, HALVES).rearrange(SWAP_HALVES));
    s40.blend(s41, QUARTERS)
        .add(s41.blend(s40, QUARTERS).rearrange(SWAP_QUARTERS))
        .intoMemorySegment(to, at + 4 * BYTES, LITTLE_ENDIAN);
    s50 = s50.blend(s52, HALVES).add(s52.blend(s50, HALVES).rearrange(SWAP_HALVES));
    s51 = s51.blend(s53, HALVES).add(s53.blend(s51, HALVES).rearrange(SWAP_HALVES));
    s50.blend(s51, QUARTERS)
        .add(s51.blend(s50, QUARTERS).rearrange(SWAP_QUARTERS))
        .intoMemorySegment(to, at + 5 * BYTES, LITTLE_ENDIAN);
  }

  /** Leaves 4 vectors, for four activation rows. */
  static void four(
      MemorySegment x,
      long xAt,
      MemorySegment source,
      long row,
      long step,
      MemorySegment w,
      long wAt,
      int chunks,
      MemorySegment sums,
      long sumsAt) {
    MemorySegment rows = Operands.unchecked(x);
    MemorySegment group = Operands.unchecked(w);
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
      long b = row + i * (BYTES / 2);
      FloatVector w0 =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.S, source, b, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats();
      w0.intoMemorySegment(group, wi, LITTLE_ENDIAN);
      FloatVector w1 =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.S, source, b + step, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats();
      w1.intoMemorySegment(group, wi + BYTES, LITTLE_ENDIAN);
      FloatVector w2 =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.S, source, b + 2 * step, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats();
      w2.intoMemorySegment(group, wi + 2 * BYTES, LITTLE_ENDIAN);
      FloatVector w3 =
          ((IntVector)
                  ShortVector.fromMemorySegment(Lanes.S, source, b + 3 * step, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats();
      w3.intoMemorySegment(group, wi + 3 * BYTES, LITTLE_ENDIAN);
      FloatVector x0 = FloatVector.fromMemorySegment(Lanes.F, rows, xi, LITTLE_ENDIAN);
      s00 = x0.fma(w0, s00);
      s01 = x0.fma(w1, s01);
      s02 = x0.fma(w2, s02);
      s03 = x0.fma(w3, s03);
      FloatVector x1 = FloatVector.fromMemorySegment(Lanes.F, rows, xi + BYTES, LITTLE_ENDIAN);
      s10 = x1.fma(w0, s10);
      s11 = x1.fma(w1, s11);
      s12 = x1.fma(w2, s12);
      s13 = x1.fma(w3, s13);
      FloatVector x2 = FloatVector.fromMemorySegment(Lanes.F, rows, xi + 2 * BYTES, LITTLE_ENDIAN);
      s20 = x2.fma(w0, s20);
      s21 = x2.fma(w1, s21);
      s22 = x2.fma(w2, s22);
      s23 = x2.fma(w3, s23);
      FloatVector x3 = FloatVector.fromMemorySegment(Lanes.F, rows, xi + 3 * BYTES, LITTLE_ENDIAN);
      s30 = x3.fma(w0, s30);
      s31 = x3.fma(w1, s31);
      s32 = x3.fma(w2, s32);
      s33 = x3.fma(w3, s33);
      xi = (xi + 4 * BYTES) & Operands.OFFSETS;
      wi = (wi + COLUMNS * BYTES) & Operands.OFFSETS;
    }
    s00 = s00.blend(s02, HALVES).add(s02.blend(s00, HALVES).rearrange(SWAP_HALVES));
    s01 = s01.blend(s03, HALVES).add(s03.blend(s01, HALVES).rearrange(SWAP_HALVES));
    s00.blend(s01, QUARTERS)
        .add(s01.blend(s00, QUARTERS).rearrange(SWAP_QUARTERS))
        .intoMemorySegment(to, at, LITTLE_ENDIAN);
    s10 = s10.blend(s12, HALVES).add(s12.blend(s10, HALVES).rearrange(SWAP_HALVES));
    s11 = s11.blend(s13, HALVES).add(s13.blend(s11, HALVES).rearrange(SWAP_HALVES));
    s10.blend(s11, QUARTERS)
        .add(s11.blend(s10, QUARTERS).rearrange(SWAP_QUARTERS))
        .intoMemorySegment(to, at + BYTES, LITTLE_ENDIAN);
    s20 = s20.blend(s22, HALVES).add(s22.blend(s20, HALVES).rearrange(SWAP_HALVES));
    s21 = s21.blend(s23, HALVES).add(s23.blend(s21, HALVES).rearrange(SWAP_HALVES));
    s20.blend(s21, QUARTERS)
        .add(s21.blend(s20, QUARTERS).rearrange(SWAP_QUARTERS))
        .intoMemorySegment(to, at + 2 * BYTES, LITTLE_ENDIAN);
    s30 = s30.blend(s32, HALVES).add(s32.blend(s30, HALVES).rearrange(SWAP_HALVES));
    s31 = s31.blend(s33, HALVES).add(s33.blend(s31, HALVES).rearrange(SWAP_HALVES));
    s30.blend(s31, QUARTERS)
        .add(s31.blend(s30, QUARTERS).rearrange(SWAP_QUARTERS))
        .intoMemorySegment(to, at + 3 * BYTES, LITTLE_ENDIAN);
  }
}
