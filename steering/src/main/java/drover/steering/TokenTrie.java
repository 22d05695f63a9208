package drover.steering;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Token strings with their common prefixes merged, so that each distinct prefix is computed once. A
 * node is a run of tokens that the same strings share, cut where it would be too long for a pass.
 */
final class TokenTrie {

  /** Tokens that continue those of the parent. */
  static final class Node {
    private final Node parent;
    private final int start;
    private final int[] tokens;
    private final int[] strings;
    private final List<Node> children = new ArrayList<>();
    private int size;
    private int first;

    private Node(Node parent, int start, int[] tokens, int[] strings) {
      this.parent = parent;
      this.start = start;
      this.tokens = tokens;
      this.strings = strings;
    }

    /** The node that this one continues; null for those without a past. */
    Node parent() {
      return parent;
    }

    /** The position of its first token. */
    int start() {
      return start;
    }

    /** The position behind its last token. */
    int end() {
      return start + tokens.length;
    }

    /** Its tokens, at least one. */
    int[] tokens() {
      return tokens;
    }

    /** The strings that run through it, or end in it. */
    int[] strings() {
      return strings;
    }

    /** Its continuations. */
    List<Node> children() {
      return children;
    }

    /** The tokens of this node and all below it. */
    int size() {
      return size;
    }
  }

  private final List<Node> roots;

  private TokenTrie(List<Node> roots) {
    this.roots = roots;
  }

  /**
   * Merges strings of at least one token each.
   *
   * @param longest the most tokens of a node
   */
  static TokenTrie of(List<int[]> strings, int longest) {
    int[] sorted =
        IntStream.range(0, strings.size())
            .boxed()
            .sorted(Comparator.comparing(strings::get, Arrays::compare))
            .mapToInt(Integer::intValue)
            .toArray();
    return new TokenTrie(grow(strings, sorted, null, 0, longest));
  }

  /**
   * Nodes that continue {@code parent} with the tokens from {@code start} on, in the order of the
   * strings: whoever stops halfway then has whole strings, and the first of them.
   */
  private static List<Node> grow(
      List<int[]> strings, int[] sorted, Node parent, int start, int longest) {
    List<Node> nodes = new ArrayList<>();
    int first = 0;
    while (first < sorted.length) {
      int[] string = strings.get(sorted[first]);
      if (string.length == start) {
        first++;
        continue;
      }
      int last = first;
      while (last + 1 < sorted.length && strings.get(sorted[last + 1])[start] == string[start]) {
        last++;
      }
      int[] sharing = Arrays.copyOfRange(sorted, first, last + 1);
      nodes.add(growNode(strings, sharing, parent, start, longest));
      first = last + 1;
    }
    nodes.sort(Comparator.comparingInt(node -> node.first));
    return nodes;
  }

  /** One node for strings, sorted, that share at least the token at {@code start}. */
  private static Node growNode(
      List<int[]> strings, int[] sorted, Node parent, int start, int longest) {
    int[] string = strings.get(sorted[0]);
    int[] farthest = strings.get(sorted[sorted.length - 1]);
    int end = Arrays.mismatch(string, farthest);
    end = Math.min(end < 0 ? string.length : end, start + longest);
    Node node = new Node(parent, start, Arrays.copyOfRange(string, start, end), sorted);
    node.children.addAll(grow(strings, sorted, node, end, longest));
    node.first = Arrays.stream(sorted).min().orElseThrow();
    node.size = node.tokens.length + node.children.stream().mapToInt(Node::size).sum();
    return node;
  }

  /** The nodes without a past. */
  List<Node> roots() {
    return roots;
  }

  /** All distinct prefixes: the tokens that have to be computed. */
  int size() {
    return roots.stream().mapToInt(Node::size).sum();
  }
}
