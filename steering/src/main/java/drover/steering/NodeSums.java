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
  private final TokenTrie.Node node;
  private final int width;
  private final int size;

  /** By the ranges up to the node's end, {@code [places * width]} each. */
  private final Map<List<Range>, float[]> sums = new HashMap<>();

  /** How many strings pool each of the node's tokens. */
  private final int[] weights;

  /**
   * Goes on from the parent's.
   *
   * @param parent null where the node has none
   */
  NodeSums(TokenTrie.Node node, NodeSums parent, List<Pooled> strings, int places, int width) {
    this.node = node;
    this.width = width;
    this.size = places * width;
    this.weights = new int[node.tokens().length];
    for (int string : node.strings()) {
      List<Range> ranges = strings.get(string).window().tokens();
      for (Range own : Pooled.clip(ranges, node.start(), node.end())) {
        for (int i = own.from(); i < own.to(); i++) {
          weights[i - node.start()]++;
        }
      }
      sums.computeIfAbsent(
          Pooled.clip(ranges, 0, node.end()),
          key -> parent == null ? new float[size] : parent.copy(key));
    }
    sums.remove(List.of());
  }

  private float[] copy(List<Range> ranges) {
    float[] sum = sums.get(Pooled.clip(ranges, 0, node.end()));
    return sum == null ? new float[size] : sum.clone();
  }

  /**
   * Adds the node's rows at a place.
   *
   * @param rows {@code [rows][width]}, the node's from {@code first} on
   */
  void add(int place, float[][] rows, int first) {
    sums.forEach(
        (ranges, sum) -> {
          for (Range own : Pooled.clip(ranges, node.start(), node.end())) {
            for (int i = own.from(); i < own.to(); i++) {
              addTo(sum, place * width, rows[first + i - node.start()]);
            }
          }
        });
  }

  TokenTrie.Node node() {
    return node;
  }

  /** Counts the node's norms, each as often as it is pooled. */
  void count(float[] norms, int first, NormHistogram histogram) {
    for (int i = 0; i < weights.length; i++) {
      histogram.add(norms[first + i], weights[i]);
    }
  }

  /** The strings that end at a node, by what they pool. */
  static Map<Window, List<Integer>> ending(TokenTrie.Node node, List<Pooled> strings) {
    Map<Window, List<Integer>> ending = new LinkedHashMap<>();
    for (int string : node.strings()) {
      Pooled pooled = strings.get(string);
      if (pooled.ids().length == node.end()) {
        ending.computeIfAbsent(pooled.window(), _ -> new ArrayList<>()).add(string);
      }
    }
    return ending;
  }

  /** A copy of the sum of strings that end here, {@code [places * width]}. */
  float[] total(Window window) {
    return copy(window.tokens());
  }

  /** Adds a row to part of a sum. */
  static void addTo(float[] sum, int offset, float[] row) {
    for (int i = 0; i < row.length; i++) {
      sum[offset + i] += row[i];
    }
  }
}
