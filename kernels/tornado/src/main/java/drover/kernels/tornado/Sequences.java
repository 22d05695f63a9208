package drover.kernels.tornado;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** The sequences of kernels that have a graph of their own, and how they cut up a recording. */
final class Sequences {
  /** Enough for several kinds of pass, plain and steered; the oldest make room for others. */
  private static final int MOST = 32;

  /** Kernels of one graph: the more, the fewer graphs run, but each must be compiled. */
  private static final int LONGEST = 50;

  /** In the order in which they were learnt. */
  private final List<List<Kernel>> learnt = new ArrayList<>();

  /** Every sequence, the longest first. */
  List<List<Kernel>> all() {
    return longestFirst(learnt);
  }

  private static List<List<Kernel>> longestFirst(List<List<Kernel>> sequences) {
    return sequences.stream()
        .sorted(Comparator.comparingInt((List<Kernel> sequence) -> sequence.size()).reversed())
        .toList();
  }

  /** The index of the longest sequence that begins at a place of a recording, or -1. */
  static int match(List<List<Kernel>> sequences, List<Kernel> kernels, int at) {
    for (int s = 0; s < sequences.size(); s++) {
      int end = at + sequences.get(s).size();
      if (end <= kernels.size() && kernels.subList(at, end).equals(sequences.get(s))) {
        return s;
      }
    }
    return -1;
  }

  /** How many graphs a recording takes. */
  private static int graphs(List<List<Kernel>> sequences, List<Kernel> kernels) {
    int graphs = 0;
    for (int at = 0; at < kernels.size(); graphs++) {
      int found = match(sequences, kernels, at);
      at += found < 0 ? 1 : sequences.get(found).size();
    }
    return graphs;
  }

  /**
   * Learns what a recording repeats, and what stands before and after it, if that spares a good
   * part of the graphs.
   *
   * @return whether there is a new sequence
   */
  boolean learn(List<Kernel> kernels) {
    Repetition repeated = Repetition.in(kernels).orElse(null);
    if (repeated == null) {
      return false;
    }
    List<List<Kernel>> more = new ArrayList<>(learnt);
    add(more, several(repeated));
    add(more, repeated.unit());
    add(more, kernels.subList(0, repeated.start()));
    add(more, kernels.subList(repeated.end(), kernels.size()));
    if (4 * graphs(longestFirst(more), kernels) > 3 * graphs(all(), kernels)) {
      return false;
    }
    learnt.clear();
    learnt.addAll(more.subList(Math.max(0, more.size() - MOST), more.size()));
    return true;
  }

  private static void add(List<List<Kernel>> sequences, List<Kernel> sequence) {
    if (sequence.size() > 1 && sequence.size() <= LONGEST && !sequences.contains(sequence)) {
      sequences.add(List.copyOf(sequence));
    }
  }

  /** As many repetitions as a graph may hold, and such that most of them go without a rest. */
  private static List<Kernel> several(Repetition repeated) {
    int most = Math.max(1, Math.min(repeated.times(), LONGEST / repeated.unit().size()));
    int best = most;
    for (int n = most; n > most / 2; n--) {
      if (repeated.times() % n == 0) {
        best = n;
        break;
      }
    }
    List<Kernel> several = new ArrayList<>();
    Collections.nCopies(best, repeated.unit()).forEach(several::addAll);
    return several;
  }
}
