package drover.kernels;

import drover.kernels.HostWeight.Rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Reads the first weights of a product that will probably be next, so that they are in the cache of
 * the core that will multiply by them: for threads that wait, while memory is idle too.
 */
final class ReadAhead implements Workers.Idle {
  /** Most bytes for a thread: a part of a core's second cache. */
  private static final int MOST_BYTES = 512 << 10;

  private static final int LINE = 64;
  private static final int LINES_AT_A_TIME = 4;

  private static final int RUNS = DotKernel.RUNS;

  /** Elements from a thread's place to the next one's, so that no two share a cache line. */
  private static final int STEP = 32;

  private final List<Rows> items;

  /** How far each thread is in each run of its item. */
  private final int[] done;

  /** What was read, or else the JIT would not read it. */
  private final int[] sums;

  /**
   * @param items the work to come, the first of each thread first
   */
  ReadAhead(List<Rows> items, int threads) {
    this.items = items;
    this.done = new int[STEP * threads];
    this.sums = new int[STEP * threads];
  }

  @Override
  public boolean step(int thread) {
    if (thread >= items.size()) {
      return false;
    }
    Rows item = items.get(thread);
    HostWeight weight = item.weight();
    long run = (item.end() - item.first()) / RUNS * weight.rowOffset(1);
    int from = done[STEP * thread];
    int end = from + LINES_AT_A_TIME * LINE;
    if (end > Math.min(run, MOST_BYTES / RUNS)) {
      return false;
    }
    done[STEP * thread] = end;
    try {
      sums[STEP * thread] += read(weight.data(), weight.rowOffset(item.first()) + from, run);
      return true;
    } catch (IllegalStateException | InternalError _) {
      // The model was closed, or its file cut short; whoever multiplies by it will say so.
      return false;
    }
  }

  /** Reads some lines of each run of rows, as {@link DotKernel#runs} will. */
  private static int read(MemorySegment weights, long at, long run) {
    int sum = 0;
    for (int r = 0; r < RUNS; r++) {
      for (int line = 0; line < LINES_AT_A_TIME; line++) {
        sum += weights.get(ValueLayout.JAVA_BYTE, at + r * run + (long) line * LINE);
      }
    }
    return sum;
  }
}
