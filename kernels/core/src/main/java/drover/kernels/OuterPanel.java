package drover.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link OuterTile#PANEL} rows of a weight in the order in which {@link OuterTile} reads them:
 * {@code [lanes, chunks, PANEL]}. For one thread.
 */
final class OuterPanel {
  /** Most tiles that are multiplied together. */
  static final int TILES = 4;

  /** Bytes of a panel that the second cache holds from one tile to the next. */
  private static final long CACHED_BYTES = 1 << 20;

  private static final int PANEL = OuterTile.PANEL;
  private static final int COLUMNS = OuterTile.COLUMNS;
  private static final long BYTES = DotTile.BYTES;

  /** Bytes from a chunk's weights in a chain to the next chunk's. */
  private static final long CHUNK_BYTES = COLUMNS * BYTES;

  /** Bytes of a tile's sums, {@code [lanes, ROWS, PANEL]}. */
  private static final long TILE_SUMS = Lanes.COUNT * OuterTile.SUMS;

  private final Operands sums = new Operands(TILES * TILE_SUMS / BYTES);

  /** Where tiles begin. */
  private final long[] starts = new long[TILES];

  private final Transpose block = new Transpose();

  private Operands memory = new Operands(0);

  /** Rows of as many weight rows as a vector has lanes. */
  private float[] decoded = new float[0];

  private HostWeight weight;
  private int panel;
  private int chunks;

  /** How many panels a weight has. */
  static int count(HostWeight weight) {
    return Math.ceilDiv(weight.rows(), PANEL);
  }

  /** The first weight row of the panel. */
  int row() {
    return panel * PANEL;
  }

  /** How many weight rows the panel has. */
  int outputs() {
    return Math.min(PANEL, weight.rows() - row());
  }

  /** Takes a panel of a weight, in place of the one before. */
  void take(HostWeight weight, int panel) {
    this.weight = weight;
    this.panel = panel;
    chunks = Panels.chunks(weight);
    if (memory.vectors() < vectors()) {
      memory = new Operands(vectors());
    }
    long to = at();
    for (int v = 0; v < COLUMNS; v++) {
      int first = row() + v * Lanes.COUNT;
      int rows = Math.clamp(weight.rows() - first, 0, Lanes.COUNT);
      if (weight.type() == DType.BF16
          && rows == Lanes.COUNT
          && weight.columns() % (2 * Lanes.COUNT) == 0) {
        packBf16(first, to + v * BYTES);
      } else {
        pack(first, rows, to + v * BYTES);
      }
    }
  }

  /**
   * Bytes from a chain to the next: not a multiple of what a cache's sets repeat with, or chains
   * would push each other out.
   */
  private long chainBytes() {
    return chunks * CHUNK_BYTES + BYTES;
  }

  private long vectors() {
    return Lanes.COUNT * chainBytes() / BYTES;
  }

  private long at() {
    return memory.at(0, vectors());
  }

  /** How many tiles to multiply together: more than one where the panel would not stay in cache. */
  int tilesTogether() {
    return vectors() * BYTES > CACHED_BYTES ? TILES : 1;
  }

  /**
   * Multiplies tiles by the panel.
   *
   * @param tiles how many, at most {@link #TILES}
   * @param out where the products with their first row go, from {@code at} on
   * @param step elements of {@code out} from a row to the next
   */
  void multiply(OuterRows x, int tile, int tiles, float[] out, int at, int step) {
    MemorySegment rows = x.memory().segment();
    MemorySegment weights = memory.segment();
    MemorySegment to = sums.segment();
    long sumsAt = sums.at(0, sums.vectors());
    long panelAt = at();
    long chainBytes = chainBytes();
    for (int t = 0; t < tiles; t++) {
      starts[t] = x.at(tile + t);
    }
    for (int i = 0; i < Lanes.COUNT; i++) {
      int lane = OuterRows.lane(i);
      long offset = x.chain(lane);
      long wAt = panelAt + lane * chainBytes;
      for (int t = 0; t < tiles; t++) {
        long xAt = starts[t] + offset;
        long sumAt = sumsAt + t * TILE_SUMS + lane * OuterTile.SUMS;
        OuterTile.chain(rows, xAt, x.tiles().height(tile + t), weights, wAt, chunks, to, sumAt);
      }
    }
    for (int t = 0; t < tiles; t++) {
      int outAt = at + (x.tiles().row(tile + t) - x.tiles().row(tile)) * step;
      int filled = x.tiles().filled(tile + t);
      OuterTile.join(to, sumsAt + t * TILE_SUMS, filled, out, outAt, step, outputs());
    }
  }

  private void pack(int first, int rows, long to) {
    int width = chunks * Lanes.COUNT;
    if (decoded.length < width * Lanes.COUNT) {
      decoded = new float[width * Lanes.COUNT];
    }
    for (int r = 0; r < Lanes.COUNT; r++) {
      int at = r * width;
      if (r < rows) {
        Panels.decodeRow(weight, first + r, decoded, at);
      }
      Arrays.fill(decoded, at + (r < rows ? weight.columns() : 0), at + width, 0);
    }
    long step = chainBytes();
    for (int c = 0; c < chunks; c++) {
      for (int r = 0; r < Lanes.COUNT; r++) {
        FloatVector.fromArray(Lanes.F, decoded, r * width + c * Lanes.COUNT)
            .intoMemorySegment(block.segment(), block.at() + r * BYTES, LITTLE_ENDIAN);
      }
      block.turn();
      long chunk = to + c * CHUNK_BYTES;
      for (int lane = 0; lane < Lanes.COUNT; lane++) {
        FloatVector.fromMemorySegment(
                Lanes.F, block.segment(), block.at() + lane * BYTES, LITTLE_ENDIAN)
            .intoMemorySegment(memory.segment(), chunk + lane * step, LITTLE_ENDIAN);
      }
    }
  }

  /** Packs whole vectors of rows, two elements of each at a time in the lanes of integers. */
  private void packBf16(int first, long to) {
    MemorySegment turned = Operands.unchecked(block.segment());
    MemorySegment chains = Operands.unchecked(memory.segment());
    long from = weight.rowOffset(first);
    long rowBytes = weight.rowOffset(1);
    long step = chainBytes();
    for (int c = 0; c < chunks; c += 2) {
      block.turn(weight.data(), from + c * BYTES / 2, rowBytes);
      long pair = block.at();
      for (int half = 0; half < 2; half++) {
        long even = to + (c + half) * CHUNK_BYTES;
        for (int i = 0; i < Lanes.COUNT / 2; i++) {
          IntVector two = IntVector.fromMemorySegment(Lanes.I, turned, pair, LITTLE_ENDIAN);
          two.lanewise(VectorOperators.LSHL, 16).intoMemorySegment(chains, even, LITTLE_ENDIAN);
          two.and(-1 << 16).intoMemorySegment(chains, even + step, LITTLE_ENDIAN);
          even += 2 * step;
          pair += BYTES;
        }
      }
    }
  }
}
