package drover.kernels;

import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * {@code out = x weight^T + bias} on all threads: one row by dot products with the mapped weights,
 * several rows by {@link DotTile}. Both give the same bits.
 */
final class VectorLinear {
  /**
   * Most weight rows of one item of work in the dot-product path. Eight parts of an item are read
   * side by side, each of them long enough for the CPU to fetch ahead.
   */
  private static final int DOT_BLOCK = 128;

  /** The same for Q8_0, whose rows are short. */
  private static final int Q8_DOT_BLOCK = 512;

  /** Bytes of packed activations that a core's second cache holds beside a panel. */
  private static final long ROW_BLOCK_BYTES = 768 << 10;

  /**
   * Bytes of panels that a tile is multiplied by in turn. Of a row's results neighbours are then
   * written together, but panels push rows of x out of that cache.
   */
  private static final long PANEL_BYTES = 128 << 10;

  /** Rows of x from which on packing them is work for several threads. */
  private static final int ROWS_TO_PACK_TOGETHER = 48;

  /**
   * Most panels of one item of work. Neighbours write to the same cache lines, so they had better
   * be one thread's.
   */
  private static final int PANELS_TOGETHER = 3;

  private final Workers workers;
  private final ColdStart start;
  private final ConcurrentLinkedQueue<Scratch> scratches = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Operands> packedInputs = new ConcurrentLinkedQueue<>();

  VectorLinear(Workers workers, ColdStart start) {
    this.workers = workers;
    this.start = start;
  }

  /** What one thread needs to multiply by one panel or block of weights. */
  private static final class Scratch {
    private float[] decoded = new float[0];
    private Operands panels = new Operands(0);
    private final Operands sums = new Operands(DotTile.SUMS);

    /** Room for four decoded rows and a vector for each run of {@link DotKernel}. */
    float[] decoded(int chunks) {
      int elements = (4 * chunks + DotKernel.RUNS) * Lanes.COUNT;
      if (decoded.length < elements) {
        decoded = new float[elements];
      }
      return decoded;
    }

    /** Room for some panels. */
    Operands panels(int count, int chunks) {
      long vectors = (long) count * DotTile.PANEL * chunks;
      if (panels.vectors() < vectors) {
        panels = new Operands(vectors);
      }
      return panels;
    }
  }

  /** As {@link Device#linear}, shapes already checked. */
  void linear(float[] out, float[] x, int rows, HostWeight weight, float[] bias) {
    if (start.takes(rows, weight)) {
      PlainLinear.linear(workers, out, x, rows, weight);
    } else if (rows == 1) {
      byDotProducts(out, x, weight);
    } else {
      byTiles(out, x, rows, weight);
    }
    if (bias != null) {
      for (int r = 0; r < rows; r++) {
        PlainKernels.addScaled(out, r * bias.length, bias, 0, 1, bias.length);
      }
    }
  }

  private void byDotProducts(float[] out, float[] x, HostWeight weight) {
    int threads = workers.count();
    int most = weight.type() == DType.Q8_0 ? Q8_DOT_BLOCK : DOT_BLOCK;
    int blocks = threads * Math.ceilDiv(weight.rows(), threads * most);
    int size = Math.ceilDiv(weight.rows(), blocks);
    workers.forEach(
        blocks,
        block -> {
          Scratch scratch = takeScratch();
          DotKernel kernel = DotKernel.of(weight.type(), scratch.decoded(chunks(weight)));
          int first = Math.min(block * size, weight.rows());
          dotBlock(kernel, out, x, weight, first, Math.min(first + size, weight.rows()));
          scratches.add(scratch);
        });
  }

  private Scratch takeScratch() {
    Scratch scratch = scratches.poll();
    return scratch != null ? scratch : new Scratch();
  }

  /** Vectors that a weight row takes. */
  private static int chunks(HostWeight weight) {
    return (weight.columns() + Lanes.COUNT - 1) / Lanes.COUNT;
  }

  private static void dotBlock(
      DotKernel kernel, float[] out, float[] x, HostWeight weight, int first, int last) {
    int rows = (last - first) / DotKernel.RUNS;
    int columns = weight.columns();
    long at = weight.rowOffset(first);
    kernel.runs(x, columns, weight.data(), at, weight.rowOffset(1), rows, out, first);
    for (int n = first + DotKernel.RUNS * rows; n < last; n++) {
      out[n] = kernel.one(x, columns, weight.data(), weight.rowOffset(n));
    }
  }

  private void byTiles(float[] out, float[] x, int rows, HostWeight weight) {
    int chunks = chunks(weight);
    long most = Math.max(DotTile.ROWS, ROW_BLOCK_BYTES / (chunks * DotTile.BYTES));
    int blocks = (int) ((rows + most - 1) / most);
    Operands packed = takePacked((long) Math.ceilDiv(rows, blocks) + DotTile.ROWS, chunks);
    for (int b = 0; b < blocks; b++) {
      int first = (int) ((long) rows * b / blocks);
      int last = (int) ((long) rows * (b + 1) / blocks);
      multiply(out, x, new RowTiles(first, last - first), weight, chunks, packed);
    }
    packedInputs.add(packed);
  }

  private Operands takePacked(long rows, int chunks) {
    Operands packed = packedInputs.poll();
    long vectors = rows * chunks;
    return packed != null && packed.vectors() >= vectors ? packed : new Operands(vectors);
  }

  /** The rows of some tiles with all weight rows. */
  private void multiply(
      float[] out, float[] x, RowTiles tiles, HostWeight weight, int chunks, Operands packed) {
    Workers.Body pack = t -> tiles.pack(t, x, weight.columns(), chunks, packed);
    if (tiles.rows() < ROWS_TO_PACK_TOGETHER) {
      for (int t = 0; t < tiles.count(); t++) {
        pack.run(t);
      }
    } else {
      workers.forEach(tiles.count(), pack);
    }
    int panels = Math.ceilDiv(weight.rows(), DotTile.PANEL);
    int size = Math.clamp(panels / (4 * workers.count()), 1, PANELS_TOGETHER);
    long panelBytes = DotTile.BYTES * DotTile.PANEL * chunks;
    int together = Math.clamp(PANEL_BYTES / panelBytes, 1, size);
    workers.forEach(
        Math.ceilDiv(panels, size),
        item -> {
          Scratch scratch = takeScratch();
          int end = Math.min((item + 1) * size, panels);
          for (int p = item * size; p < end; p += together) {
            int last = Math.min(p + together, end);
            multiplyPanels(out, tiles, weight, p, last, chunks, packed, scratch);
          }
          scratches.add(scratch);
        });
  }

  /** The rows of some tiles with the panels {@code [first, last)}. */
  private static void multiplyPanels(
      float[] out,
      RowTiles tiles,
      HostWeight weight,
      int first,
      int last,
      int chunks,
      Operands packed,
      Scratch scratch) {
    Operands panels = scratch.panels(last - first, chunks);
    long size = (long) DotTile.PANEL * chunks;
    for (int p = first; p < last; p++) {
      DotTile.packPanel(
          weight,
          p * DotTile.PANEL,
          outputs(weight, p),
          chunks,
          scratch.decoded(chunks),
          panels,
          (p - first) * size);
    }
    for (int t = 0; t < tiles.count(); t++) {
      boolean backwards = t % 2 != 0;
      for (int i = 0; i < last - first; i++) {
        int p = backwards ? last - 1 - i : first + i;
        DotTile.multiply(
            packed,
            tiles.at(t, chunks),
            tiles.height(t),
            panels,
            (p - first) * size,
            backwards,
            chunks,
            scratch.sums,
            out,
            (tiles.first() + tiles.row(t)) * weight.rows() + p * DotTile.PANEL,
            tiles.filled(t),
            outputs(weight, p),
            weight.rows());
      }
    }
  }

  /** How many weight rows a panel has. */
  private static int outputs(HostWeight weight, int panel) {
    return Math.min(DotTile.PANEL, weight.rows() - panel * DotTile.PANEL);
  }
}
