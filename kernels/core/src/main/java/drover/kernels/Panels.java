package drover.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Some rows of a weight in the order in which tiles read them, for one thread. A panel is {@link
 * DotTile#PANEL} rows {@code [GROUPS, chunks, COLUMNS, lanes]}; row j of a panel stands in group
 * {@code j % GROUPS}.
 *
 * <p>BF16 weights are packed by the first tile that is multiplied by them: while it computes, the
 * next ones come from memory.
 */
final class Panels {
  private static final int PANEL = DotTile.PANEL;
  private static final int COLUMNS = DotTile.COLUMNS;
  private static final int GROUPS = DotTile.GROUPS;
  private static final long BYTES = DotTile.BYTES;

  /** The sums that tiles leave of a panel, {@code [GROUPS, tiles, rows, lanes]}. */
  private final Operands sums = new Operands(2L * GROUPS * DotTile.ROWS);

  private Operands memory = new Operands(0);

  /** A row's elements, in whole vectors. */
  private float[] decoded = new float[0];

  private HostWeight weight;
  private int first;
  private int count;
  private int chunks;

  /** Takes the panels {@code first} to {@code end} of a weight, in place of those before. */
  void take(HostWeight weight, int first, int end) {
    this.weight = weight;
    this.first = first;
    count = end - first;
    chunks = chunks(weight);
    if (memory.vectors() < (long) count * PANEL * chunks) {
      memory = new Operands((long) count * PANEL * chunks);
    }
    for (int i = 0; i < count; i++) {
      if (!isPackedByTile(i)) {
        pack(i);
      }
    }
  }

  /** How many panels a weight has. */
  static int count(HostWeight weight) {
    return Math.ceilDiv(weight.rows(), PANEL);
  }

  /** Vectors of a weight's row. */
  static int chunks(HostWeight weight) {
    return Math.ceilDiv(weight.columns(), Lanes.COUNT);
  }

  /** Bytes of one panel. */
  static long bytes(int chunks) {
    return BYTES * PANEL * chunks;
  }

  int count() {
    return count;
  }

  /** The first weight row of panel {@code i}. */
  int row(int i) {
    return (first + i) * PANEL;
  }

  /** How many weight rows panel {@code i} has. */
  int outputs(int i) {
    return Math.min(PANEL, weight.rows() - row(i));
  }

  private boolean isPackedByTile(int i) {
    return DotTile.WIDE
        && weight.type() == DType.BF16
        && outputs(i) == PANEL
        && Lanes.whole(weight.columns()) == weight.columns();
  }

  /**
   * Multiplies one or two tiles of the same height by panel {@code i}.
   *
   * @param begin whether they are the first that are
   * @param backwards whether to begin with the panel's last group: the one that the tiles before
   *     ended with is still in the first cache
   * @param out where the products with the tiles' first row go, from {@code at} on
   * @param step elements of {@code out} from a row to the next
   */
  void multiply(
      int i,
      PackedRows x,
      int tile,
      int tiles,
      boolean begin,
      boolean backwards,
      float[] out,
      int at,
      int step) {
    int height = x.tiles().height(tile);
    long xAt = x.memory().at(x.first(tile), (long) tiles * height * chunks);
    long panelAt = memory.at((long) i * PANEL * chunks, (long) PANEL * chunks);
    long sumsAt = sums.at(0, (long) GROUPS * tiles * height);
    for (int n = 0; n < GROUPS; n++) {
      int g = backwards ? GROUPS - 1 - n : n;
      for (int t = 0; t < tiles; t++) {
        long rows = xAt + BYTES * t * height * chunks;
        long group = panelAt + BYTES * g * COLUMNS * chunks;
        long to = sumsAt + BYTES * (g * tiles + t) * height;
        if (begin && t == 0 && isPackedByTile(i)) {
          firstTile(i, g, x, rows, height, group, to);
        } else {
          DotTile.multiply(
              x.memory().segment(),
              rows,
              height,
              memory.segment(),
              group,
              chunks,
              sums.segment(),
              to);
        }
      }
    }
    int filled = (tiles - 1) * height + x.tiles().filled(tile + tiles - 1);
    long groupStep = BYTES * tiles * height;
    for (int r = 0; r < filled; r++) {
      DotTile.join(sums.segment(), sumsAt + r * BYTES, groupStep, out, at + r * step, outputs(i));
    }
  }

  private void firstTile(
      int i, int group, PackedRows x, long xAt, int height, long groupAt, long to) {
    long row = weight.rowOffset(row(i) + group);
    long step = weight.rowOffset(GROUPS);
    if (height == DotTile.ROWS) {
      WideBf16Tile.six(
          x.memory().segment(),
          xAt,
          weight.data(),
          row,
          step,
          memory.segment(),
          groupAt,
          chunks,
          sums.segment(),
          to);
    } else {
      WideBf16Tile.four(
          x.memory().segment(),
          xAt,
          weight.data(),
          row,
          step,
          memory.segment(),
          groupAt,
          chunks,
          sums.segment(),
          to);
    }
  }

  private void pack(int i) {
    MemorySegment segment = memory.segment();
    long panel = memory.at((long) i * PANEL * chunks, (long) PANEL * chunks);
    int columns = weight.columns();
    if (decoded.length < chunks * Lanes.COUNT) {
      decoded = new float[chunks * Lanes.COUNT];
    }
    for (int j = 0; j < outputs(i); j++) {
      long at = panel + (j % GROUPS * COLUMNS * chunks + j / GROUPS) * BYTES;
      int row = row(i) + j;
      if (weight.type() == DType.BF16) {
        packBf16(weight.data(), weight.rowOffset(row), columns, segment, at);
      } else {
        decodeRow(weight, row, decoded, 0);
        PackedRows.packRow(decoded, 0, columns, segment, at, COLUMNS);
      }
    }
  }

  /** As {@link HostWeight#decodeRow}, in vectors where they are faster. */
  static void decodeRow(HostWeight weight, int row, float[] into, int at) {
    if (weight.type() == DType.Q8_0) {
      int columns = weight.columns();
      Lanes.decodeQ8(weight.data(), weight.rowOffset(row), columns, 0, columns, into, at);
    } else {
      weight.decodeRow(row, into, at);
    }
  }

  /** Packs a row of BF16 weights at byte {@code row}: the first of a group. */
  static void packBf16(MemorySegment weights, long row, int columns, MemorySegment panel, long at) {
    int whole = Lanes.whole(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      ShortVector bits =
          ShortVector.fromMemorySegment(Lanes.S, weights, row + 2L * i, LITTLE_ENDIAN);
      floats(bits).intoMemorySegment(panel, at + 4L * COLUMNS * i, LITTLE_ENDIAN);
    }
    if (whole < columns) {
      VectorMask<Short> tail = Lanes.S.indexInRange(0, columns - whole);
      ShortVector bits =
          ShortVector.fromMemorySegment(Lanes.S, weights, row + 2L * whole, LITTLE_ENDIAN, tail);
      floats(bits).intoMemorySegment(panel, at + 4L * COLUMNS * whole, LITTLE_ENDIAN);
    }
  }

  private static FloatVector floats(ShortVector bf16) {
    return ((IntVector) bf16.convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.I, 0))
        .lanewise(VectorOperators.LSHL, 16)
        .reinterpretAsFloats();
  }
}
