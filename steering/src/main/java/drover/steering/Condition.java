package drover.steering;

import drover.engine.io.DroverException;
import drover.steering.search.ConditionPoint;
import drover.steering.search.ThresholdIs;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * A question asked of a prompt: whether its similarity to a vector, at any of some layers, lies on
 * one side of a threshold.
 *
 * @param vector whose directions the prompt is compared with
 * @param layers at which layers; one that meets the threshold is enough
 * @param threshold what the similarity is compared with
 * @param thresholdIs on which side
 * @param pooled which tokens of the prompt are pooled
 * @param similarity how a pooled row is compared with a direction
 */
public record Condition(
    SteeringVector vector,
    NavigableSet<Integer> layers,
    double threshold,
    ThresholdIs thresholdIs,
    Accumulate pooled,
    Similarity similarity) {

  /** Refuses layers that the vector does not have, and a threshold that is not a number. */
  public Condition {
    layers = Collections.unmodifiableNavigableSet(new TreeSet<>(layers));
    if (layers.isEmpty()) {
      throw new DroverException("a condition needs at least one layer");
    }
    layers.forEach(layer -> vector.requireLayer(layer, "is to be checked"));
    if (Double.isNaN(threshold)) {
      throw new DroverException("the threshold of a condition is not a number");
    }
    if (pooled instanceof Accumulate.SuffixOnly) {
      throw new DroverException("a condition reads prompts, which have no suffix");
    }
  }

  /** The mean over all tokens and the projected similarity, as the Python library has them. */
  public static Condition of(
      SteeringVector vector,
      NavigableSet<Integer> layers,
      double threshold,
      ThresholdIs thresholdIs) {
    return new Condition(
        vector, layers, threshold, thresholdIs, new Accumulate.All(), Similarity.PROJECTED);
  }

  /**
   * What a search with {@link SearchOptions#of} under {@link Semantics#CORRECTED} found, read as
   * that search read it.
   *
   * @param vector whose point it is
   */
  public static Condition at(SteeringVector vector, ConditionPoint point) {
    return new Condition(
        vector,
        new TreeSet<>(point.layers()),
        point.threshold(),
        point.thresholdIs(),
        pooledFor(vector, Semantics.CORRECTED),
        similarityFor(vector));
  }

  /**
   * The tokens that a condition pools where nobody says: those that its vector was extracted from,
   * so that both see the same; all in the Python library, or where the vector does not tell.
   */
  public static Accumulate pooledFor(SteeringVector vector, Semantics semantics) {
    if (semantics.keeps(Quirk.PADDING_COUNTS)) {
      return new Accumulate.All();
    }
    return vector
        .provenance()
        .training()
        .map(Provenance.Training::accumulate)
        .filter(pooled -> !(pooled instanceof Accumulate.SuffixOnly))
        .orElse(new Accumulate.All());
  }

  /**
   * The similarity where nobody says: projected, but the plain cosine for a whitened mean
   * difference, whose sign matters.
   */
  public static Similarity similarityFor(SteeringVector vector) {
    boolean whitened =
        vector
            .provenance()
            .training()
            .filter(training -> training.method().isWhitened())
            .isPresent();
    return whitened ? Similarity.COSINE : Similarity.PROJECTED;
  }

  /** With other tokens. */
  public Condition withPooled(Accumulate value) {
    return new Condition(vector, layers, threshold, thresholdIs, value, similarity);
  }

  /** With another similarity. */
  public Condition withSimilarity(Similarity value) {
    return new Condition(vector, layers, threshold, thresholdIs, pooled, value);
  }
}
