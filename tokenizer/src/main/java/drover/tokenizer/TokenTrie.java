package drover.tokenizer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds added tokens in a text: at each place the longest one. */
final class TokenTrie {

  private final Node root = new Node();
  private final boolean[] asciiStarts = new boolean[128];

  private static final class Node {
    private final Map<Character, Node> children = new HashMap<>(2);
    private AddedToken token;
  }

  TokenTrie(List<AddedToken> tokens) {
    for (AddedToken token : tokens) {
      Node node = root;
      for (char c : token.pattern().toCharArray()) {
        node = node.children.computeIfAbsent(c, key -> new Node());
      }
      node.token = token;
      if (token.pattern().charAt(0) < 128) {
        asciiStarts[token.pattern().charAt(0)] = true;
      }
    }
  }

  boolean isEmpty() {
    return root.children.isEmpty();
  }

  /** Whether some token may begin with this char. */
  boolean mayStart(char c) {
    return c < 128 ? asciiStarts[c] : root.children.containsKey(c);
  }

  /** The longest token that stands here, or null. */
  AddedToken longest(String text, int from) {
    AddedToken longest = null;
    Node node = root;
    for (int at = from; at < text.length(); at++) {
      node = node.children.get(text.charAt(at));
      if (node == null) {
        break;
      }
      longest = node.token == null ? longest : node.token;
    }
    return longest;
  }
}
