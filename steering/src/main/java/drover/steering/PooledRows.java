package drover.steering;

import drover.engine.Activation;
import drover.engine.Batch;
import drover.engine.HookPoint;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Sequence;
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

  /** Distinct tokens whose keys and values are held at a time. */
  private static final int TOKENS_HELD = 8_192;

  private final Llama model;
  private final List<Pooled> strings;
  private final List<Place> places;
  private final float[][][] rows;
  private final Map<TokenTrie.Node, Sequence> sequences = new HashMap<>();
  private final Progress progress;
  private long done;
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
   */
  static float[][][] read(
      Llama model, List<Pooled> strings, List<Place> places, Progress progress) {
    PooledRows pooled = new PooledRows(model, strings, places, progress);
    pooled.run();
    return pooled.rows;
  }

  private void run() {
    TokenTrie trie = TokenTrie.of(strings.stream().map(Pooled::ids).toList());
    total = trie.size();
    List<TokenTrie.Node> group = new ArrayList<>();
    int held = 0;
    for (TokenTrie.Node node : trie.roots()) {
      if (!group.isEmpty() && held + node.size() > TOKENS_HELD) {
        descend(group);
        group.clear();
        held = 0;
      }
      group.add(node);
      held += node.size();
    }
    descend(group);
    divide();
  }

  /** Computes nodes and then all below them, a generation at a time. */
  private void descend(List<TokenTrie.Node> nodes) {
    List<TokenTrie.Node> generation = List.copyOf(nodes);
    while (!generation.isEmpty()) {
      runAll(generation);
      generation = generation.stream().flatMap(node -> node.children().stream()).toList();
    }
    sequences.values().forEach(Sequence::close);
    sequences.clear();
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
      Sequence sequence =
          node.parent() == null ? model.newSequence() : sequences.get(node.parent()).fork();
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
    model.forward(batch.build(), hooks.build()).close();
    done += batch.build().rows();
    progress.at(done, total);
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
