package drover.kernels;

import drover.kernels.RowTiles.Span;
import drover.kernels.VectorLinear.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** {@link VectorLinear} of several rows, by {@link DotTile}. */
final class TiledLinear {
  /** Bytes of packed rows that a core's second cache holds beside panels. */
  private static final long ROW_BYTES = 768 << 10;

  /**
   * Bytes of panels of a weight that a tile is multiplied by in turn. Of a row's results neighbours
   * are then written together, but panels push rows of x out of that cache.
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
  private final ConcurrentLinkedQueue<TileScratch> scratches = new ConcurrentLinkedQueue<>();
  private final OperandPool memories = new OperandPool();

  TiledLinear(Workers workers) {
    this.workers = workers;
  }

  /** Some panels of a weight, or two of the same shape: one item of work. */
  private interface Part {
    /** Multiplies a span's tiles. */
    void multiply(PackedRows x, Span span, TileScratch scratch);
  }

  /** As {@link Device#linears}, without biases. */
  void multiply(List<Target> targets, float[] x, int rows) {
    HostWeight weight = targets.getFirst().weight();
    PackedRows packed = take(rows, weight);
    packAndMultiply(parts(targets), packed, x, weight);
    memories.give(packed.memory());
  }

  /** As {@link Device#mlp}, without biases. What gate and up give is packed as it comes. */
  void mlp(float[] x, int rows, HostWeight gate, HostWeight up, Target down) {
    PackedRows packed = take(rows, gate);
    PackedRows inner = take(rows, down.weight());
    packAndMultiply(gatedParts(gate, up, inner), packed, x, gate);
    List<Part> downParts = parts(List.of(down));
    for (Span span : inner.tiles().spans(rowsAtATime(down.weight()))) {
      multiply(downParts, inner, span);
    }
    memories.give(packed.memory());
    memories.give(inner.memory());
  }

  /** Each span's rows of x are still in the second cache when they are multiplied. */
  private void packAndMultiply(List<Part> parts, PackedRows packed, float[] x, HostWeight weight) {
    for (Span span : packed.tiles().spans(rowsAtATime(weight))) {
      pack(packed, span, x, weight.columns());
      multiply(parts, packed, span);
    }
  }

  private static long rowsAtATime(HostWeight weight) {
    return Math.max(1, ROW_BYTES / (Panels.chunks(weight) * DotTile.BYTES));
  }

  /** Room for what a weight is multiplied by. */
  private PackedRows take(int rows, HostWeight weight) {
    int chunks = Panels.chunks(weight);
    RowTiles tiles = new RowTiles(rows);
    Operands memory = memories.take(tiles.vectors(chunks));
    return new PackedRows(tiles, chunks, memory);
  }

  private void pack(PackedRows packed, Span span, float[] x, int columns) {
    int tiles = span.end() - span.first();
    Workers.Body pack = t -> packed.pack(span.first() + t, x, columns);
    if (tiles * DotTile.ROWS < ROWS_TO_PACK_TOGETHER) {
      for (int t = 0; t < tiles; t++) {
        pack.run(t);
      }
    } else {
      workers.forEach(tiles, pack);
    }
  }

  private void multiply(List<Part> parts, PackedRows x, Span span) {
    workers.forEach(
        parts.size(),
        p -> {
          TileScratch scratch = scratches.poll();
          scratch = scratch != null ? scratch : new TileScratch();
          parts.get(p).multiply(x, span, scratch);
          scratches.add(scratch);
        });
  }

  private List<Part> parts(List<Target> targets) {
    int panels = targets.stream().mapToInt(target -> Panels.count(target.weight())).sum();
    int size = panelsAtATime(panels);
    List<Part> parts = new ArrayList<>();
    for (Target target : targets) {
      addParts(
          parts,
          target.weight(),
          size,
          (first, end) -> (x, span, scratch) -> multiply(target, first, end, x, span, scratch));
    }
    return parts;
  }

  private List<Part> gatedParts(HostWeight gate, HostWeight up, PackedRows inner) {
    List<Part> parts = new ArrayList<>();
    addParts(
        parts,
        gate,
        panelsAtATime(Panels.count(gate)),
        (first, end) ->
            (x, span, scratch) -> multiply(gate, up, first, end, inner, x, span, scratch));
    return parts;
  }

  /** The item of work that panels {@code first} to {@code end} are. */
  private interface PartOf {
    Part panels(int first, int end);
  }

  /** Cuts a weight's panels in parts of a size. */
  private static void addParts(List<Part> parts, HostWeight weight, int size, PartOf part) {
    int count = Panels.count(weight);
    for (int first = 0; first < count; first += size) {
      parts.add(part.panels(first, Math.min(first + size, count)));
    }
  }

  private int panelsAtATime(int panels) {
    return Math.clamp(panels / (4 * workers.count()), 1, PANELS_TOGETHER);
  }

  private static int panelsInTurn(PackedRows x) {
    return (int) Math.max(1, PANEL_BYTES / Panels.bytes(x.chunks()));
  }

  /** All tiles of a span with some panels, each tile with some of them in turn. */
  private static void multiply(
      Target target, int first, int end, PackedRows x, Span span, TileScratch scratch) {
    int together = panelsInTurn(x);
    int width = target.weight().rows();
    Panels panels = scratch.panels();
    for (int p = first; p < end; p += together) {
      panels.take(target.weight(), p, Math.min(p + together, end));
      boolean backwards = false;
      int tiles;
      for (int t = span.first(); t < span.end(); t += tiles) {
        tiles = x.tiles().together(t, span);
        int at = x.tiles().row(t) * width;
        for (int n = 0; n < panels.count(); n++) {
          int i = backwards ? panels.count() - 1 - n : n;
          boolean begin = t == span.first();
          int column = at + panels.row(i);
          panels.multiply(i, x, t, tiles, begin, backwards, target.out(), column, width);
        }
        backwards = !backwards;
      }
    }
  }

  /** The same with panels of gate and up, whose products are put together. */
  private static void multiply(
      HostWeight gate,
      HostWeight up,
      int first,
      int end,
      PackedRows inner,
      PackedRows x,
      Span span,
      TileScratch scratch) {
    int together = panelsInTurn(x);
    for (int p = first; p < end; p += together) {
      int last = Math.min(p + together, end);
      scratch.panels().take(gate, p, last);
      scratch.otherPanels().take(up, p, last);
      int tiles;
      for (int t = span.first(); t < span.end(); t += tiles) {
        tiles = x.tiles().together(t, span);
        for (int i = 0; i < last - p; i++) {
          scratch.gate(i, x, t, tiles, t == span.first(), inner);
        }
      }
    }
  }
}
