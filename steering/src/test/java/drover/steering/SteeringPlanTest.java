package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.Batch;
import drover.engine.Direction;
import drover.engine.HookPoint;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Logits;
import drover.engine.Sequence;
import drover.engine.io.DroverException;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SteeringPlanTest {
  private final Llama model = Tiny.model();
  private final SteeringVector vector = Tiny.vector(1);

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void aStrengthOfZeroIsNoSteeringToTheBit() {
    for (Semantics semantics : List.of(Semantics.CORRECTED, Semantics.REFERENCE)) {
      assertThat(logits(plan("0-2", 0, semantics).hooks(model)))
          .containsExactly(logits(Hooks.NONE));
    }
  }

  @Test
  void aDirectionIsAddedBehindItsBlockOrAsTheLibraryHasItBefore() {
    Direction direction = model.direction(vector.directions().get(1));
    for (HookPoint point : List.of(HookPoint.RESID_POST, HookPoint.RESID_PRE)) {
      Hooks byHand = Hooks.builder().on(point, 1, a -> a.add(direction, 2.5f)).build();
      Semantics semantics =
          point == HookPoint.RESID_PRE ? Semantics.REFERENCE : Semantics.CORRECTED;
      assertThat(logits(plan("1", 2.5, semantics).hooks(model)))
          .containsExactly(logits(byHand))
          .isNotEqualTo(logits(Hooks.NONE));
    }
  }

  @Test
  void aVectorThatDoesNotFitTheModelIsRefused() {
    NavigableMap<Integer, float[]> narrow = new TreeMap<>();
    narrow.put(0, new float[] {1, 2});
    assertThatThrownBy(
            () ->
                plan(
                    new SteeringVector(narrow, new TreeMap<>(), Provenance.ofModelType("llama")),
                    0))
        .isInstanceOf(DroverException.class)
        .hasMessage("the vector is 2 wide, but the model's residual stream is 64");
    NavigableMap<Integer, float[]> deep = new TreeMap<>();
    deep.put(7, new float[Tiny.WIDTH]);
    assertThatThrownBy(
            () ->
                plan(new SteeringVector(deep, new TreeMap<>(), Provenance.ofModelType("llama")), 7))
        .isInstanceOf(DroverException.class)
        .hasMessage("layer 7 is to be steered, but the model has layers 0 to 2");
  }

  @Test
  void aBehaviorRefusesWhatCannotBeAdded() {
    assertThatThrownBy(() -> Behavior.of(vector, Layers.parse("2-3"), 1))
        .isInstanceOf(DroverException.class)
        .hasMessage("layer 3 is to be steered, but the vector has layers 0-2");
    assertThatThrownBy(() -> Behavior.of(vector, new TreeSet<>(), 1))
        .hasMessage("a behavior needs at least one layer");
    for (double strength : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e300}) {
      assertThatThrownBy(() -> Behavior.of(vector, Layers.parse("0"), strength))
          .isInstanceOf(DroverException.class)
          .hasMessageStartingWith("strength is " + strength);
    }
  }

  private SteeringPlan plan(String layers, double strength, Semantics semantics) {
    return new SteeringPlan(
        List.of(Behavior.of(vector, Layers.parse(layers), strength)), semantics);
  }

  private void plan(SteeringVector other, int layer) {
    Behavior behavior = Behavior.of(other, Layers.parse(Integer.toString(layer)), 1);
    new SteeringPlan(List.of(behavior), Semantics.CORRECTED).hooks(model);
  }

  private float[] logits(Hooks hooks) {
    try (Sequence sequence = model.newSequence();
        Logits logits = model.forward(Batch.of(sequence, 5, 6, 7, 8), hooks)) {
      return logits.row(0);
    }
  }
}
