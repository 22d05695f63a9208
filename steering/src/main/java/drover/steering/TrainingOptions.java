package drover.steering;

import drover.engine.io.DroverException;
import java.util.NavigableSet;
import java.util.Optional;

/**
 * How a vector is extracted.
 *
 * @param method how a direction comes from the rows
 * @param accumulate which tokens a row is the mean of
 * @param layers which layers get a direction; empty means every layer
 * @param semantics the reading of the method
 * @param unitRows whether each row is scaled to unit norm before the method sees it
 * @param padding how texts are padded, where the semantics keep that
 */
public record TrainingOptions(
    ExtractionMethod method,
    Accumulate accumulate,
    Optional<NavigableSet<Integer>> layers,
    Semantics semantics,
    boolean unitRows,
    Padding padding) {

  /** The tutorial's choice for behaviours: pairwise PCA over the tokens of the suffixes. */
  public static final TrainingOptions BEHAVIOR =
      new TrainingOptions(
          ExtractionMethod.PCA_PAIRWISE,
          new Accumulate.SuffixOnly(),
          Optional.empty(),
          Semantics.CORRECTED,
          false,
          Padding.RIGHT_32);

  /** What {@link #BEHAVIOR} is: the choice where nothing else is said. */
  public static final TrainingOptions DEFAULT = BEHAVIOR;

  /**
   * What told prompts apart best on held-out ones, of all methods, poolings and scalings: the
   * whitened mean difference over what the user says, of rows of unit norm. For conditions, whose
   * examples have no suffixes. Its similarity is the plain cosine; a {@link VectorFormat} that
   * keeps the {@link Provenance} keeps that in mind.
   */
  public static final TrainingOptions CONDITION =
      BEHAVIOR
          .withMethod(ExtractionMethod.WHITENED_MEAN_DIFF)
          .withAccumulate(new Accumulate.User())
          .withUnitRows(true);

  /** With other tokens. */
  public TrainingOptions withAccumulate(Accumulate value) {
    return new TrainingOptions(method, value, layers, semantics, unitRows, padding);
  }

  /** With another method. */
  public TrainingOptions withMethod(ExtractionMethod value) {
    return new TrainingOptions(value, accumulate, layers, semantics, unitRows, padding);
  }

  /** For these layers only. */
  public TrainingOptions withLayers(NavigableSet<Integer> value) {
    return new TrainingOptions(
        method, accumulate, Optional.of(value), semantics, unitRows, padding);
  }

  /** With another reading of the method. */
  public TrainingOptions withSemantics(Semantics value) {
    return new TrainingOptions(method, accumulate, layers, value, unitRows, padding);
  }

  /** With rows scaled to unit norm, or not. */
  public TrainingOptions withUnitRows(boolean value) {
    return new TrainingOptions(method, accumulate, layers, semantics, value, padding);
  }

  /** With another padding. */
  public TrainingOptions withPadding(Padding value) {
    return new TrainingOptions(method, accumulate, layers, semantics, unitRows, value);
  }

  /** The layers of a model with {@code count} of them. */
  NavigableSet<Integer> layersOf(int count) {
    NavigableSet<Integer> chosen = layers.orElseGet(() -> Layers.all(count));
    if (chosen.isEmpty() || chosen.last() >= count) {
      throw new DroverException(
          "layers %s: the model has layers 0 to %d".formatted(chosen, count - 1));
    }
    return chosen;
  }
}
