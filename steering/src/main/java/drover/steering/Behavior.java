package drover.steering;

import drover.engine.io.DroverException;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * A change to the residual stream. Start from {@link #of} and change what differs: {@code
 * Behavior.of(vector, Layers.parse("10-15"), 0.3).withUnit(StrengthUnit.DIFFERENCE)}.
 *
 * @param vector whose directions are used
 * @param layers at which layers
 * @param strength how strongly: in units of {@code unit} for adding, a share for ablating, degrees
 *     for rotating; 0 changes nothing, to the bit
 * @param operator what is done
 * @param unit what a strength of 1 means where a direction is added
 * @param scope which tokens it acts on
 * @param keepNorm whether each row gets its old norm back
 * @param normGuard whether rows whose norm has grown get their old norm back
 * @param explainedVariance whether the strength is multiplied by the share of variance that the
 *     direction of a layer explains
 */
public record Behavior(
    SteeringVector vector,
    NavigableSet<Integer> layers,
    double strength,
    Operator operator,
    StrengthUnit unit,
    Scope scope,
    boolean keepNorm,
    boolean normGuard,
    boolean explainedVariance) {

  /** Refuses what the vector cannot give, and strengths that are not finite. */
  public Behavior {
    layers = Collections.unmodifiableNavigableSet(new TreeSet<>(layers));
    if (layers.isEmpty()) {
      throw new DroverException("a behavior needs at least one layer");
    }
    if (!Float.isFinite((float) strength)) {
      throw new DroverException(
          "strength is " + strength + ", but must be a number that F32 arithmetic can hold");
    }
    if (unit != StrengthUnit.ABSOLUTE && operator != Operator.ADD) {
      throw new DroverException(
          "strength_unit belongs to the operator add; ablate takes a share, and rotate degrees");
    }
    for (int layer : layers) {
      vector.requireLayer(layer, "is to be steered");
      factor(vector, unit, layer);
    }
  }

  /** Adds the directions of some layers to all tokens, as the Python library does. */
  public static Behavior of(SteeringVector vector, NavigableSet<Integer> layers, double strength) {
    return new Behavior(
        vector,
        layers,
        strength,
        Operator.ADD,
        StrengthUnit.ABSOLUTE,
        new Scope.All(),
        false,
        false,
        false);
  }

  /** With another strength. */
  public Behavior withStrength(double value) {
    return new Behavior(
        vector, layers, value, operator, unit, scope, keepNorm, normGuard, explainedVariance);
  }

  /** With another unit of strength. */
  public Behavior withUnit(StrengthUnit value) {
    return new Behavior(
        vector, layers, strength, operator, value, scope, keepNorm, normGuard, explainedVariance);
  }

  /** With another operator. */
  public Behavior withOperator(Operator value) {
    return new Behavior(
        vector, layers, strength, value, unit, scope, keepNorm, normGuard, explainedVariance);
  }

  /** On other tokens. */
  public Behavior withScope(Scope value) {
    return new Behavior(
        vector, layers, strength, operator, unit, value, keepNorm, normGuard, explainedVariance);
  }

  /** With other care for norms. */
  public Behavior withNorms(boolean keep, boolean guard) {
    return new Behavior(
        vector, layers, strength, operator, unit, scope, keep, guard, explainedVariance);
  }

  /** With or without scaling by explained variance. */
  public Behavior withExplainedVariance(boolean value) {
    return new Behavior(
        vector, layers, strength, operator, unit, scope, keepNorm, normGuard, value);
  }

  /**
   * What the direction of a layer is multiplied by where it is added, or the share or the degrees.
   */
  double effect(int layer) {
    double share = explainedVariance ? vector.explainedVariances().getOrDefault(layer, 1.0) : 1.0;
    return strength * share * factor(vector, unit, layer);
  }

  private static double factor(SteeringVector vector, StrengthUnit unit, int layer) {
    return switch (unit) {
      case ABSOLUTE -> 1;
      case RESIDUAL_NORM ->
          perLength(vector, layer, vector.provenance().residualNorms().get(layer), unit);
      case DIFFERENCE ->
          perLength(vector, layer, vector.provenance().differenceNorms().get(layer), unit);
    };
  }

  private static double perLength(
      SteeringVector vector, int layer, Double norm, StrengthUnit unit) {
    if (norm == null) {
      throw new DroverException(
          "strength_unit is %s, but the vector does not say that norm for layer %d; one extracted and saved as .safetensors does"
              .formatted(unit.name().toLowerCase(java.util.Locale.ROOT), layer));
    }
    double squares = 0;
    for (float x : vector.directions().get(layer)) {
      squares += (double) x * x;
    }
    return squares == 0 ? 0 : norm / Math.sqrt(squares);
  }
}
