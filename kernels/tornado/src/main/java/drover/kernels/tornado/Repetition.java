package drover.kernels.tornado;

import java.util.List;
import java.util.Optional;

/** Finds what a recording says again and again: the kernels of one layer. */
final class Repetition {
  private static final int SHORTEST = 4;
  private static final int LONGEST = 40;

  private Repetition() {}

  /**
   * The sequence whose repetition, one right behind the other, covers most of the recording.
   *
   * @return empty where nothing of at least four kernels follows itself
   */
  static Optional<List<Kernel>> in(List<Kernel> kernels) {
    List<Kernel> best = null;
    int mostCovered = 0;
    for (int period = SHORTEST; period <= Math.min(LONGEST, kernels.size() / 2); period++) {
      int run = 0;
      for (int i = 0; i + period < kernels.size(); i++) {
        run = kernels.get(i) == kernels.get(i + period) ? run + 1 : 0;
        int covered = run / period * period;
        if (covered > mostCovered) {
          mostCovered = covered;
          best = kernels.subList(i - run + 1, i - run + 1 + period);
        }
      }
    }
    return Optional.ofNullable(best).map(List::copyOf);
  }
}
