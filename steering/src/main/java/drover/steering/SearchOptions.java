package drover.steering;

import drover.engine.io.DroverException;
import java.util.NavigableSet;
import java.util.Optional;

/**
 * How the point is looked for at which a vector tells two kinds of prompt apart. Start from {@link
 * #of} and change what differs.
 *
 * @param layers at which layers; empty means all that the vector has
 * @param maxLayers the most layers to combine, at least 1
 * @param thresholds which thresholds to try, in ascending order; empty means every one that
 *     matters, at full precision
 * @param pooled which tokens of a prompt are pooled
 * @param similarity how a pooled row is compared with a direction
 * @param heldOut the share of the prompts that the search does not see and the point is measured
 *     on, from 0 (none) to below 1
 * @param seed which prompts those are
 * @param semantics the reading of the method
 */
public record SearchOptions(
    Optional<NavigableSet<Integer>> layers,
    int maxLayers,
    Optional<double[]> thresholds,
    Accumulate pooled,
    Similarity similarity,
    double heldOut,
    long seed,
    Semantics semantics) {

  /** Checks the numbers. */
  public SearchOptions {
    if (maxLayers < 1) {
      throw new DroverException("max-layers is " + maxLayers + ", but must be at least 1");
    }
    if (!(heldOut >= 0 && heldOut < 1)) {
      throw new DroverException("holdout is " + heldOut + ", but must be from 0 to below 1");
    }
  }

  /**
   * What fits a vector: every layer, every threshold that matters, and the pooling and similarity
   * of {@link Condition#pooledFor} and {@link Condition#similarityFor}.
   */
  public static SearchOptions of(SteeringVector vector, Semantics semantics) {
    return new SearchOptions(
        Optional.empty(),
        1,
        Optional.empty(),
        Condition.pooledFor(vector, semantics),
        Condition.similarityFor(vector),
        0,
        0,
        semantics);
  }

  /** At other layers. */
  public SearchOptions withLayers(NavigableSet<Integer> value) {
    return new SearchOptions(
        Optional.of(value), maxLayers, thresholds, pooled, similarity, heldOut, seed, semantics);
  }

  /** With combinations of up to so many layers. */
  public SearchOptions withMaxLayers(int value) {
    return new SearchOptions(
        layers, value, thresholds, pooled, similarity, heldOut, seed, semantics);
  }

  /** With a grid of thresholds. */
  public SearchOptions withThresholds(double[] value) {
    return new SearchOptions(
        layers,
        maxLayers,
        Optional.of(value.clone()),
        pooled,
        similarity,
        heldOut,
        seed,
        semantics);
  }

  /** With other tokens pooled. */
  public SearchOptions withPooled(Accumulate value) {
    return new SearchOptions(
        layers, maxLayers, thresholds, value, similarity, heldOut, seed, semantics);
  }

  /** With another similarity. */
  public SearchOptions withSimilarity(Similarity value) {
    return new SearchOptions(
        layers, maxLayers, thresholds, pooled, value, heldOut, seed, semantics);
  }

  /** With a part of the prompts held out. */
  public SearchOptions withHeldOut(double share, long chosenSeed) {
    return new SearchOptions(
        layers, maxLayers, thresholds, pooled, similarity, share, chosenSeed, semantics);
  }
}
