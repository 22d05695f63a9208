package drover.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link OuterTile#PANEL} rows of a weight in the order in which {@link OuterTile} reads them:
 * {@code [GROUPS, SIDES, chunks, CHAINS, COLUMNS, lanes]}. For one thread.
 */
final class OuterPanel {
  /** Most tiles that are multiplied together. */
  static final int TILES = 4;

  /** Bytes of a panel that the second cache holds from one tile to the next. */
  private static final long CACHED_BYTES = 1 << 20;

  private static final int PANEL = OuterTile.PANEL;
  private static final int COLUMNS = OuterTile.COLUMNS;
  private static final int GROUPS = OuterTile.GROUPS;
  private static final int SIDES = OuterTile.SIDES;
  private static final long BYTES = DotTile.BYTES;

  /** Bytes of a chunk's weights in a chain, for one side. */
  private static final long CHAIN_BYTES = COLUMNS * BYTES;

  /** Bytes from a chunk's weights in a group of chains to the next chunk's. */
  private static final long CHUNK_BYTES = OuterTile.CHAINS * CHAIN_BYTES;

  /** Bytes of a side's sums of a row. */
  private static final long SIDE_SUMS = COLUMNS * BYTES;

  /** Bytes of a tile's sums, {@code [GROUPS, ROWS, PANEL]}. */
  private static final long TILE_SUMS = GROUPS * OuterTile.SUMS;

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
    for (int v = 0; v < SIDES * COLUMNS; v++) {
      long to = at() + v / COLUMNS * sideBytes() + v % COLUMNS * BYTES;
      int first = row() + v * Lanes.COUNT;
      int rows = Math.clamp(weight.rows() - first, 0, Lanes.COUNT);
      if (weight.type() == DType.BF16
          && rows == Lanes.COUNT
          && weight.columns() % (2 * Lanes.COUNT) == 0) {
        packBf16(first, to);
      } else {
        pack(first, rows, to);
      }
    }
  }

  /**
   * Bytes from a side, or a group of one side, to the next: not a multiple of what a cache's sets
   * repeat with, or they would push each other out.
   */
  private long sideBytes() {
    return chunks * CHUNK_BYTES + BYTES;
  }

  /** Bytes from a group of chains to the next. */
  private long groupBytes() {
    return SIDES * sideBytes();
  }

  private long vectors() {
    return GROUPS * groupBytes() / BYTES;
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
    for (int t = 0; t < tiles; t++) {
      starts[t] = x.at(tile + t);
    }
    for (int i = 0; i < GROUPS * SIDES; i++) {
      long offset = x.group(i / SIDES);
      long wAt = panelAt + i * sideBytes();
      long sumAt = sumsAt + i / SIDES * OuterTile.SUMS + i % SIDES * SIDE_SUMS;
      for (int t = 0; t < tiles; t++) {
        long xAt = starts[t] + offset;
        int height = x.tiles().height(tile + t);
        OuterTile.multiply(rows, xAt, height, weights, wAt, chunks, to, sumAt + t * TILE_SUMS);
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
    long step = groupBytes();
    for (int c = 0; c < chunks; c++) {
      for (int r = 0; r < Lanes.COUNT; r++) {
        FloatVector.fromArray(Lanes.F, decoded, r * width + c * Lanes.COUNT)
            .intoMemorySegment(block.segment(), block.at() + r * BYTES, LITTLE_ENDIAN);
      }
      block.turn();
      long turned = block.at();
      for (int chain = 0; chain < OuterTile.CHAINS; chain++) {
        long chunk = to + c * CHUNK_BYTES + chain * CHAIN_BYTES;
        for (int group = 0; group < GROUPS; group++) {
          FloatVector.fromMemorySegment(Lanes.F, block.segment(), turned, LITTLE_ENDIAN)
              .intoMemorySegment(memory.segment(), chunk, LITTLE_ENDIAN);
          chunk += step;
          turned += BYTES;
        }
      }
    }
  }

  /** Packs whole vectors of rows, two elements of each at a time in the lanes of integers. */
  private void packBf16(int first, long to) {
    MemorySegment turned = Operands.unchecked(block.segment());
    MemorySegment chains = Operands.unchecked(memory.segment());
    long from = weight.rowOffset(first);
    long rowBytes = weight.rowOffset(1);
    long step = groupBytes();
    for (int c = 0; c < chunks; c += 2) {
      block.turn(weight.data(), from + c * BYTES / 2, rowBytes);
      long pair = block.at();
      for (int i = 0; i < 2 * OuterTile.CHAINS; i++) {
        int half = i / OuterTile.CHAINS;
        long even = to + (c + half) * CHUNK_BYTES + i % OuterTile.CHAINS * CHAIN_BYTES;
        for (int group = 0; group < GROUPS; group += 2) {
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
