package drover.kernels.tornado;

import java.util.List;
import java.util.Optional;

/**
 * What a recording says again and again.
 *
 * @param unit the kernels of one layer
 * @param start where the first one begins
 * @param times how often it stands there, one right behind the other
 */
record Repetition(List<Kernel> unit, int start, int times) {
  private static final int SHORTEST = 4;
  private static final int LONGEST = 40;

  /**
   * The sequence whose repetition covers most of the recording.
   *
   * @return empty where nothing of at least four kernels follows itself
   */
  static Optional<Repetition> in(List<Kernel> kernels) {
    Repetition best = null;
    int mostCovered = 0;
    for (int period = SHORTEST; period <= Math.min(LONGEST, kernels.size() / 2); period++) {
      int run = 0;
      for (int i = 0; i + period < kernels.size(); i++) {
        run = kernels.get(i) == kernels.get(i + period) ? run + 1 : 0;
        int covered = run / period * period;
        if (covered > mostCovered) {
          mostCovered = covered;
          int start = i - run + 1;
          best =
              new Repetition(
                  List.copyOf(kernels.subList(start, start + period)), start, run / period + 1);
        }
      }
    }
    return Optional.ofNullable(best);
  }

  /** Where the last one ends. */
  int end() {
    return start + times * unit.size();
  }
}
