package drover.steering;

import drover.steering.Pooled.Window;
import drover.steering.TokenSpans.Range;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sums of activations over what is pooled of the strings up to the end of one trie node. Strings
 * that pool the same tokens so far share a sum, which goes on from that of the parent: every sum is
 * made row by row from the string's beginning, whatever other strings there are.
 */
final class NodeSums {

  /**
   * A sum on its way.
   *
   * @param before the parent's; null where nothing was pooled before the node
   * @param own the rows to add, counted from the node's first
   * @param total {@code [places * width]}; the parent's itself where there is nothing to add
   */
  private record Sum(float[] before, List<Range> own, float[] total) {}

  private final TokenTrie.Node node;
  private final int width;
  private final int size;

  /** By the ranges up to the node's end. */
  private final Map<List<Range>, Sum> sums = new HashMap<>();

  /** How many strings pool each of the node's tokens, by data set: {@code [tokens][sets]}. */
  private final int[][] weights;

  /**
   * Goes on from the parent's.
   *
   * @param parent null where the node has none
   * @param sets how many data sets the strings belong to
   */
  NodeSums(
      TokenTrie.Node node, NodeSums parent, List<Pooled> strings, int sets, int places, int width) {
    this.node = node;
    this.width = width;
    this.size = places * width;
    this.weights = new int[node.tokens().length][sets];
    for (int string : node.strings()) {
      Pooled pooled = strings.get(string);
      List<Range> ranges = pooled.window().tokens();
      for (Range own : Pooled.clip(ranges, node.start(), node.end())) {
        for (int i = own.from(); i < own.to(); i++) {
          weights[i - node.start()][pooled.set()]++;
        }
      }
      List<Range> soFar = Pooled.clip(ranges, 0, node.end());
      if (!soFar.isEmpty()) {
        sums.computeIfAbsent(soFar, key -> sum(key, parent));
      }
    }
  }

  private Sum sum(List<Range> ranges, NodeSums parent) {
    Sum past = parent == null ? null : parent.sums.get(Pooled.clip(ranges, 0, node.start()));
    List<Range> own =
        Pooled.clip(ranges, node.start(), node.end()).stream()
            .map(range -> new Range(range.from() - node.start(), range.to() - node.start()))
            .toList();
    float[] before = past == null ? null : past.total();
    return new Sum(before, own, own.isEmpty() ? before : new float[size]);
  }

  /**
   * Adds the node's rows at a place, once the parent's are added.
   *
   * @param rows {@code [rows, width]}, row-major, the node's from {@code first} on
   */
  void add(int place, float[] rows, int first) {
    int at = place * width;
    for (Sum sum : sums.values()) {
      if (sum.before() != null && !sum.own().isEmpty()) {
        System.arraycopy(sum.before(), at, sum.total(), at, width);
      }
      for (Range own : sum.own()) {
        for (int i = own.from(); i < own.to(); i++) {
          add(rows, (first + i) * width, sum.total(), at, width);
        }
      }
    }
  }

  TokenTrie.Node node() {
    return node;
  }

  /** Counts the node's norms, each as often as it is pooled. */
  void count(int place, float[] rowNorms, int first, PooledNorms norms) {
    for (int i = 0; i < weights.length; i++) {
      norms.add(place, rowNorms[first + i], weights[i]);
    }
  }

  /** The strings that end at a node, by what they pool. */
  static Map<Window, List<Integer>> ending(TokenTrie.Node node, List<Pooled> strings) {
    Map<Window, List<Integer>> ending = new LinkedHashMap<>();
    for (int string : node.strings()) {
      Pooled pooled = strings.get(string);
      if (pooled.end() == node.end()) {
        ending.computeIfAbsent(pooled.window(), _ -> new ArrayList<>()).add(string);
      }
    }
    return ending;
  }

  /** A copy of the sum of strings that end here, {@code [places * width]}. */
  float[] total(Window window) {
    Sum sum = sums.get(Pooled.clip(window.tokens(), 0, node.end()));
    return sum == null ? new float[size] : sum.total().clone();
  }

  /** Adds a row to part of a sum. */
  static void add(float[] rows, int row, float[] sum, int offset, int width) {
    for (int i = 0; i < width; i++) {
      sum[offset + i] += rows[row + i];
    }
  }
}
