package drover.steering;

import drover.engine.Activation;
import drover.engine.Batch;
import drover.engine.HookPoint;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Sequence;
import drover.engine.io.DroverException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The mean activation of a range of tokens of each of many strings, at several layers. Distinct
 * prefixes are computed once, in passes of limited size.
 */
final class PooledRows {

  /**
   * Where to read.
   *
   * @param point what is pooled
   * @param layer at which layer
   */
  record Place(HookPoint point, int layer) {}

  /**
   * A string and the range of its tokens whose mean is wanted.
   *
   * @param from the first of them
   * @param to behind the last of them
   */
  record Pooled(int[] ids, int from, int to) {}

  /** Rows of one pass. */
  private static final int PASS_ROWS = 512;

  /**
   * Distinct tokens below a common prefix whose keys and values are held at a time, beside those of
   * the prefix.
   */
  private static final int TOKENS_HELD = 8_192;

  private final Llama model;
  private final List<Pooled> strings;
  private final List<Place> places;
  private final float[][][] rows;
  private final Map<TokenTrie.Node, Sequence> sequences = new HashMap<>();
  private final Progress progress;
  private long computed;
  private long total;

  private PooledRows(Llama model, List<Pooled> strings, List<Place> places, Progress progress) {
    this.model = model;
    this.strings = strings;
    this.places = places;
    this.progress = progress;
    this.rows = new float[places.size()][strings.size()][model.config().hiddenSize()];
  }

  /**
   * Computes the means.
   *
   * @return {@code [places][strings][hidden]}
   * @throws DroverException if a string has no tokens, or more than the model's context
   */
  static float[][][] read(
      Llama model, List<Pooled> strings, List<Place> places, Progress progress) {
    strings.forEach(string -> checkLength(string.ids().length, model.config().maxPositions()));
    PooledRows pooled = new PooledRows(model, strings, places, progress);
    pooled.run();
    return pooled.rows;
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

  private void run() {
    TokenTrie trie = TokenTrie.of(strings.stream().map(Pooled::ids).toList(), PASS_ROWS);
    total = trie.size();
    try {
      visit(trie.roots());
    } finally {
      sequences.values().forEach(Sequence::close);
    }
    divide();
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
      if (held + node.size() > TOKENS_HELD) {
        descend(group);
        group.clear();
        held = 0;
      }
      if (node.size() > TOKENS_HELD) {
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
    Sequence sequence = sequences.remove(node);
    if (sequence != null) {
      sequence.close();
    }
  }

  private void runAll(List<TokenTrie.Node> nodes) {
    List<TokenTrie.Node> pass = new ArrayList<>();
    int passRows = 0;
    for (TokenTrie.Node node : nodes) {
      if (!pass.isEmpty() && passRows + node.tokens().length > PASS_ROWS) {
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
    Batch.Builder batch = Batch.builder();
    for (TokenTrie.Node node : nodes) {
      int length = node.tokens().length;
      Sequence sequence =
          node.parent() == null
              ? model.newSequence(length)
              : sequences.get(node.parent()).fork(node.start(), length);
      sequences.put(node, sequence);
      batch.add(sequence, node.tokens(), Batch.LogitRows.NONE);
    }
    Hooks.Builder hooks = Hooks.builder();
    int lastLayer = 0;
    for (int p = 0; p < places.size(); p++) {
      float[][] sums = rows[p];
      Place place = places.get(p);
      lastLayer = Math.max(lastLayer, place.layer());
      hooks.on(place.point(), place.layer(), a -> addRows(a, nodes, sums));
    }
    if (lastLayer < model.config().layers()) {
      hooks.stopAfterLayer(lastLayer);
    }
    Batch pass = batch.build();
    model.forward(pass, hooks.build()).close();
    // Nobody continues a leaf.
    nodes.stream().filter(node -> node.children().isEmpty()).forEach(this::close);
    computed += pass.rows();
    progress.at(computed, total);
  }

  /** Adds each node's rows to the sums of the strings that want them. */
  private void addRows(Activation activation, List<TokenTrie.Node> nodes, float[][] sums) {
    float[][] all = activation.copyRows();
    for (int n = 0; n < nodes.size(); n++) {
      TokenTrie.Node node = nodes.get(n);
      int row = activation.batch().start(n);
      for (int string : node.strings()) {
        Pooled wanted = strings.get(string);
        int from = Math.max(wanted.from() - node.start(), 0);
        int to = Math.min(wanted.to() - node.start(), node.tokens().length);
        for (int i = from; i < to; i++) {
          addTo(sums[string], all[row + i]);
        }
      }
    }
  }

  private static void addTo(float[] sum, float[] row) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += row[i];
    }
  }

  private void divide() {
    for (float[][] place : rows) {
      for (int s = 0; s < place.length; s++) {
        float count = strings.get(s).to() - strings.get(s).from();
        for (int i = 0; i < place[s].length; i++) {
          place[s][i] /= count;
        }
      }
    }
  }
}
