package drover.steering;

import drover.steering.TokenSpans.Range;
import java.util.ArrayList;
import java.util.List;

/**
 * A string, and which of its tokens are pooled.
 *
 * @param ids the string; not to be changed
 * @param window what is pooled
 * @param set which of several data sets it belongs to, from 0
 */
record Pooled(int[] ids, Window window, int set) {

  /** A string of the only data set. */
  Pooled(int[] ids, Window window) {
    this(ids, window, 0);
  }

  /** How many of its tokens have to be computed: nothing that is pooled sees those behind. */
  int end() {
    boolean whole = window.tokens().isEmpty() || window.behind().length() > 0;
    return whole ? ids.length : window.tokens().getLast().to();
  }

  /**
   * Tokens of a string, and of the padding around it. A string in the same place of two texts has
   * equal windows.
   *
   * @param tokens of the string, in ascending order
   * @param behind of the padding behind it, whose positions go on from the string's
   * @param before how many rows of padding before it
   */
  record Window(List<Range> tokens, Range behind, int before) {
    /** Keeps a copy of the list. */
    Window {
      tokens = List.copyOf(tokens);
    }

    /** Without padding. */
    static Window of(List<Range> tokens) {
      return new Window(tokens, new Range(0, 0), 0);
    }

    /** How many rows are pooled. */
    int count() {
      return tokens.stream().mapToInt(Range::length).sum() + behind.length() + before;
    }
  }

  /** The parts of ranges that lie between two positions. */
  static List<Range> clip(List<Range> ranges, int from, int to) {
    List<Range> clipped = new ArrayList<>(ranges.size());
    for (Range range : ranges) {
      int first = Math.max(range.from(), from);
      int last = Math.min(range.to(), to);
      if (first < last) {
        clipped.add(new Range(first, last));
      }
    }
    return clipped;
  }
}
