package drover.steering.evaluate;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How much a text repeats itself: what a steering strength that is too large makes it do. */
public final class Repetition {
  private Repetition() {}

  /**
   * The share of distinct ones among a text's n-grams of words (distinct-n of Li et al., "A
   * Diversity-Promoting Objective Function for Neural Conversation Models", 2016): 1 where nothing
   * is repeated, near 0 where little else is done.
   *
   * @param n how many words an n-gram has, at least 1
   * @return 1 for a text that has fewer words
   */
  public static double distinctShare(String text, int n) {
    if (n < 1) {
      throw new IllegalArgumentException("an n-gram has at least one word, not " + n);
    }
    List<String> words = List.of(text.strip().split("\\s+"));
    int count = words.size() - n + 1;
    Set<List<String>> distinct = new HashSet<>();
    for (int i = 0; i < count; i++) {
      distinct.add(words.subList(i, i + n));
    }
    return count < 1 ? 1 : (double) distinct.size() / count;
  }
}
