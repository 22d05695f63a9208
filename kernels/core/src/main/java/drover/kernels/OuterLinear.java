package drover.kernels;

import drover.kernels.RowTiles.Span;
import drover.kernels.VectorLinear.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** {@link VectorLinear} of many rows, by {@link OuterTile}. */
final class OuterLinear {
  private final Workers workers;
  private final ConcurrentLinkedQueue<OuterScratch> scratches = new ConcurrentLinkedQueue<>();
  private final OperandPool memories = new OperandPool();

  OuterLinear(Workers workers) {
    this.workers = workers;
  }

  /** Multiplies a span's tiles by a panel of a weight, or by one of each of two. */
  private interface PanelWork {
    void multiply(int panel, Span span, OuterScratch scratch);
  }

  /** One item of work. */
  private record Part(PanelWork work, int panel, Span span) {}

  /** As {@link Device#linears}, without biases. */
  void multiply(List<Target> targets, float[] x, int rows) {
    HostWeight first = targets.getFirst().weight();
    OuterRows packed = take(rows, first);
    pack(packed, x, first.columns());
    multiply(targets, packed);
    memories.give(packed.memory());
  }

  /** As {@link Device#mlp}, without biases. What gate and up give is packed as it comes. */
  void mlp(float[] x, int rows, HostWeight gate, HostWeight up, Target down) {
    OuterRows packed = take(rows, gate);
    OuterRows inner = take(rows, down.weight());
    pack(packed, x, gate.columns());
    List<Part> parts = new ArrayList<>();
    addParts(
        parts,
        OuterPanel.count(gate),
        packed.tiles(),
        (panel, span, scratch) -> multiply(gate, up, panel, inner, packed, span, scratch));
    run(parts);
    multiply(List.of(down), inner);
    memories.give(packed.memory());
    memories.give(inner.memory());
  }

  /** Room for what a weight is multiplied by. */
  private OuterRows take(int rows, HostWeight weight) {
    int chunks = Panels.chunks(weight);
    RowTiles tiles = new RowTiles(rows);
    Operands memory = memories.take(OuterRows.vectors(tiles, chunks));
    return new OuterRows(tiles, chunks, memory);
  }

  private void pack(OuterRows packed, float[] x, int columns) {
    RowTiles tiles = packed.tiles();
    workers.forEach(
        tiles.count(), t -> packed.pack(t, 0, x, tiles.row(t) * columns, columns, columns));
  }

  private void multiply(List<Target> targets, OuterRows x) {
    List<Part> parts = new ArrayList<>();
    for (Target target : targets) {
      addParts(
          parts,
          OuterPanel.count(target.weight()),
          x.tiles(),
          (panel, span, scratch) -> multiply(target, panel, x, span, scratch));
    }
    run(parts);
  }

  /**
   * A panel with all tiles is a part, so that it is packed once; the panels that are left when all
   * threads have had as many are shared by all.
   */
  private void addParts(List<Part> parts, int panels, RowTiles tiles, PanelWork work) {
    int threads = workers.count();
    int whole = panels / threads * threads;
    for (int panel = 0; panel < panels; panel++) {
      for (Span span : tiles.shares(panel < whole ? 1 : threads)) {
        parts.add(new Part(work, panel, span));
      }
    }
  }

  private void run(List<Part> parts) {
    workers.forEach(
        parts.size(),
        p -> {
          Part part = parts.get(p);
          OuterScratch scratch = scratches.poll();
          scratch = scratch != null ? scratch : new OuterScratch();
          part.work().multiply(part.panel(), part.span(), scratch);
          scratches.add(scratch);
        });
  }

  private static void multiply(
      Target target, int panel, OuterRows x, Span span, OuterScratch scratch) {
    int width = target.weight().rows();
    OuterPanel weights = scratch.panel();
    weights.take(target.weight(), panel);
    int together = weights.tilesTogether();
    for (int t = span.first(); t < span.end(); t += together) {
      int at = x.tiles().row(t) * width + weights.row();
      weights.multiply(x, t, Math.min(together, span.end() - t), target.out(), at, width);
    }
  }

  /** The same with panels of gate and up, whose products are put together. */
  private static void multiply(
      HostWeight gate,
      HostWeight up,
      int panel,
      OuterRows inner,
      OuterRows x,
      Span span,
      OuterScratch scratch) {
    scratch.panel().take(gate, panel);
    scratch.other().take(up, panel);
    int together = scratch.panel().tilesTogether();
    for (int t = span.first(); t < span.end(); t += together) {
      scratch.gate(x, t, Math.min(together, span.end() - t), inner);
    }
  }
}
