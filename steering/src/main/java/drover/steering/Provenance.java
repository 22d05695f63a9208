package drover.steering;

import drover.engine.io.DroverException;
import drover.steering.search.ConditionPoint;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What is known of where a vector comes from. Files of the Python library and of llama.cpp hold
 * only the model's type.
 *
 * @param modelType the {@code model_type} of the model that it was extracted from
 * @param modelFingerprint that model's fingerprint
 * @param modelLayers how many layers that model has
 * @param training how it was extracted
 * @param residualNorms by layer, the median norm of the residual stream over the tokens that were
 *     pooled; empty where not known
 * @param differenceNorms by layer, the norm of the difference between the means of the positive and
 *     of the negative rows; empty where not known
 * @param point where the vector separates two kinds of prompt, if a search found that
 */
public record Provenance(
    String modelType,
    Optional<String> modelFingerprint,
    OptionalInt modelLayers,
    Optional<Training> training,
    NavigableMap<Integer, Double> residualNorms,
    NavigableMap<Integer, Double> differenceNorms,
    Optional<ConditionPoint> point) {

  /**
   * How a vector was extracted.
   *
   * @param method how a direction came from the rows
   * @param accumulate which tokens a row is the mean of
   * @param semantics the reading of the method
   * @param unitRows whether rows were scaled to unit norm first
   * @param pairs how many pairs of texts
   */
  public record Training(
      ExtractionMethod method,
      Accumulate accumulate,
      Semantics semantics,
      boolean unitRows,
      int pairs) {}

  /** Refuses norms that are not finite, or negative. */
  public Provenance {
    checkNorms("residual", residualNorms);
    checkNorms("difference", differenceNorms);
    residualNorms = Collections.unmodifiableNavigableMap(new TreeMap<>(residualNorms));
    differenceNorms = Collections.unmodifiableNavigableMap(new TreeMap<>(differenceNorms));
  }

  private static void checkNorms(String name, NavigableMap<Integer, Double> norms) {
    norms.forEach(
        (layer, norm) -> {
          if (!Double.isFinite(norm) || norm < 0) {
            throw new DroverException(
                "the %s norm of layer %d is %s, which is no norm".formatted(name, layer, norm));
          }
        });
  }

  /** Nothing but the model's type. */
  public static Provenance ofModelType(String modelType) {
    return new Provenance(
        modelType,
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        new TreeMap<>(),
        new TreeMap<>(),
        Optional.empty());
  }

  /** With a condition point. */
  public Provenance withPoint(ConditionPoint value) {
    return new Provenance(
        modelType,
        modelFingerprint,
        modelLayers,
        training,
        residualNorms,
        differenceNorms,
        Optional.of(value));
  }
}
