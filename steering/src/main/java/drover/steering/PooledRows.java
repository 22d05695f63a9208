package drover.steering;

import drover.engine.Batch;
import drover.engine.Llama;
import drover.engine.Sequence;
import drover.engine.io.DroverException;
import drover.steering.PaddingRows.Padded;
import drover.steering.Pooled.Window;
import drover.steering.PoolingPasses.Place;
import drover.steering.PoolingPasses.Stopped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The mean activation of some tokens of each of many strings, at several layers. Distinct prefixes
 * are computed once, in passes of limited size, and summed up once. A string's row does not depend
 * on what other strings there are.
 */
final class PooledRows implements AutoCloseable {
  /**
   * The most distinct tokens below a common prefix whose keys, values and sums are held at a time,
   * beside those of the prefix.
   */
  private static final int MOST_TOKENS_HELD = 8_192;

  /**
   * What sums for so many nodes may take of the heap, as far as that is no more than a quarter of
   * it and leaves enough of them for a pass.
   */
  private static final long MOST_SUM_BYTES = 256L << 20;

  private final Llama model;
  private final List<Pooled> strings;
  private final TokenTrie trie;
  private final int places;
  private final int width;
  private final int tokensHeld;
  private final NormHistogram[] norms;
  private final PoolingPasses passes;
  private final PaddingRows padding;
  private final Map<TokenTrie.Node, Sequence> sequences = new HashMap<>();
  private final Map<TokenTrie.Node, NodeSums> sums = new HashMap<>();
  private final RowStore rows;
  private float[] blank;

  private PooledRows(Llama model, List<Pooled> strings, List<Place> places, Progress progress) {
    this.model = model;
    this.strings = strings;
    this.places = places.size();
    this.width = model.config().hiddenSize();
    long sumBytes = (long) this.places * width * Float.BYTES;
    long room = Math.min(MOST_SUM_BYTES, Runtime.getRuntime().maxMemory() / 4);
    this.tokensHeld = Math.clamp(room / sumBytes, PoolingPasses.ROWS, MOST_TOKENS_HELD);
    this.norms =
        Stream.generate(NormHistogram::new).limit(this.places).toArray(NormHistogram[]::new);
    this.trie = TokenTrie.of(strings.stream().map(Pooled::ids).toList(), PoolingPasses.ROWS);
    this.passes =
        new PoolingPasses(model, places, progress, trie.size() + paddingBehind(trie.roots()));
    this.padding = new PaddingRows(passes, norms, width);
    this.rows = new RowStore(strings.size(), this.places, width);
  }

  /**
   * Computes the means; where the listener stops that, of the strings that were complete by then.
   *
   * @throws DroverException if a string has no tokens, or more than the model's context
   */
  static PooledRows read(Llama model, List<Pooled> strings, List<Place> places, Progress progress) {
    strings.forEach(string -> checkLength(string.ids().length, model.config().maxPositions()));
    PooledRows pooled = new PooledRows(model, strings, places, progress);
    boolean finished = false;
    try {
      pooled.run();
      finished = true;
      return pooled;
    } finally {
      if (!finished) {
        pooled.close();
      }
    }
  }

  private static void checkLength(int tokens, int context) {
    if (tokens == 0) {
      throw new DroverException("a text has no tokens, so there is nothing to pool");
    }
    if (tokens > context) {
      throw new DroverException(
          "a text has %d tokens, but the model's context is %d".formatted(tokens, context));
    }
  }

  /** Whether a string was computed. */
  boolean has(int string) {
    return rows.has(string);
  }

  /** A copy of a string's mean at a place, {@code [hidden]}. */
  float[] row(int string, int place) {
    return rows.row(string, place);
  }

  /**
   * The median norm of the residual stream behind a place's layer, over all tokens pooled: of a
   * token that several strings share, once for each that pools it.
   */
  double medianNorm(int place) {
    return norms[place].median();
  }

  @Override
  public void close() {
    rows.close();
  }

  private long paddingBehind(List<TokenTrie.Node> nodes) {
    long tokens = 0;
    for (TokenTrie.Node node : nodes) {
      tokens += paddingBehind(node.children());
      for (Window window : NodeSums.ending(node, strings).keySet()) {
        tokens += window.behind().length();
      }
    }
    return tokens;
  }

  private void run() {
    try {
      long before = strings.stream().mapToLong(string -> string.window().before()).sum();
      if (before > 0) {
        blank = padding.before(model, places, before);
      }
      visit(trie.roots());
    } catch (Stopped _) {
      // What is complete is in the store.
    } finally {
      sequences.values().forEach(Sequence::close);
    }
  }

  /**
   * Computes nodes and all below them in groups of limited size. Whoever is larger than a group by
   * itself (all strings may share their first tokens) goes first, and its children follow in groups
   * of their own.
   */
  private void visit(List<TokenTrie.Node> nodes) {
    List<TokenTrie.Node> group = new ArrayList<>();
    int held = 0;
    for (TokenTrie.Node node : nodes) {
      if (held + node.size() > tokensHeld) {
        descend(group);
        group.clear();
        held = 0;
      }
      if (node.size() > tokensHeld) {
        runPass(List.of(node));
        visit(node.children());
        close(node);
      } else {
        group.add(node);
        held += node.size();
      }
    }
    descend(group);
  }

  /** Computes nodes and then all below them, a generation at a time. */
  private void descend(List<TokenTrie.Node> nodes) {
    List<TokenTrie.Node> done = new ArrayList<>();
    List<TokenTrie.Node> generation = List.copyOf(nodes);
    while (!generation.isEmpty()) {
      runAll(generation);
      done.addAll(generation);
      generation = generation.stream().flatMap(node -> node.children().stream()).toList();
    }
    done.forEach(this::close);
  }

  private void close(TokenTrie.Node node) {
    sums.remove(node);
    Sequence sequence = sequences.remove(node);
    if (sequence != null) {
      sequence.close();
    }
  }

  private void runAll(List<TokenTrie.Node> nodes) {
    List<TokenTrie.Node> pass = new ArrayList<>();
    int passRows = 0;
    for (TokenTrie.Node node : nodes) {
      if (!pass.isEmpty() && passRows + node.tokens().length > PoolingPasses.ROWS) {
        runPass(pass);
        pass.clear();
        passRows = 0;
      }
      pass.add(node);
      passRows += node.tokens().length;
    }
    runPass(pass);
  }

  private void runPass(List<TokenTrie.Node> nodes) {
    Batch.Builder builder = Batch.builder();
    List<NodeSums> own = new ArrayList<>();
    for (TokenTrie.Node node : nodes) {
      int length = node.tokens().length;
      Sequence sequence =
          node.parent() == null
              ? model.newSequence(length)
              : sequences.get(node.parent()).fork(node.start(), length);
      sequences.put(node, sequence);
      builder.add(sequence, node.tokens(), Batch.LogitRows.NONE);
      own.add(new NodeSums(node, sums.get(node.parent()), strings, places, width));
      sums.put(node, own.getLast());
    }
    Batch batch = builder.build();
    passes.run(
        batch,
        (place, activations, rowNorms) -> {
          for (int n = 0; n < own.size(); n++) {
            own.get(n).add(place, activations, batch.start(n));
            own.get(n).count(rowNorms, batch.start(n), norms[place]);
          }
        });
    finish(own);
    // Nobody continues a leaf.
    nodes.stream().filter(node -> node.children().isEmpty()).forEach(this::close);
  }

  /** Completes the strings that end at some nodes. */
  private void finish(List<NodeSums> nodes) {
    List<Padded> padded = new ArrayList<>();
    for (NodeSums own : nodes) {
      Sequence past = sequences.get(own.node());
      NodeSums.ending(own.node(), strings)
          .forEach(
              (window, ending) -> {
                Padded all = new Padded(past, window, ending, own.total(window));
                if (window.behind().length() > 0) {
                  padded.add(all);
                } else {
                  complete(all);
                }
              });
    }
    padding.addBehind(padded);
    padded.forEach(this::complete);
  }

  private void complete(Padded strings) {
    Window window = strings.window();
    float[] row = strings.total();
    float count = window.count();
    for (int i = 0; i < row.length; i++) {
      float sum = window.before() == 0 ? row[i] : row[i] + window.before() * blank[i];
      row[i] = sum / count;
    }
    strings.strings().forEach(string -> rows.put(string, row));
  }
}
