package drover.bench;

/**
 * How much the benchmarks do.
 *
 * @param runs how often each figure is measured
 * @param prefill tokens of a long prompt
 * @param decoded tokens of a long answer
 * @param batch texts that are generated together
 * @param promptTokens tokens of each of their prompts
 * @param newTokens tokens of each of their answers
 * @param singles how many of them are generated one at a time, to compare with
 * @param pairs of short runs with and without steering, in turn
 * @param texts the most texts of each kind that extractions and searches take
 */
public record BenchSizes(
    int runs,
    int prefill,
    int decoded,
    int batch,
    int promptTokens,
    int newTokens,
    int singles,
    int pairs,
    int texts) {

  /** Those of {@code bench/RESULTS.md}. */
  public static final BenchSizes FULL =
      new BenchSizes(5, 512, 128, 32, 64, 64, 4, 40, Integer.MAX_VALUE);

  /** To try a benchmark; its figures mean little. */
  public static final BenchSizes QUICK = new BenchSizes(2, 24, 6, 4, 6, 4, 2, 2, 6);

  /** With another number of runs. */
  public BenchSizes withRuns(int value) {
    return new BenchSizes(
        value, prefill, decoded, batch, promptTokens, newTokens, singles, pairs, texts);
  }
}
