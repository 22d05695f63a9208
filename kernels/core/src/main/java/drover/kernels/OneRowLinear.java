package drover.kernels;

import drover.kernels.VectorLinear.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** {@link VectorLinear} of one row, by {@link DotKernel}: weights are read where they are. */
final class OneRowLinear {
  /**
   * Most weight rows of one item of work. Eight parts of an item are read side by side, each of
   * them long enough for the CPU to fetch ahead.
   */
  private static final int BLOCK = 128;

  /** The same for Q8_0, whose rows are short. */
  private static final int Q8_BLOCK = 512;

  private final Workers workers;
  private final ConcurrentLinkedQueue<float[]> spaces = new ConcurrentLinkedQueue<>();

  OneRowLinear(Workers workers) {
    this.workers = workers;
  }

  /** Weight rows that one item of work multiplies by. */
  private record Part(Target target, int first, int last) {}

  void multiply(List<Target> targets, float[] x) {
    List<Part> parts = new ArrayList<>();
    targets.forEach(target -> addParts(parts, target));
    workers.forEach(
        parts.size(),
        p -> {
          Part part = parts.get(p);
          float[] space = takeSpace(part.target().weight());
          multiply(part, x, space);
          spaces.add(space);
        });
  }

  private void addParts(List<Part> parts, Target target) {
    int threads = workers.count();
    int rows = target.weight().rows();
    int most = target.weight().type() == DType.Q8_0 ? Q8_BLOCK : BLOCK;
    int size = Math.ceilDiv(rows, threads * Math.ceilDiv(rows, threads * most));
    for (int first = 0; first < rows; first += size) {
      parts.add(new Part(target, first, Math.min(first + size, rows)));
    }
  }

  /** Room for four decoded rows and a vector for each run of {@link DotKernel}. */
  private float[] takeSpace(HostWeight weight) {
    int elements = (4 * Panels.chunks(weight) + DotKernel.RUNS) * Lanes.COUNT;
    float[] space = spaces.poll();
    return space != null && space.length >= elements ? space : new float[elements];
  }

  private static void multiply(Part part, float[] x, float[] space) {
    HostWeight weight = part.target().weight();
    float[] out = part.target().out();
    DotKernel kernel = DotKernel.of(weight.type(), space);
    int first = part.first();
    int rows = (part.last() - first) / DotKernel.RUNS;
    int columns = weight.columns();
    long at = weight.rowOffset(first);
    kernel.runs(x, columns, weight.data(), at, weight.rowOffset(1), rows, out, first);
    for (int n = first + DotKernel.RUNS * rows; n < part.last(); n++) {
      out[n] = kernel.one(x, columns, weight.data(), weight.rowOffset(n));
    }
  }
}
