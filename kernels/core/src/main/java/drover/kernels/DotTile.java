package drover.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Dot products of several activation rows with several weight rows at a time, their sums in
 * registers, so that a vector that was loaded is used for more than one product. Each product is
 * summed as {@link DotKernel} sums it: the bits are the same.
 *
 * <p>Both operands are copied first, so that a tile reads each of them from one place to the next:
 * {@link PackedRows} and {@link Panels}. The copies are outside the heap: vectors that begin at a
 * multiple of their size load a third faster, and no Java array promises that.
 *
 * <p>{@link Lanes#sum} of each product is computed for a whole panel at once: first the tile adds
 * the halves of two (quarters of four) vectors of sums in one, then {@link #join} adds the groups.
 * Each sum adds the same pairs of numbers as it does alone.
 */
final class DotTile {
  /** Activation rows of a tile. */
  static final int ROWS = 6;

  /** Activation rows of a smaller tile. */
  static final int FEWER_ROWS = 4;

  /** Weight rows of a panel: their products with an activation row are one vector. */
  static final int PANEL = Lanes.COUNT;

  /** Bytes of one vector. */
  static final long BYTES = 4L * Lanes.COUNT;

  /** CPUs with vectors of 512 bits have twice as many of them. */
  static final boolean WIDE = Lanes.COUNT == 16;

  /** Weight rows of a tile. */
  static final int COLUMNS = WIDE ? WideTile.COLUMNS : NarrowTile.COLUMNS;

  /** Tiles of weights in a panel: four, or two of narrow vectors. */
  static final int GROUPS = PANEL / COLUMNS;

  private static final VectorMask<Float> UPPER_OF_FOUR = Lanes.upper(GROUPS / 2);
  private static final VectorShuffle<Float> SWAP_OF_FOUR = Lanes.swap(GROUPS / 2);
  private static final VectorMask<Float> UPPER_OF_TWO = Lanes.upper(1);
  private static final VectorShuffle<Float> SWAP_OF_TWO = Lanes.swap(1);

  private DotTile() {}

  /**
   * Multiplies a tile by a panel's group. What is left of each row's sums is a vector.
   *
   * @param rows of the tile, ROWS or FEWER_ROWS
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
    if (WIDE) {
      if (rows == ROWS) {
        WideTile.six(x, xAt, w, wAt, chunks, sums, at);
      } else {
        WideTile.four(x, xAt, w, wAt, chunks, sums, at);
      }
    } else if (rows == ROWS) {
      NarrowTile.six(x, xAt, w, wAt, chunks, sums, at, 1);
    } else {
      NarrowTile.four(x, xAt, w, wAt, chunks, sums, at, 1);
    }
  }

  /**
   * Adds the groups' vectors of one row, {@code step} bytes apart, and writes the sums.
   *
   * @param outputs how many of them to write to {@code out}, from {@code outAt} on
   */
  static void join(MemorySegment sums, long at, long step, float[] out, int outAt, int outputs) {
    FloatVector even = FloatVector.fromMemorySegment(Lanes.F, sums, at, LITTLE_ENDIAN);
    FloatVector odd = FloatVector.fromMemorySegment(Lanes.F, sums, at + step, LITTLE_ENDIAN);
    if (GROUPS == 4) {
      FloatVector two = FloatVector.fromMemorySegment(Lanes.F, sums, at + 2 * step, LITTLE_ENDIAN);
      FloatVector three =
          FloatVector.fromMemorySegment(Lanes.F, sums, at + 3 * step, LITTLE_ENDIAN);
      even =
          even.blend(two, UPPER_OF_FOUR)
              .add(two.blend(even, UPPER_OF_FOUR).rearrange(SWAP_OF_FOUR));
      odd =
          odd.blend(three, UPPER_OF_FOUR)
              .add(three.blend(odd, UPPER_OF_FOUR).rearrange(SWAP_OF_FOUR));
    }
    FloatVector all =
        even.blend(odd, UPPER_OF_TWO).add(odd.blend(even, UPPER_OF_TWO).rearrange(SWAP_OF_TWO));
    if (outputs == PANEL) {
      all.intoArray(out, outAt);
    } else {
      all.intoArray(out, outAt, Lanes.first(outputs));
    }
  }
}
