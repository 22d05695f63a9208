package drover.steering;

import drover.engine.Sequence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Nodes of a {@link TokenTrie}, each the first child of the one before it, that are computed at
 * once as tokens of one sequence. So there are no more runs than strings, and few of them wait for
 * another: what begins many strings is the beginning of the first of them, and the others fork from
 * it.
 *
 * <p>It knows what it leaves behind, and gives that up when nothing that follows needs it.
 */
final class TrieRun {
  private final TrieRun past;
  private final boolean continues;
  private final int order;
  private final List<TokenTrie.Node> nodes = new ArrayList<>();
  private final List<TrieRun> followers = new ArrayList<>();
  private int length;

  private Sequence sequence;
  private List<NodeSums> sums = List.of();
  private int unfinished;

  private TrieRun(TrieRun past, boolean continues, int order) {
    this.past = past;
    this.continues = continues;
    this.order = order;
    if (past != null) {
      past.followers.add(this);
    }
  }

  /**
   * The runs of a trie in the order in which they are best computed: each is followed by those that
   * fork from it, the last forks first.
   *
   * @param longest the most tokens of a run, at least those of a node
   */
  static List<TrieRun> of(TokenTrie trie, int longest) {
    List<TrieRun> runs = new ArrayList<>();
    trie.roots().forEach(root -> add(runs, root, null, longest));
    return Collections.unmodifiableList(runs);
  }

  /** The runs of a node and all below it. */
  private static void add(List<TrieRun> runs, TokenTrie.Node top, TrieRun past, int longest) {
    List<TrieRun> holders = new ArrayList<>();
    List<TokenTrie.Node> chain = new ArrayList<>();
    TrieRun run = new TrieRun(past, false, runs.size());
    runs.add(run);
    TokenTrie.Node node = top;
    while (node != null) {
      if (run.length + node.tokens().length > longest) {
        run = new TrieRun(run, true, runs.size());
        runs.add(run);
      }
      run.nodes.add(node);
      run.length += node.tokens().length;
      holders.add(run);
      chain.add(node);
      node = node.children().isEmpty() ? null : node.children().getFirst();
    }
    for (int i = chain.size() - 1; i >= 0; i--) {
      List<TokenTrie.Node> children = chain.get(i).children();
      for (int c = 1; c < children.size(); c++) {
        add(runs, children.get(c), holders.get(i), longest);
      }
    }
  }

  /** The run that this one forks from or continues; null where it has no past. */
  TrieRun past() {
    return past;
  }

  /** Its place among all runs. */
  int order() {
    return order;
  }

  /** Its nodes, at least one. */
  List<TokenTrie.Node> nodes() {
    return nodes;
  }

  /** The runs that can be computed once this one is. */
  List<TrieRun> followers() {
    return followers;
  }

  /** How many tokens it has. */
  int length() {
    return length;
  }

  /** Its tokens. */
  int[] tokens() {
    int[] tokens = new int[length];
    int at = 0;
    for (TokenTrie.Node node : nodes) {
      System.arraycopy(node.tokens(), 0, tokens, at, node.tokens().length);
      at += node.tokens().length;
    }
    return tokens;
  }

  /** The sequence that holds it, once it is begun. */
  Sequence sequence() {
    return sequence;
  }

  /** Its sums, one for each node. */
  List<NodeSums> sums() {
    return sums;
  }

  /** The sums of the node before its first; null where it has no past. */
  NodeSums sumsBefore() {
    if (past == null) {
      return null;
    }
    TokenTrie.Node parent = nodes.getFirst().parent();
    return past.sums.get(past.nodes.indexOf(parent));
  }

  /**
   * Begins to compute it.
   *
   * @param fresh makes a sequence without a past
   * @param forked whether others than its followers may fork from it
   */
  void begin(SequenceMaker fresh, boolean forked) {
    int start = nodes.getFirst().start();
    if (past == null) {
      sequence = fresh.make(length);
    } else {
      sequence = continues ? past.sequence : past.sequence.fork(start, length);
    }
    if (followers.isEmpty() && !continues && !forked) {
      sequence.forOnePass();
    }
    unfinished = followers.size();
  }

  /** Makes sequences. */
  interface SequenceMaker {
    /** With room for some tokens. */
    Sequence make(int tokens);
  }

  void keep(List<NodeSums> own) {
    sums = own;
  }

  /**
   * Gives up what nobody needs any more, now that this run is computed.
   *
   * @return how many tokens are held no longer, its own included
   */
  int release() {
    if (unfinished > 0) {
      return 0;
    }
    close();
    if (past == null) {
      return length;
    }
    past.unfinished--;
    return length + past.release();
  }

  /** Gives up all that it holds. */
  void close() {
    if (sequence != null && !continues) {
      sequence.close();
    }
    sequence = null;
    sums = List.of();
  }
}
