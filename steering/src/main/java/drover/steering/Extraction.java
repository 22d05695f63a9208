package drover.steering;

import drover.engine.HookPoint;
import drover.engine.Llama;
import drover.engine.io.DroverException;
import drover.kernels.Device;
import drover.steering.Pooled.Window;
import drover.steering.PoolingPasses.Place;
import drover.steering.TokenSpans.Range;
import drover.steering.linalg.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** From pairs of token strings to a vector: pooled rows, then a direction for each layer. */
final class Extraction {
  /** A vector of a single pair would say more of that pair than of what it stands for. */
  private static final int FEWEST_PAIRS_KEPT = 2;

  private final Llama model;
  private final TrainingOptions options;
  private final NavigableSet<Integer> layers;

  Extraction(Llama model, TrainingOptions options) {
    this.model = model;
    this.options = options;
    this.layers = options.layersOf(model.config().layers());
  }

  /** Hears the rows of each layer of each data set. */
  interface Listener {
    /** Called for one layer of one data set after the other. */
    void at(int dataset, PcaProjection projection);
  }

  /**
   * Extracts a vector of each data set, of its complete pairs where the listener stops that.
   *
   * @param projections hears each layer's rows, if it is there
   */
  List<SteeringVector> train(
      List<EncodedDataset> data, Progress progress, Optional<Listener> projections) {
    List<SteeringVector> vectors = new ArrayList<>();
    try (PooledRows rows = pool(data, progress)) {
      int first = 0;
      for (EncodedDataset dataset : data) {
        int[] complete = complete(rows, first, dataset.pairs());
        vectors.add(directions(rows, vectors.size(), complete, projections));
        first += dataset.pairs();
      }
    }
    return vectors;
  }

  private static int[] complete(PooledRows rows, int first, int pairs) {
    int[] complete =
        IntStream.range(first, first + pairs)
            .filter(pair -> rows.has(2 * pair) && rows.has(2 * pair + 1))
            .toArray();
    if (complete.length < Math.min(FEWEST_PAIRS_KEPT, pairs)) {
      throw new DroverException(
          "stopped when %d of %d pairs were complete, but a vector needs at least %d"
              .formatted(complete.length, pairs, FEWEST_PAIRS_KEPT));
    }
    return complete;
  }

  /** The rows of all texts at all layers. */
  PooledRows pool(EncodedDataset data, Progress progress) {
    return pool(List.of(data), progress);
  }

  private PooledRows pool(List<EncodedDataset> data, Progress progress) {
    List<Pooled> strings = new ArrayList<>();
    for (int set = 0; set < data.size(); set++) {
      strings.addAll(pooled(data.get(set), set));
    }
    List<Place> places = layers.stream().map(this::place).toList();
    return PooledRows.read(model, strings, places, progress);
  }

  private Place place(int layer) {
    boolean last = layer == model.config().layers() - 1;
    return last && options.semantics().keeps(Quirk.LAST_LAYER_AFTER_FINAL_NORM)
        ? new Place(HookPoint.FINAL_NORM, layer + 1)
        : new Place(HookPoint.RESID_POST, layer);
  }

  private List<Pooled> pooled(EncodedDataset data, int set) {
    boolean padded = options.semantics().keeps(Quirk.PADDING_COUNTS);
    int batch = padded ? options.padding().batchSize() : 1;
    List<TokenSpans> strings = data.strings();
    List<Pooled> pooled = new ArrayList<>();
    for (int start = 0; start < strings.size(); start += batch) {
      List<TokenSpans> together =
          strings.subList(start, Math.min(strings.size(), Math.addExact(start, batch)));
      int longest = together.stream().mapToInt(s -> s.ids().length).max().orElseThrow();
      for (TokenSpans string : together) {
        pooled.add(new Pooled(string.ids(), window(string, data.firstSuffix(), longest), set));
      }
    }
    return pooled;
  }

  /**
   * What is pooled of a text.
   *
   * @param longest the text's length with its padding
   */
  private Window window(TokenSpans text, int firstSuffix, int longest) {
    return switch (options.accumulate()) {
      case Accumulate.All() -> lastRows(text, longest, longest);
      case Accumulate.Last(int tokens) -> lastRows(text, tokens, longest);
      case Accumulate.SuffixOnly() ->
          options.semantics().keeps(Quirk.SUFFIX_LENGTH_OF_FIRST)
              ? lastRows(text, firstSuffix == 0 ? longest : firstSuffix, longest)
              : ownSuffix(text, longest);
      // The library has none of these, and so no padding in them.
      case Accumulate.AllButFirst _, Accumulate.Content _, Accumulate.User _ ->
          Window.of(text.pooled(options.accumulate()));
    };
  }

  private Window ownSuffix(TokenSpans text, int longest) {
    int length = text.pooled(new Accumulate.SuffixOnly()).getFirst().length();
    return lastRows(text, length, longest);
  }

  /** The last {@code wanted} of a text's rows, padding included. */
  private Window lastRows(TokenSpans text, int wanted, int longest) {
    int length = text.ids().length;
    int padding = longest - length;
    int from = Math.max(0, longest - wanted);
    return switch (options.padding().side()) {
      case RIGHT -> {
        Range tokens = new Range(Math.min(from, length), length);
        Range behind = new Range(Math.max(from, length), longest);
        yield new Window(tokens.length() == 0 ? List.of() : List.of(tokens), behind, 0);
      }
      case LEFT -> {
        Range tokens = new Range(Math.max(0, from - padding), length);
        yield new Window(List.of(tokens), new Range(0, 0), Math.max(0, padding - from));
      }
    };
  }

  /**
   * From rows to a direction for each layer.
   *
   * @param set which data set the pairs are of
   * @param pairs which pairs of strings
   */
  SteeringVector directions(PooledRows rows, int set, int[] pairs, Optional<Listener> projections) {
    NavigableMap<Integer, float[]> directions = new TreeMap<>();
    NavigableMap<Integer, Double> variances = new TreeMap<>();
    NavigableMap<Integer, Double> residualNorms = new TreeMap<>();
    NavigableMap<Integer, Double> differenceNorms = new TreeMap<>();
    Device device = model.device();
    int place = 0;
    for (int layer : layers) {
      float[][] positive = side(rows, pairs, 0, place);
      float[][] negative = side(rows, pairs, 1, place);
      residualNorms.put(layer, rows.medianNorm(place, set));
      differenceNorms.put(layer, distance(Vectors.mean(positive), Vectors.mean(negative)));
      if (options.unitRows()) {
        scaleToUnit(positive);
        scaleToUnit(negative);
      }
      Directions.Found found = Directions.of(options.method(), device, positive, negative);
      directions.put(layer, found.vector());
      variances.put(layer, found.explainedVariance());
      projections.ifPresent(
          p ->
              p.at(
                  set,
                  PcaProjection.of(layer, options.method(), device, found, positive, negative)));
      place++;
    }
    if (variances.values().stream().allMatch(share -> share == 0)) {
      throw new DroverException(
          "%s finds no direction: what it compares is the same at every layer"
              .formatted(options.method().key()));
    }
    return new SteeringVector(
        directions, variances, provenance(pairs.length, residualNorms, differenceNorms));
  }

  private static float[][] side(PooledRows rows, int[] pairs, int side, int place) {
    return IntStream.range(0, pairs.length)
        .parallel()
        .mapToObj(r -> rows.row(2 * pairs[r] + side, place))
        .toArray(float[][]::new);
  }

  private static double distance(double[] x, double[] y) {
    double squares = 0;
    for (int i = 0; i < x.length; i++) {
      squares += (x[i] - y[i]) * (x[i] - y[i]);
    }
    return Math.sqrt(squares);
  }

  private static void scaleToUnit(float[][] rows) {
    for (float[] row : rows) {
      double norm = Vectors.norm(row);
      for (int i = 0; i < row.length && norm > 0; i++) {
        row[i] = (float) (row[i] / norm);
      }
    }
  }

  private Provenance provenance(
      int pairs,
      NavigableMap<Integer, Double> residualNorms,
      NavigableMap<Integer, Double> differenceNorms) {
    return new Provenance(
        model.config().modelType(),
        Optional.of(model.folder().fingerprint()),
        OptionalInt.of(model.config().layers()),
        Optional.of(
            new Provenance.Training(
                options.method(),
                options.accumulate(),
                options.semantics(),
                options.unitRows(),
                pairs)),
        residualNorms,
        differenceNorms,
        Optional.empty());
  }
}
