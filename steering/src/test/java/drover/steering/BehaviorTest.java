package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import drover.engine.Activation;
import drover.engine.Batch;
import drover.engine.Direction;
import drover.engine.Hook;
import drover.engine.HookPoint;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Sequence;
import drover.engine.io.DroverException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What each operator, unit, scope and care for norms does to the residual stream. */
class BehaviorTest {
  private static final int[] PROMPT = {5, 6, 7, 8, 200, 13};

  private final Llama model = Tiny.model();
  private final SteeringVector vector = Tiny.vector(1);
  private final Direction direction = model.direction(vector.directions().get(1));

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void aStrengthOfZeroIsNoSteeringToTheBit() {
    for (Semantics semantics : List.of(Semantics.CORRECTED, Semantics.REFERENCE)) {
      for (Operator operator : Operator.values()) {
        Behavior none = Behavior.of(vector, Layers.parse("0-2"), 0).withOperator(operator);
        SteeringPlan plan = SteeringPlan.of(List.of(none), List.of(), List.of(), semantics);
        assertThat(Steered.logits(model, plan, PROMPT)).isDeepEqualTo(byHand(a -> {}));
      }
    }
  }

  @Test
  void aDirectionIsAddedBehindItsBlockOrAsTheLibraryHasItBefore() {
    for (HookPoint point : List.of(HookPoint.RESID_POST, HookPoint.RESID_PRE)) {
      Hooks byHand = Hooks.builder().on(point, 1, a -> a.add(direction, 2.5f)).build();
      Semantics semantics =
          point == HookPoint.RESID_PRE
              ? Semantics.CORRECTED.with(Quirk.ACTS_BEFORE_BLOCK)
              : Semantics.CORRECTED;
      SteeringPlan plan =
          SteeringPlan.of(
              List.of(Behavior.of(vector, Layers.parse("1"), 2.5)),
              List.of(),
              List.of(),
              semantics);
      assertThat(Steered.logits(model, plan, PROMPT))
          .isDeepEqualTo(Steered.logits(model, byHand, byHand, PROMPT))
          .isNotEqualTo(byHand(a -> {}));
    }
  }

  @Test
  void aScopeLeavesTheOtherTokensAlone() {
    Hooks add = Hooks.builder().on(HookPoint.RESID_POST, 1, a -> a.add(direction, 3)).build();
    Hooks fromThird =
        Hooks.builder()
            .on(HookPoint.RESID_POST, 1, a -> a.add(direction, new float[] {0, 0, 3, 3, 3, 3}))
            .build();
    Behavior behavior = Behavior.of(vector, Layers.parse("1"), 3);
    assertThat(scoped(behavior, "prompt"))
        .isDeepEqualTo(Steered.logits(model, add, Hooks.NONE, PROMPT));
    assertThat(scoped(behavior, "generated"))
        .isDeepEqualTo(Steered.logits(model, Hooks.NONE, add, PROMPT));
    assertThat(scoped(behavior, "after:2"))
        .isDeepEqualTo(Steered.logits(model, fromThird, add, PROMPT));
    assertThat(scoped(behavior, "after:0")).isDeepEqualTo(scoped(behavior, "all"));
  }

  @Test
  void ablationLeavesNothingAlongTheDirection() {
    Behavior ablate = Behavior.of(vector, Layers.parse("1"), 1).withOperator(Operator.ABLATE);
    float[][] rows = steeredRows(ablate);
    float[] d = vector.directions().get(1);
    for (float[] row : rows) {
      assertThat(dot(row, d) / (norm(row) * norm(d))).isCloseTo(0, within(1e-6));
    }
  }

  @Test
  void rotationTurnsRowsTowardsTheDirectionAndKeepsTheirNorm() {
    float[] d = vector.directions().get(1);
    float[][] before = steeredRows(Behavior.of(vector, Layers.parse("1"), 0));
    for (double degrees : new double[] {15, 90, -30}) {
      float[][] after =
          steeredRows(
              Behavior.of(vector, Layers.parse("1"), degrees).withOperator(Operator.ROTATE));
      for (int i = 0; i < after.length; i++) {
        assertThat(norm(after[i])).isCloseTo(norm(before[i]), within(1e-5 * norm(before[i])));
        double left = Math.abs(angle(before[i], d) - degrees);
        assertThat(angle(after[i], d)).isCloseTo(left, within(1e-2));
        assertThat(angle(before[i], after[i])).isCloseTo(Math.abs(degrees), within(1e-2));
      }
    }
  }

  @Test
  void aKeptNormIsThatOfTheRowBefore() {
    float[][] before = steeredRows(Behavior.of(vector, Layers.parse("1"), 0));
    float[][] after = steeredRows(Behavior.of(vector, Layers.parse("1"), 4).withNorms(true, false));
    for (int i = 0; i < after.length; i++) {
      assertThat(norm(after[i])).isCloseTo(norm(before[i]), within(1e-5 * norm(before[i])));
      assertThat(angle(before[i], after[i])).isGreaterThan(1);
    }
  }

  @Test
  void theGuardRescalesOnlyRowsThatGrewOrAsTheLibraryHasItAll() {
    float[][] before = steeredRows(Behavior.of(vector, Layers.parse("1"), 0));
    // Against the direction some rows shrink while others grow.
    Behavior behavior = Behavior.of(vector, Layers.parse("1"), strengthThatSplits(before));
    float[][] free = steeredRows(behavior);
    float[][] guarded = steeredRows(behavior.withNorms(false, true), Semantics.CORRECTED);
    Semantics library = Semantics.CORRECTED.with(Quirk.GUARD_RESCALES_ALL);
    float[][] all = steeredRows(behavior.withNorms(false, true), library);
    int grown = 0;
    for (int i = 0; i < before.length; i++) {
      double norm = norm(before[i]);
      if (norm(free[i]) > norm) {
        grown++;
        assertThat(norm(guarded[i])).isCloseTo(norm, within(1e-5 * norm));
      } else {
        assertThat(guarded[i]).containsExactly(free[i]);
      }
      assertThat(norm(all[i])).isCloseTo(norm, within(1e-5 * norm));
    }
    assertThat(grown).isBetween(1, before.length - 1);
  }

  @Test
  void aRelativeStrengthIsAMultipleOfAStoredNorm() {
    NavigableMap<Integer, Double> residual = new TreeMap<>(Map.of(1, 8.0));
    NavigableMap<Integer, Double> difference = new TreeMap<>(Map.of(1, 3.0));
    SteeringVector told = withNorms(residual, difference);
    Behavior behavior = Behavior.of(told, Layers.parse("1"), 0.5);
    double length = norm(told.directions().get(1));
    assertThat(behavior.withUnit(StrengthUnit.RESIDUAL_NORM).effect(1))
        .isCloseTo(4 / length, within(1e-12));
    assertThat(behavior.withUnit(StrengthUnit.DIFFERENCE).effect(1))
        .isCloseTo(1.5 / length, within(1e-12));
    assertThat(behavior.withExplainedVariance(true).effect(1))
        .isCloseTo(0.5 * told.explainedVariances().get(1), within(1e-12));
    assertThatThrownBy(
            () -> Behavior.of(vector, Layers.parse("1"), 1).withUnit(StrengthUnit.DIFFERENCE))
        .isInstanceOf(DroverException.class)
        .hasMessageStartingWith("strength_unit is difference, but the vector does not say");
  }

  private SteeringVector withNorms(
      NavigableMap<Integer, Double> residual, NavigableMap<Integer, Double> difference) {
    return new SteeringVector(
        vector.directions(),
        vector.explainedVariances(),
        new Provenance(
            "llama",
            Optional.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            residual,
            difference,
            Optional.empty()));
  }

  /** Takes as much off as makes the row with the median share along the direction keep its norm. */
  private double strengthThatSplits(float[][] rows) {
    float[] d = vector.directions().get(1);
    double[] shares = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      shares[i] = -2 * dot(rows[i], d) / dot(d, d);
    }
    Arrays.sort(shares);
    double middle = (shares[shares.length / 2 - 1] + shares[shares.length / 2]) / 2;
    return middle;
  }

  private float[][] scoped(Behavior behavior, String scope) {
    return Steered.logits(model, SteeringPlan.of(behavior.withScope(Scope.parse(scope))), PROMPT);
  }

  private float[][] byHand(Hook hook) {
    Hooks hooks = Hooks.builder().on(HookPoint.RESID_POST, 1, hook).build();
    return Steered.logits(model, hooks, hooks, PROMPT);
  }

  private float[][] steeredRows(Behavior behavior) {
    return steeredRows(behavior, Semantics.CORRECTED);
  }

  /** The rows behind block 1 as they are when a behavior has been carried out. */
  private float[][] steeredRows(Behavior behavior, Semantics semantics) {
    SteeringPlan plan = SteeringPlan.of(List.of(behavior), List.of(), List.of(), semantics);
    List<float[][]> seen = new ArrayList<>();
    try (PlanOnModel onModel = new PlanOnModel(plan, model);
        Sequence sequence = model.newSequence()) {
      Map<Sequence, SteeredText> texts = new HashMap<>();
      PromptTokens prompt = PromptTokens.ofIds(PROMPT);
      texts.put(sequence, new SteeredText(onModel, sequence, prompt));
      Hooks hooks =
          Hooks.builder()
              .on(
                  HookPoint.RESID_POST,
                  1,
                  (Activation a) -> {
                    SteeringWrites.apply(a, texts);
                    seen.add(a.copyRows());
                  })
              .build();
      model.forward(Batch.of(sequence, PROMPT), hooks).close();
    }
    return seen.getFirst();
  }

  private static double dot(float[] x, float[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += (double) x[i] * y[i];
    }
    return sum;
  }

  private static double norm(float[] x) {
    return Math.sqrt(dot(x, x));
  }

  private static double angle(float[] x, float[] y) {
    return Math.toDegrees(Math.acos(Math.clamp(dot(x, y) / (norm(x) * norm(y)), -1, 1)));
  }
}
