package drover.steering;

import drover.engine.Llama;
import drover.engine.io.DroverException;
import drover.steering.search.ConditionPoint;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * A direction in the residual stream for each of some layers. Vector k comes from what block k
 * leaves behind.
 *
 * @param directions by layer, {@code [hidden]} each; not to be changed
 * @param explainedVariances by layer, the share of the variance that the direction explains
 * @param provenance what is known of where it comes from
 */
public record SteeringVector(
    NavigableMap<Integer, float[]> directions,
    NavigableMap<Integer, Double> explainedVariances,
    Provenance provenance) {

  /** Refuses directions that are missing, of unequal width, or not finite, and such variances. */
  public SteeringVector {
    if (directions.isEmpty()) {
      throw new DroverException("a steering vector needs a direction for at least one layer");
    }
    int width = directions.firstEntry().getValue().length;
    directions.forEach((layer, direction) -> check(layer, direction, width));
    explainedVariances.forEach(SteeringVector::checkVariance);
    directions = Collections.unmodifiableNavigableMap(new TreeMap<>(directions));
    explainedVariances = Collections.unmodifiableNavigableMap(new TreeMap<>(explainedVariances));
  }

  private static void check(int layer, float[] direction, int width) {
    if (width == 0) {
      throw new DroverException("the directions have no elements");
    }
    if (direction.length != width) {
      throw new DroverException(
          "the direction of layer %d has %d elements where another has %d"
              .formatted(layer, direction.length, width));
    }
    for (float x : direction) {
      if (!Float.isFinite(x)) {
        throw new DroverException("the direction of layer %d is not finite".formatted(layer));
      }
    }
  }

  private static void checkVariance(int layer, double variance) {
    if (!Double.isFinite(variance)) {
      throw new DroverException(
          "the explained variance of layer %d is not finite".formatted(layer));
    }
  }

  /** Refuses a layer that has no direction; {@code use} says what it was wanted for. */
  void requireLayer(int layer, String use) {
    if (!directions.containsKey(layer)) {
      throw new DroverException(
          "layer %d %s, but the vector has layers %s"
              .formatted(layer, use, Layers.show(directions.navigableKeySet())));
    }
  }

  /** The same vector with the point at which it tells two kinds of prompt apart. */
  public SteeringVector withPoint(ConditionPoint point) {
    return new SteeringVector(directions, explainedVariances, provenance.withPoint(point));
  }

  /** The width of the residual stream that it fits. */
  public int width() {
    return directions.firstEntry().getValue().length;
  }

  /**
   * Extracts a vector. Where the listener stops the work, it is that of the pairs whose both texts
   * were computed by then, see {@link Provenance.Training#pairs}; its residual norms are those of
   * all texts computed.
   *
   * @throws DroverException if the model has no tokenizer, a layer is out of range, the data leave
   *     nothing to pool, or the work is stopped before two pairs are complete
   */
  public static SteeringVector train(
      Llama model, SteeringDataset dataset, TrainingOptions options, Progress progress) {
    return trainAll(model, List.of(dataset), options, progress).getFirst();
  }

  /**
   * The same, and hands over the rows of each layer in a plane, to be looked at.
   *
   * @param projections called for one layer after the other
   * @throws DroverException as the other method does
   */
  public static SteeringVector train(
      Llama model,
      SteeringDataset dataset,
      TrainingOptions options,
      Progress progress,
      Consumer<PcaProjection> projections) {
    return trainAll(
            model,
            List.of(dataset),
            options,
            progress,
            (projection, _) -> projections.accept(projection))
        .getFirst();
  }

  /**
   * Extracts a vector of each of several data sets, the same as {@link #train} makes of each. Texts
   * that several of them have, and beginnings of texts, are computed once: of six conditions, each
   * told from the five others, every text.
   *
   * @return in the order of the data sets
   * @throws DroverException as {@link #train} does
   */
  public static List<SteeringVector> trainAll(
      Llama model, List<SteeringDataset> datasets, TrainingOptions options, Progress progress) {
    return trainAll(model, datasets, options, progress, Optional.empty());
  }

  /**
   * The same, and hands over the rows of each layer of each data set in a plane.
   *
   * @param projections called with the number of the data set, from 0, for one layer after the
   *     other
   * @throws DroverException as {@link #train} does
   */
  public static List<SteeringVector> trainAll(
      Llama model,
      List<SteeringDataset> datasets,
      TrainingOptions options,
      Progress progress,
      ObjIntConsumer<PcaProjection> projections) {
    return trainAll(
        model,
        datasets,
        options,
        progress,
        Optional.of((dataset, projection) -> projections.accept(projection, dataset)));
  }

  private static List<SteeringVector> trainAll(
      Llama model,
      List<SteeringDataset> datasets,
      TrainingOptions options,
      Progress progress,
      Optional<Extraction.Listener> projections) {
    Extraction extraction = new Extraction(model, options);
    return extraction.train(
        DatasetTokens.encode(model, datasets, options.semantics()), progress, projections);
  }

  /**
   * Writes a file, under the name of {@link #file}, for use with {@link Semantics#CORRECTED}.
   *
   * @see #save(Path, Semantics)
   */
  public List<String> save(Path file) {
    return save(file, Semantics.CORRECTED);
  }

  /**
   * Writes a file in the format of its suffix, {@code .svec} where it has none, under the name of
   * {@link #file}.
   *
   * @param semantics the reading under which the vector is used. It matters to GGUF alone, whose
   *     direction N is added after block N: layer k is written as direction k, or as direction k -
   *     1 where vectors are added before their block, so that it does there what it does here
   * @return what the format has no place for, in sentences; empty where the file holds all
   * @throws DroverException if it cannot be written; then no file is left behind
   */
  public List<String> save(Path file, Semantics semantics) {
    Path target = file(file);
    VectorFormat format = VectorFormat.bySuffix(target).orElse(VectorFormat.SVEC);
    format.write(this, target, semantics);
    return format.losses(this, semantics);
  }

  /**
   * The file that {@link #save} writes: with {@code .svec} added where the name has no suffix of a
   * {@link VectorFormat}.
   *
   * @throws DroverException if the path has no name, as that of the root folder
   */
  public static Path file(Path file) {
    return VectorFormat.withSuffix(file);
  }

  /**
   * Reads a file for use with {@link Semantics#CORRECTED}.
   *
   * @see #load(Path, Semantics)
   */
  public static SteeringVector load(Path file) {
    return load(file, Semantics.CORRECTED);
  }

  /**
   * Reads a file of any {@link VectorFormat}, known by its content or else its suffix. The suffix
   * {@code .svec} may be left out.
   *
   * @param semantics the reading under which the vector is to be used, which decides the layer of a
   *     GGUF's direction as in {@link #save(Path, Semantics)}
   * @throws DroverException if it cannot be read or is not such a file
   */
  public static SteeringVector load(Path file, Semantics semantics) {
    Path existing = VectorFormat.existing(file);
    return VectorFormat.of(existing).read(existing, semantics);
  }
}
