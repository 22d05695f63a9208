package drover.kernels;

import drover.kernels.HostWeight.Rows;
import drover.kernels.VectorLinear.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** {@link VectorLinear} of one row, by {@link DotKernel}: weights are read where they are. */
final class OneRowLinear {
  /**
   * Most weight rows of one item of work. Eight parts of an item are read side by side, each of
   * them long enough for the CPU to fetch ahead; and each item begins by waiting for memory, unless
   * it was {@link ReadAhead read ahead}.
   */
  private static final int BLOCK = 384;

  /** The same for Q8_0, whose rows are short. */
  private static final int Q8_BLOCK = 768;

  private final Workers workers;
  private final ConcurrentLinkedQueue<float[]> spaces = new ConcurrentLinkedQueue<>();

  /** The last weight of the latest product. */
  private volatile HostWeight latest;

  OneRowLinear(Workers workers) {
    this.workers = workers;
  }

  /** Weight rows that one item of work multiplies by, and where the products go. */
  private record Part(Rows rows, float[] out) {}

  void multiply(List<Target> targets, float[] x) {
    List<Part> parts = new ArrayList<>();
    targets.forEach(target -> addParts(parts, target));
    workers.forEach(
        parts.size(),
        p -> {
          Part part = parts.get(p);
          float[] space = takeSpace(part.rows().weight());
          multiply(part, x, space);
          spaces.add(space);
        },
        readAhead(parts));
  }

  /** A model's products come in the same order for every token. */
  private ReadAhead readAhead(List<Part> parts) {
    HostWeight first = parts.getFirst().rows().weight();
    HostWeight before = latest;
    if (before != null && (before.next() == null || before.next().getFirst().weight() != first)) {
      before.setNext(parts.stream().map(Part::rows).toList());
    }
    HostWeight last = parts.getLast().rows().weight();
    latest = last;
    return last.next() == null ? null : new ReadAhead(last.next(), workers.count());
  }

  private void addParts(List<Part> parts, Target target) {
    int threads = workers.count();
    int rows = target.weight().rows();
    int most = target.weight().type() == DType.Q8_0 ? Q8_BLOCK : BLOCK;
    int size = Math.ceilDiv(rows, threads * Math.ceilDiv(rows, threads * most));
    for (int first = 0; first < rows; first += size) {
      Rows part = new Rows(target.weight(), first, Math.min(first + size, rows));
      parts.add(new Part(part, target.out()));
    }
  }

  /** Room for four decoded rows and a vector for each run of {@link DotKernel}. */
  private float[] takeSpace(HostWeight weight) {
    int elements = (4 * Panels.chunks(weight) + DotKernel.RUNS) * Lanes.COUNT;
    float[] space = spaces.poll();
    return space != null && space.length >= elements ? space : new float[elements];
  }

  private static void multiply(Part part, float[] x, float[] space) {
    HostWeight weight = part.rows().weight();
    DotKernel kernel = DotKernel.of(weight.type(), space);
    int first = part.rows().first();
    int end = part.rows().end();
    int rows = (end - first) / DotKernel.RUNS;
    int columns = weight.columns();
    long at = weight.rowOffset(first);
    kernel.runs(x, columns, weight.data(), at, weight.rowOffset(1), rows, part.out(), first);
    for (int n = first + DotKernel.RUNS * rows; n < end; n++) {
      part.out()[n] = kernel.one(x, columns, weight.data(), weight.rowOffset(n));
    }
  }
}
