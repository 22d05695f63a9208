package drover.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the machine could do at best.
 *
 * @param threads how many threads were used
 * @param readBandwidth bytes per second that all threads together read from memory, in the better
 *     of two patterns
 * @param fmaPeak F32 operations per second of all threads with multiply-adds in registers (a
 *     multiply-add counts as two)
 */
public record MachineLimits(int threads, double readBandwidth, double fmaPeak) {
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

  /** Larger than any cache. */
  private static final long BYTES_PER_THREAD = 256L << 20;

  private static final int STREAMS = 4;
  private static final int FMA_ROUNDS = 20_000_000;
  private static final int FMA_CHAINS = 10;
  private static final int WARM_UPS = 3;
  private static final int RUNS = 9;

  /** Measures; takes a few seconds. Both are medians. */
  public static MachineLimits measure(int threads) {
    return new MachineLimits(threads, measureReading(threads), measureFma(threads));
  }

  /** How wide the CPU's vectors are. */
  public static int vectorBits() {
    return FLOATS.vectorBitSize();
  }

  private static double measureReading(int threads) {
    try (Arena arena = Arena.ofShared()) {
      List<MemorySegment> blocks = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        MemorySegment block = arena.allocate(BYTES_PER_THREAD, 64);
        block.fill((byte) 1);
        blocks.add(block);
      }
      // Which pattern a memory likes best differs.
      double seconds =
          Math.min(
              medianSeconds(threads, t -> sum(blocks.get(t), LONGS.vectorByteSize())),
              medianSeconds(threads, t -> sum(blocks.get(t), BYTES_PER_THREAD / STREAMS)));
      return threads * (double) BYTES_PER_THREAD / seconds;
    }
  }

  private static double measureFma(int threads) {
    double seconds = medianSeconds(threads, _ -> Math.round(multiplyAdds(FMA_ROUNDS)));
    return 2.0 * threads * FMA_ROUNDS * FMA_CHAINS * FLOATS.length() / seconds;
  }

  /** Something for one thread to do; the result keeps it from being optimised away. */
  private interface Work {
    long run(int thread);
  }

  private static double medianSeconds(int threads, Work work) {
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      double least = Double.POSITIVE_INFINITY;
      for (int run = -WARM_UPS; run < RUNS; run++) {
        long start = System.nanoTime();
        List<Future<Long>> parts = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
          int thread = t;
          parts.add(pool.submit(() -> work.run(thread)));
        }
        long sum = 0;
        for (Future<Long> part : parts) {
          sum += part.get();
        }
        if (run >= 0) {
          double seconds = (System.nanoTime() - start) / 1e9;
          least = Math.min(least, sum == 42 ? seconds + 1e-12 : seconds);
        }
      }
      return least;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Reads all of a block, four vectors in a turn.
   *
   * @param apart bytes from one of the four to the next: a vector, or a quarter of the block
   */
  private static long sum(MemorySegment block, long apart) {
    LongVector a = LongVector.zero(LONGS);
    LongVector b = a;
    LongVector c = a;
    LongVector d = a;
    int step = LONGS.vectorByteSize();
    long turns = BYTES_PER_THREAD / STREAMS / step;
    long stride = apart == step ? (long) STREAMS * step : step;
    for (long turn = 0; turn < turns; turn++) {
      long i = turn * stride;
      a = a.add(load(block, i));
      b = b.add(load(block, i + apart));
      c = c.add(load(block, i + 2 * apart));
      d = d.add(load(block, i + 3 * apart));
    }
    return a.add(b).add(c.add(d)).lane(0);
  }

  private static LongVector load(MemorySegment block, long at) {
    return LongVector.fromMemorySegment(LONGS, block, at, ByteOrder.LITTLE_ENDIAN);
  }

  private static float multiplyAdds(int rounds) {
    FloatVector factor = FloatVector.broadcast(FLOATS, 0.999f);
    FloatVector term = FloatVector.broadcast(FLOATS, 0.001f);
    FloatVector c0 = term;
    FloatVector c1 = term;
    FloatVector c2 = term;
    FloatVector c3 = term;
    FloatVector c4 = term;
    FloatVector c5 = term;
    FloatVector c6 = term;
    FloatVector c7 = term;
    FloatVector c8 = term;
    FloatVector c9 = term;
    for (int i = 0; i < rounds; i++) {
      c0 = c0.fma(factor, term);
      c1 = c1.fma(factor, term);
      c2 = c2.fma(factor, term);
      c3 = c3.fma(factor, term);
      c4 = c4.fma(factor, term);
      c5 = c5.fma(factor, term);
      c6 = c6.fma(factor, term);
      c7 = c7.fma(factor, term);
      c8 = c8.fma(factor, term);
      c9 = c9.fma(factor, term);
    }
    FloatVector sum = c0.add(c1).add(c2.add(c3)).add(c4.add(c5).add(c6.add(c7))).add(c8.add(c9));
    return sum.lane(0);
  }
}
