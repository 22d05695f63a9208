package drover.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * {@code out = x weight^T + bias} on all threads, of several weights at once: one row by dot
 * products with the mapped weights, several rows by {@link DotTile}. Both give the same bits.
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

  /**
   * One product of x.
   *
   * @param bias null for none
   */
  record Target(float[] out, HostWeight weight, float[] bias) {}

  /** Weight rows, or panels of them, that one item of work multiplies by. */
  private record Part(Target target, int first, int last) {

    /** Cuts what a target has in parts of a size. */
    static void addAll(List<Part> parts, Target target, int count, int size) {
      for (int first = 0; first < count; first += size) {
        parts.add(new Part(target, first, Math.min(first + size, count)));
      }
    }
  }

  /** As {@link Device#linears}, shapes already checked. */
  void multiply(List<Target> targets, float[] x, int rows) {
    List<Target> warm = new ArrayList<>();
    for (Target target : targets) {
      if (start.takes(rows, target.weight())) {
        PlainLinear.linear(workers, target.out(), x, rows, target.weight());
      } else {
        warm.add(target);
      }
    }
    if (rows == 1) {
      byDotProducts(warm, x);
    } else if (!warm.isEmpty()) {
      byTiles(warm, x, rows);
    }
    for (Target target : targets) {
      float[] bias = target.bias();
      for (int r = 0; bias != null && r < rows; r++) {
        PlainKernels.addScaled(target.out(), r * bias.length, bias, 0, 1, bias.length);
      }
    }
  }

  private void byDotProducts(List<Target> targets, float[] x) {
    int threads = workers.count();
    List<Part> parts = new ArrayList<>();
    for (Target target : targets) {
      int rows = target.weight().rows();
      int most = target.weight().type() == DType.Q8_0 ? Q8_DOT_BLOCK : DOT_BLOCK;
      int blocks = threads * Math.ceilDiv(rows, threads * most);
      Part.addAll(parts, target, rows, Math.ceilDiv(rows, blocks));
    }
    workers.forEach(
        parts.size(),
        p -> {
          Part part = parts.get(p);
          HostWeight weight = part.target().weight();
          Scratch scratch = takeScratch();
          DotKernel kernel = DotKernel.of(weight.type(), scratch.decoded(chunks(weight)));
          dotBlock(kernel, part.target().out(), x, weight, part.first(), part.last());
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

  private void byTiles(List<Target> targets, float[] x, int rows) {
    int columns = targets.getFirst().weight().columns();
    int chunks = chunks(targets.getFirst().weight());
    List<Part> parts = panels(targets);
    long most = Math.max(DotTile.ROWS, ROW_BLOCK_BYTES / (chunks * DotTile.BYTES));
    int blocks = (int) ((rows + most - 1) / most);
    Operands packed = takePacked((long) Math.ceilDiv(rows, blocks) + DotTile.ROWS, chunks);
    for (int b = 0; b < blocks; b++) {
      int first = (int) ((long) rows * b / blocks);
      int last = (int) ((long) rows * (b + 1) / blocks);
      RowTiles tiles = new RowTiles(first, last - first);
      pack(tiles, x, columns, chunks, packed);
      multiply(parts, tiles, chunks, packed);
    }
    packedInputs.add(packed);
  }

  /** The panels of all targets, some to an item of work. */
  private List<Part> panels(List<Target> targets) {
    int all = targets.stream().mapToInt(VectorLinear::panels).sum();
    int size = Math.clamp(all / (4 * workers.count()), 1, PANELS_TOGETHER);
    List<Part> parts = new ArrayList<>();
    targets.forEach(target -> Part.addAll(parts, target, panels(target), size));
    return parts;
  }

  private static int panels(Target target) {
    return Math.ceilDiv(target.weight().rows(), DotTile.PANEL);
  }

  private Operands takePacked(long rows, int chunks) {
    Operands packed = packedInputs.poll();
    long vectors = rows * chunks;
    return packed != null && packed.vectors() >= vectors ? packed : new Operands(vectors);
  }

  private void pack(RowTiles tiles, float[] x, int columns, int chunks, Operands packed) {
    Workers.Body pack = t -> tiles.pack(t, x, columns, chunks, packed);
    if (tiles.rows() < ROWS_TO_PACK_TOGETHER) {
      for (int t = 0; t < tiles.count(); t++) {
        pack.run(t);
      }
    } else {
      workers.forEach(tiles.count(), pack);
    }
  }

  /** The rows of some tiles with all panels. */
  private void multiply(List<Part> parts, RowTiles tiles, int chunks, Operands packed) {
    int together = (int) Math.max(1, PANEL_BYTES / (DotTile.BYTES * DotTile.PANEL * chunks));
    workers.forEach(
        parts.size(),
        item -> {
          Part part = parts.get(item);
          Scratch scratch = takeScratch();
          for (int p = part.first(); p < part.last(); p += together) {
            int last = Math.min(p + together, part.last());
            multiply(new Part(part.target(), p, last), tiles, chunks, packed, scratch);
          }
          scratches.add(scratch);
        });
  }

  /** The rows of some tiles with some panels, each tile with one after the other. */
  private static void multiply(
      Part panels, RowTiles tiles, int chunks, Operands packed, Scratch scratch) {
    HostWeight weight = panels.target().weight();
    int count = panels.last() - panels.first();
    Operands decoded = scratch.panels(count, chunks);
    long size = (long) DotTile.PANEL * chunks;
    for (int i = 0; i < count; i++) {
      int row = (panels.first() + i) * DotTile.PANEL;
      float[] work = scratch.decoded(chunks);
      DotTile.packPanel(weight, row, outputs(weight, row), chunks, work, decoded, i * size);
    }
    for (int t = 0; t < tiles.count(); t++) {
      boolean backwards = t % 2 != 0;
      for (int n = 0; n < count; n++) {
        int i = backwards ? count - 1 - n : n;
        int row = (panels.first() + i) * DotTile.PANEL;
        DotTile.multiply(
            packed,
            tiles.at(t, chunks),
            tiles.height(t),
            decoded,
            i * size,
            backwards,
            chunks,
            scratch.sums,
            panels.target().out(),
            (tiles.first() + tiles.row(t)) * weight.rows() + row,
            tiles.filled(t),
            outputs(weight, row),
            weight.rows());
      }
    }
  }

  /** How many weight rows the panel has that begins with one. */
  private static int outputs(HostWeight weight, int row) {
    return Math.min(DotTile.PANEL, weight.rows() - row);
  }
}
