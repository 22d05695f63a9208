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
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

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
  private final List<TrieRun> runs;
  private final int places;
  private final int width;
  private final int tokensHeld;
  private final PooledNorms norms;
  private final PoolingPasses passes;
  private final PaddingRows padding;
  private final RowStore rows;
  private final boolean padded;
  private float[] blank;

  private PooledRows(Llama model, List<Pooled> strings, List<Place> places, Progress progress) {
    this.model = model;
    this.strings = strings;
    this.places = places.size();
    this.width = model.config().hiddenSize();
    long sumBytes = (long) this.places * width * Float.BYTES;
    long room = Math.min(MOST_SUM_BYTES, Runtime.getRuntime().maxMemory() / 4);
    this.tokensHeld = Math.clamp(room / sumBytes, PoolingPasses.ROWS, MOST_TOKENS_HELD);
    this.norms = new PooledNorms(strings, this.places);
    TokenTrie trie =
        TokenTrie.of(strings.stream().map(PooledRows::computed).toList(), PoolingPasses.ROWS);
    this.runs = TrieRun.of(trie, PoolingPasses.ROWS);
    int distinct = 0;
    long behind = 0;
    for (TrieRun run : runs) {
      for (TokenTrie.Node node : run.nodes()) {
        Set<Window> windows = NodeSums.ending(node, strings).keySet();
        distinct += windows.size();
        behind += windows.stream().mapToLong(window -> window.behind().length()).sum();
      }
    }
    this.padded = behind > 0;
    this.passes = new PoolingPasses(model, places, progress, trie.size() + behind);
    this.padding = new PaddingRows(passes, norms, width);
    this.rows = new RowStore(strings.size(), distinct, this.places, width);
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

  private static int[] computed(Pooled string) {
    int[] ids = string.ids();
    return string.end() == ids.length ? ids : Arrays.copyOf(ids, string.end());
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
   * The median norm of the residual stream behind a place's layer, over all tokens pooled of a data
   * set: of a token that several strings share, once for each that pools it.
   */
  double medianNorm(int place, int set) {
    return norms.median(place, set);
  }

  @Override
  public void close() {
    rows.close();
  }

  private void run() {
    try {
      int[] before = new int[norms.sets()];
      strings.forEach(string -> before[string.set()] += string.window().before());
      if (Arrays.stream(before).anyMatch(times -> times > 0)) {
        blank = padding.before(model, places, before);
      }
      runAll();
    } catch (Stopped _) {
      // What is complete is in the store.
    } finally {
      runs.forEach(TrieRun::close);
    }
  }

  /** Computes what has its past computed, the first of the runs first. */
  private void runAll() {
    NavigableSet<TrieRun> ready = new TreeSet<>(Comparator.comparingInt(TrieRun::order));
    runs.stream().filter(run -> run.past() == null).forEach(ready::add);
    long held = 0;
    while (!ready.isEmpty()) {
      List<TrieRun> pass = nextPass(ready, held);
      runPass(pass);
      for (TrieRun run : pass) {
        ready.addAll(run.followers());
        held += run.length() - run.release();
      }
    }
  }

  /**
   * Takes the first runs that fill a pass, exactly if there are such: passes of one size share
   * their memory. Where much is held already, only runs that fork from one past follow the first,
   * because they end what is held soonest.
   */
  private List<TrieRun> nextPass(NavigableSet<TrieRun> ready, long held) {
    List<TrieRun> pass = new ArrayList<>();
    TrieRun past = ready.getFirst().past();
    int rows = 0;
    for (Iterator<TrieRun> all = ready.iterator(); rows < PoolingPasses.ROWS && all.hasNext(); ) {
      TrieRun next = all.next();
      boolean few = next.past() == past || held + rows < tokensHeld;
      if (pass.isEmpty() || (few && rows + next.length() <= PoolingPasses.ROWS)) {
        all.remove();
        pass.add(next);
        rows += next.length();
      }
    }
    return pass;
  }

  private void runPass(List<TrieRun> pass) {
    Batch.Builder builder = Batch.builder();
    for (TrieRun run : pass) {
      run.begin(model::newSequence, padded);
      builder.add(run.sequence(), run.tokens(), Batch.LogitRows.NONE);
      List<NodeSums> own = new ArrayList<>();
      NodeSums before = run.sumsBefore();
      for (TokenTrie.Node node : run.nodes()) {
        before = new NodeSums(node, before, strings, norms.sets(), places, width);
        own.add(before);
      }
      run.keep(own);
    }
    Batch batch = builder.build();
    passes.run(
        batch,
        (place, activations, rowNorms) -> {
          for (int r = 0; r < pass.size(); r++) {
            int row = batch.start(r);
            for (NodeSums node : pass.get(r).sums()) {
              node.add(place, activations, row);
              node.count(place, rowNorms, row, norms);
              row += node.node().tokens().length;
            }
          }
        });
    finish(pass);
  }

  /** Completes the strings that end in some runs. */
  private void finish(List<TrieRun> pass) {
    List<Padded> padded = new ArrayList<>();
    for (TrieRun run : pass) {
      for (NodeSums own : run.sums()) {
        NodeSums.ending(own.node(), strings)
            .forEach((window, ending) -> finish(run, own, window, ending, padded));
      }
    }
    padding.addBehind(padded);
    padded.forEach(this::complete);
    padded.forEach(strings -> strings.past().close());
  }

  private void finish(
      TrieRun run, NodeSums own, Window window, List<Integer> ending, List<Padded> padded) {
    float[] total = own.total(window);
    if (window.behind().length() == 0) {
      complete(new Padded(run.sequence(), window, ending, total));
    } else {
      // The run may go on behind these strings, which the padding is not to see.
      Sequence past = run.sequence().fork(own.node().end(), 1);
      padded.add(new Padded(past, window, ending, total));
    }
  }

  private void complete(Padded strings) {
    Window window = strings.window();
    float[] row = strings.total();
    float count = window.count();
    for (int i = 0; i < row.length; i++) {
      float sum = window.before() == 0 ? row[i] : row[i] + window.before() * blank[i];
      row[i] = sum / count;
    }
    rows.put(strings.strings(), row);
  }
}
