package drover.kernels.tornado;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The sequences of kernels that have a graph of their own, and how they cut up a recording. */
final class Sequences {
  /** Each costs seconds to compile: enough for a few kinds of model, plain and steered. */
  private static final int MOST = 6;

  private final List<List<Kernel>> all = new ArrayList<>();

  /** Every sequence, the longest first. */
  List<List<Kernel>> all() {
    return List.copyOf(all);
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
   * Learns what a recording repeats, if that spares it a good part of its graphs.
   *
   * @return whether there is a new sequence
   */
  boolean learn(List<Kernel> kernels) {
    List<Kernel> repeated = Repetition.in(kernels).orElse(List.of());
    if (repeated.isEmpty() || all.size() == MOST) {
      return false;
    }
    List<List<Kernel>> more = new ArrayList<>(all);
    more.add(repeated);
    more.sort(Comparator.comparingInt((List<Kernel> sequence) -> sequence.size()).reversed());
    if (4 * graphs(more, kernels) > 3 * graphs(all, kernels)) {
      return false;
    }
    all.clear();
    all.addAll(more);
    return true;
  }
}
