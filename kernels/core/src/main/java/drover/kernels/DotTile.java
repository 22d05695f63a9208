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
 * Dot products of several activation rows with several weight rows at a time, their sums in
 * registers, so that a vector that was loaded is used for more than one product. Each product is
 * summed as {@link DotKernel} sums it: the bits are the same.
 *
 * <p>Both operands are copied first, so that a tile reads each of them from one place to the next.
 * With chunks of as many elements as a vector has lanes, a tile of activations is {@code [chunks,
 * 4, lanes]} and, if it has six rows, {@code [chunks, 2, lanes]} (strides that are powers of two;
 * one of {@code [chunks, 6, lanes]} is a tenth slower). A panel of weights is {@code [GROUPS,
 * chunks, COLUMNS, lanes]}; row j of a panel stands in group {@code j % GROUPS}. The copies are
 * outside the heap: vectors that begin at a multiple of their size load a third faster, and no Java
 * array promises that.
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
  private static final boolean WIDE = Lanes.COUNT == 16;

  /** Weight rows of a tile. */
  static final int COLUMNS = WIDE ? WideTile.COLUMNS : NarrowTile.COLUMNS;

  /** Tiles of weights in a panel: four, or two of narrow vectors. */
  private static final int GROUPS = PANEL / COLUMNS;

  /** Vectors of the sums that a panel's tiles leave: {@code [GROUPS, rows, lanes]}. */
  static final int SUMS = GROUPS * ROWS;

  private static final VectorMask<Float> UPPER_OF_FOUR = Lanes.upper(GROUPS / 2);
  private static final VectorShuffle<Float> SWAP_OF_FOUR = Lanes.swap(GROUPS / 2);
  private static final VectorMask<Float> UPPER_OF_TWO = Lanes.upper(1);
  private static final VectorShuffle<Float> SWAP_OF_TWO = Lanes.swap(1);

  private DotTile() {}

  /**
   * Multiplies some rows by a panel.
   *
   * @param xFirst the packed tile's first vector
   * @param rows of the tile, ROWS or FEWER_ROWS
   * @param panelFirst the panel's first vector in {@code panels}
   * @param backwards whether to begin with the panel's last group: the one that the tile before
   *     ended with is still in the first cache
   * @param sums what this works with
   * @param count how many of the rows to write to {@code out}, from {@code outAt} on
   * @param outputs how many of the panel's products to write for each row
   * @param outStep elements of {@code out} from a row to the next
   */
  static void multiply(
      Operands x,
      long xFirst,
      int rows,
      Operands panels,
      long panelFirst,
      boolean backwards,
      int chunks,
      Operands sums,
      float[] out,
      int outAt,
      int count,
      int outputs,
      int outStep) {
    long xAt = x.at(xFirst, (long) rows * chunks);
    long panelAt = panels.at(panelFirst, (long) PANEL * chunks);
    long sumsAt = sums.at(0, (long) GROUPS * rows);
    for (int i = 0; i < GROUPS; i++) {
      int g = backwards ? GROUPS - 1 - i : i;
      tile(
          x.segment(),
          xAt,
          rows,
          panels.segment(),
          panelAt + BYTES * g * COLUMNS * chunks,
          chunks,
          sums.segment(),
          sumsAt + BYTES * g * rows);
    }
    for (int r = 0; r < count; r++) {
      join(sums.segment(), sumsAt + r * BYTES, rows * BYTES, out, outAt + r * outStep, outputs);
    }
  }

  /** Adds the groups' vectors of one row, {@code step} bytes apart, and writes the sums. */
  private static void join(
      MemorySegment sums, long at, long step, float[] out, int outAt, int outputs) {
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

  private static void tile(
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
   * Packs {@code count} rows of x from element {@code from} on as one tile.
   *
   * @param rows of the tile, ROWS or FEWER_ROWS
   * @param packed where to, from its vector {@code first} on
   */
  static void packRows(
      float[] x,
      int from,
      int count,
      int columns,
      int rows,
      int chunks,
      Operands packed,
      long first) {
    MemorySegment segment = packed.segment();
    long at = packed.at(first, (long) rows * chunks);
    for (int r = 0; r < count; r++) {
      if (r < 4) {
        packRow(x, from + r * columns, columns, segment, at + r * BYTES, 4);
      } else {
        long to = at + (4L * chunks + r - 4) * BYTES;
        packRow(x, from + r * columns, columns, segment, to, 2);
      }
    }
  }

  /** Writes a row's vectors {@code step} vectors apart, zeros behind its last element. */
  private static void packRow(
      float[] row, int from, int columns, MemorySegment packed, long at, int step) {
    int whole = Lanes.whole(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, row, from + i)
          .intoMemorySegment(packed, at + 4L * step * i, LITTLE_ENDIAN);
    }
    if (whole < columns) {
      FloatVector.fromArray(Lanes.F, row, from + whole, Lanes.first(columns - whole))
          .intoMemorySegment(packed, at + 4L * step * whole, LITTLE_ENDIAN);
    }
  }

  /**
   * Packs up to PANEL weight rows from {@code first} on.
   *
   * @param decoded what this works with: a row's elements
   * @param panels where to, from its vector {@code panelFirst} on
   */
  static void packPanel(
      HostWeight weight,
      int first,
      int rows,
      int chunks,
      float[] decoded,
      Operands panels,
      long panelFirst) {
    MemorySegment segment = panels.segment();
    long begin = panels.at(panelFirst, (long) PANEL * chunks);
    for (int j = 0; j < rows; j++) {
      long at = begin + (j % GROUPS * COLUMNS * chunks + j / GROUPS) * BYTES;
      long row = weight.rowOffset(first + j);
      if (weight.type() == DType.BF16) {
        packBf16(weight.data(), row, weight.columns(), segment, at);
      } else {
        if (weight.type() == DType.Q8_0) {
          Lanes.decodeQ8(weight.data(), row, weight.columns(), 0, weight.columns(), decoded, 0);
        } else {
          weight.decodeRow(first + j, decoded, 0);
        }
        packRow(decoded, 0, weight.columns(), segment, at, COLUMNS);
      }
    }
  }

  private static void packBf16(
      MemorySegment weights, long row, int columns, MemorySegment panel, long at) {
    int whole = Lanes.whole(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      ShortVector bits =
          ShortVector.fromMemorySegment(Lanes.S, weights, row + 2L * i, LITTLE_ENDIAN);
      ((IntVector) bits.convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoMemorySegment(panel, at + 4L * COLUMNS * i, LITTLE_ENDIAN);
    }
    if (whole < columns) {
      VectorMask<Short> tail = Lanes.S.indexInRange(0, columns - whole);
      ShortVector bits =
          ShortVector.fromMemorySegment(Lanes.S, weights, row + 2L * whole, LITTLE_ENDIAN, tail);
      ((IntVector) bits.convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoMemorySegment(panel, at + 4L * COLUMNS * whole, LITTLE_ENDIAN);
    }
  }
}
