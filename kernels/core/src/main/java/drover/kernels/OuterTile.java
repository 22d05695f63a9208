package drover.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Outer products of several activation rows with a panel of weight rows, their sums in registers: a
 * vector has a weight of as many rows as it has lanes, and is multiplied by one activation of each
 * row. Beside {@link DotTile}, this reads fewer bytes for a product and needs no sums over lanes,
 * but both operands have to be turned around first: it is for many rows.
 *
 * <p>Each product is summed as {@link DotKernel} sums it, so that the bits are the same: the
 * elements that are in one lane there, every 16th of a row with vectors of 512 bits, are a chain of
 * additions, and the chains are added by the tree of {@link Lanes#sum}. {@link #multiply} is one
 * chain of every product of a tile, or two that are neighbours in the tree, as many as there are
 * registers for; {@link #join} is the rest of the tree.
 */
final class OuterTile {
  /** Vectors of weights in a tile. */
  static final int COLUMNS = 2;

  /** Chains that a tile multiplies: with 16 lanes, lane i and lane i + 8. */
  static final int CHAINS = DotTile.WIDE ? WideOuterTile.CHAINS : 1;

  /** Tiles that multiply all chains. */
  static final int GROUPS = Lanes.COUNT / CHAINS;

  /**
   * Tiles of weights in a panel: as many as there are chains in one, so that a tile's rows of
   * activations, once in the first cache, serve more.
   */
  static final int SIDES = CHAINS;

  /** Weight rows of a panel. */
  static final int PANEL = SIDES * COLUMNS * Lanes.COUNT;

  /** Bytes of what one tile of each side leaves. */
  static final long SUMS = 4L * DotTile.ROWS * PANEL;

  private OuterTile() {}

  /**
   * Multiplies what one group of chains takes of a tile and one side of a panel.
   *
   * @param x the chains in {@link OuterRows}, from {@code xAt} on
   * @param rows of the tile, {@link DotTile#ROWS} or {@link DotTile#FEWER_ROWS}
   * @param w the chains in {@link OuterPanel}, from {@code wAt} on
   * @param sums {@code [rows, PANEL]}, of which the side's from {@code at} on are overwritten
   */
  static void multiply(
      MemorySegment x,
      long xAt,
      int rows,
      MemorySegment w,
      long wAt,
      int chunks,
      MemorySegment sums,
      long at) {
    if (DotTile.WIDE) {
      if (rows == DotTile.ROWS) {
        WideOuterTile.six(x, xAt, w, wAt, chunks, sums, at);
      } else {
        WideOuterTile.four(x, xAt, w, wAt, chunks, sums, at);
      }
    } else if (rows == DotTile.ROWS) {
      NarrowOuterTile.six(x, xAt, w, wAt, chunks, sums, at, 1);
    } else {
      NarrowOuterTile.four(x, xAt, w, wAt, chunks, sums, at, 1);
    }
  }

  /**
   * Adds the sums of all groups and writes the products.
   *
   * <p>Written out for the reason that {@link WideTile} has: inlined, it once took a third of all
   * time.
   *
   * @param sums {@code [GROUPS, ROWS, PANEL]} from {@code at} on
   * @param rows of the tile that are rows of the batch
   * @param out where its first row goes, from {@code outAt} on
   * @param step elements of {@code out} from a row to the next
   * @param outputs products of a row to write
   */
  static void join(
      MemorySegment sums, long at, int rows, float[] out, int outAt, int step, int outputs) {
    MemorySegment all = Operands.unchecked(sums);
    for (int r = 0; r < rows; r++) {
      for (int n = 0; n < outputs; n += Lanes.COUNT) {
        long from = (at + 4L * (r * PANEL + n)) & Operands.OFFSETS;
        long half = (from + GROUPS / 2 * SUMS) & Operands.OFFSETS;
        FloatVector s0 =
            FloatVector.fromMemorySegment(Lanes.F, all, from, LITTLE_ENDIAN)
                .add(FloatVector.fromMemorySegment(Lanes.F, all, half, LITTLE_ENDIAN));
        FloatVector s1 =
            FloatVector.fromMemorySegment(Lanes.F, all, from + SUMS, LITTLE_ENDIAN)
                .add(FloatVector.fromMemorySegment(Lanes.F, all, half + SUMS, LITTLE_ENDIAN));
        if (GROUPS == 8) {
          FloatVector s2 =
              FloatVector.fromMemorySegment(Lanes.F, all, from + 2 * SUMS, LITTLE_ENDIAN)
                  .add(FloatVector.fromMemorySegment(Lanes.F, all, half + 2 * SUMS, LITTLE_ENDIAN));
          FloatVector s3 =
              FloatVector.fromMemorySegment(Lanes.F, all, from + 3 * SUMS, LITTLE_ENDIAN)
                  .add(FloatVector.fromMemorySegment(Lanes.F, all, half + 3 * SUMS, LITTLE_ENDIAN));
          s0 = s0.add(s2);
          s1 = s1.add(s3);
        }
        FloatVector sum = s0.add(s1);
        int to = outAt + r * step + n;
        if (outputs - n >= Lanes.COUNT) {
          sum.intoArray(out, to);
        } else {
          sum.intoArray(out, to, Lanes.first(outputs - n));
        }
      }
    }
  }
}
