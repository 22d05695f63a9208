package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TrieRunTest {

  @Property
  void everyNodeIsInOneRunBehindItsParent(
      @ForAll @Size(min = 1, max = 12)
          List<@Size(min = 1, max = 9) List<@IntRange(max = 2) Integer>> strings,
      @ForAll @IntRange(min = 1, max = 10) int longest) {
    TokenTrie trie = TokenTrie.of(tokens(strings), longest);
    Set<TokenTrie.Node> seen = new HashSet<>();
    int tokens = 0;
    for (TrieRun run : TrieRun.of(trie, longest)) {
      assertThat(run.length()).isBetween(1, longest);
      assertThat(run.tokens()).hasSize(run.length());
      for (TokenTrie.Node node : run.nodes()) {
        assertThat(node.parent() == null || seen.contains(node.parent())).isTrue();
        assertThat(seen.add(node)).isTrue();
        tokens += node.tokens().length;
      }
    }
    assertThat(tokens).isEqualTo(trie.size());
  }

  @Property
  void aRunFollowsTheOneThatHoldsItsPast(
      @ForAll @Size(min = 1, max = 12)
          List<@Size(min = 1, max = 9) List<@IntRange(max = 2) Integer>> strings,
      @ForAll @IntRange(min = 1, max = 10) int longest) {
    List<TrieRun> runs = TrieRun.of(TokenTrie.of(tokens(strings), longest), longest);
    for (TrieRun run : runs) {
      TokenTrie.Node parent = run.nodes().getFirst().parent();
      assertThat(run.past() == null).isEqualTo(parent == null);
      if (parent != null) {
        assertThat(run.past().nodes()).contains(parent);
        assertThat(run.past().followers()).contains(run);
        assertThat(run.past().order()).isLessThan(run.order());
      }
    }
  }

  @Test
  void whatBeginsSeveralStringsRunsOnIntoTheFirst() {
    List<int[]> strings = List.of(new int[] {7, 8, 1, 2}, new int[] {7, 8, 3}, new int[] {7, 8});
    List<int[]> runs = new ArrayList<>();
    TrieRun.of(TokenTrie.of(strings, 512), 512).forEach(run -> runs.add(run.tokens()));
    assertThat(runs).containsExactly(new int[] {7, 8, 1, 2}, new int[] {3});
  }

  @Test
  void whatIsTooLongForAPassGoesOnInTheNext() {
    List<TrieRun> runs = TrieRun.of(TokenTrie.of(List.of(new int[] {1, 2, 3, 4, 5}), 2), 2);
    assertThat(runs).extracting(TrieRun::length).containsExactly(2, 2, 1);
  }

  private static List<int[]> tokens(List<List<Integer>> strings) {
    return strings.stream()
        .map(string -> string.stream().mapToInt(Integer::intValue).toArray())
        .toList();
  }
}
