package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;

import drover.steering.TokenTrie.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TokenTrieTest {

  @Property
  void everyStringIsTheConcatenationOfItsPath(
      @ForAll @Size(min = 1, max = 12)
          List<@Size(min = 1, max = 9) List<@IntRange(max = 2) Integer>> strings,
      @ForAll @IntRange(min = 1, max = 10) int longest) {
    List<int[]> tokens = tokens(strings);
    List<List<Integer>> rebuilt = new ArrayList<>();
    tokens.forEach(_ -> rebuilt.add(new ArrayList<>()));
    for (Node node : nodes(TokenTrie.of(tokens, longest).roots())) {
      assertThat(node.tokens()).hasSizeBetween(1, longest);
      assertThat(node.start())
          .isEqualTo(
              node.parent() == null ? 0 : node.parent().start() + node.parent().tokens().length);
      for (int string : node.strings()) {
        assertThat(rebuilt.get(string)).hasSize(node.start());
        Arrays.stream(node.tokens()).forEach(rebuilt.get(string)::add);
      }
    }
    assertThat(rebuilt).isEqualTo(strings);
  }

  @Property
  void itsSizeIsTheNumberOfDistinctPrefixes(
      @ForAll @Size(min = 1, max = 12)
          List<@Size(min = 1, max = 9) List<@IntRange(max = 2) Integer>> strings,
      @ForAll @IntRange(min = 1, max = 10) int longest) {
    Set<List<Integer>> prefixes = new HashSet<>();
    for (List<Integer> string : strings) {
      IntStream.rangeClosed(1, string.size()).forEach(n -> prefixes.add(string.subList(0, n)));
    }
    assertThat(TokenTrie.of(tokens(strings), longest).size()).isEqualTo(prefixes.size());
  }

  @Test
  void aRunThatAllShareIsOneNode() {
    List<int[]> strings = List.of(new int[] {7, 8, 1, 2}, new int[] {7, 8, 3}, new int[] {7, 8});
    Node root = TokenTrie.of(strings, 512).roots().getFirst();
    assertThat(root.tokens()).containsExactly(7, 8);
    assertThat(root.children())
        .extracting(Node::tokens)
        .containsExactly(new int[] {1, 2}, new int[] {3});
  }

  private static List<int[]> tokens(List<List<Integer>> strings) {
    return strings.stream()
        .map(string -> string.stream().mapToInt(Integer::intValue).toArray())
        .toList();
  }

  /** Nodes before their children. */
  private static List<Node> nodes(List<Node> roots) {
    List<Node> nodes = new ArrayList<>();
    for (Node root : roots) {
      nodes.add(root);
      nodes.addAll(nodes(root.children()));
    }
    return nodes;
  }
}
