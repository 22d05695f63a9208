package drover.steering;

import drover.engine.HookPoint;
import drover.engine.Llama;
import drover.engine.io.DroverException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;

/** From pairs of token strings to a vector: pooled rows, then a direction for each layer. */
final class Extraction {
  private final Llama model;
  private final TrainingOptions options;

  Extraction(Llama model, TrainingOptions options) {
    this.model = model;
    this.options = options;
  }

  SteeringVector train(List<TokenPair> pairs, Progress progress) {
    NavigableSet<Integer> layers = options.layersOf(model.config().layers());
    return directions(pooledRows(pairs, layers, progress), layers);
  }

  /** From the rows of {@link #pooledRows} to a direction for each layer. */
  SteeringVector directions(float[][][] rows, NavigableSet<Integer> layers) {
    NavigableMap<Integer, float[]> directions = new TreeMap<>();
    NavigableMap<Integer, Double> variances = new TreeMap<>();
    int place = 0;
    for (int layer : layers) {
      float[][] positive = everySecond(rows[place], 0);
      float[][] negative = everySecond(rows[place], 1);
      PrincipalComponent found = Directions.of(options.method(), positive, negative);
      directions.put(layer, found.direction());
      variances.put(layer, found.explainedVariance());
      place++;
    }
    if (variances.values().stream().allMatch(share -> share == 0)) {
      throw new DroverException(
          "%s finds no direction: what it compares is the same at every layer"
              .formatted(options.method().name().toLowerCase(Locale.ROOT)));
    }
    return new SteeringVector(
        directions, variances, Provenance.ofModelType(model.config().modelType()));
  }

  /** The rows {@code [layers][positive, negative, positive, ...][hidden]}. */
  float[][][] pooledRows(List<TokenPair> pairs, NavigableSet<Integer> layers, Progress progress) {
    int firstSuffix = pairs.getFirst().positiveSuffix();
    List<PooledRows.Pooled> strings = new ArrayList<>();
    for (TokenPair pair : pairs) {
      strings.add(pooled(pair.positive(), pair.positiveSuffix(), firstSuffix));
      strings.add(pooled(pair.negative(), pair.negativeSuffix(), firstSuffix));
    }
    return PooledRows.read(model, strings, layers.stream().map(this::place).toList(), progress);
  }

  private PooledRows.Place place(int layer) {
    boolean last = layer == model.config().layers() - 1;
    return last && options.semantics().keeps(Quirk.LAST_LAYER_AFTER_FINAL_NORM)
        ? new PooledRows.Place(HookPoint.FINAL_NORM, layer + 1)
        : new PooledRows.Place(HookPoint.RESID_POST, layer);
  }

  private PooledRows.Pooled pooled(int[] ids, int ownSuffix, int firstSuffix) {
    int wanted =
        switch (options.accumulate()) {
          case Accumulate.All() -> ids.length;
          case Accumulate.Last(int tokens) -> tokens;
          case Accumulate.SuffixOnly() ->
              options.semantics().keeps(Quirk.SUFFIX_LENGTH_OF_FIRST) ? firstSuffix : ownSuffix;
          case Accumulate.AllButFirst(int tokens) -> Math.max(1, ids.length - tokens);
          case Accumulate.Content(), Accumulate.User() ->
              throw new DroverException(
                  "accumulate is " + options.accumulate() + ", which is not supported yet");
        };
    if (wanted < 1) {
      throw new DroverException("accumulate is suffix-only, but there is an empty suffix");
    }
    return new PooledRows.Pooled(ids, Math.max(0, ids.length - wanted), ids.length);
  }

  private static float[][] everySecond(float[][] rows, int first) {
    float[][] result = new float[rows.length / 2][];
    for (int r = 0; r < result.length; r++) {
      result[r] = rows[2 * r + first];
    }
    return result;
  }
}
