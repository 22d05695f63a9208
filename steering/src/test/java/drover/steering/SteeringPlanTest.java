package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.Llama;
import drover.engine.io.DroverException;
import drover.steering.search.ConditionPoint;
import drover.steering.search.ThresholdIs;
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
  void conditionsOfWhichNobodySaysWhatTheyAreForAreRefused() {
    Behavior behavior = Behavior.of(vector, Layers.parse("1"), 1);
    Condition condition = Condition.of(vector, Layers.parse("0"), 0.1, ThresholdIs.LARGER);
    assertThatThrownBy(
            () ->
                SteeringPlan.of(
                    List.of(behavior),
                    List.of(condition, condition),
                    List.of(),
                    Semantics.CORRECTED))
        .isInstanceOf(DroverException.class)
        .hasMessageStartingWith("a plan with 2 conditions needs rules");
  }

  @Test
  void scalingByExplainedVarianceFailsAsInTheLibraryWhereThatIsKept() {
    Behavior scaled = Behavior.of(vector, Layers.parse("1"), 1).withExplainedVariance(true);
    List<Behavior> behaviors = List.of(scaled);
    assertThatThrownBy(() -> SteeringPlan.of(behaviors, List.of(), List.of(), Semantics.REFERENCE))
        .isInstanceOf(DroverException.class)
        .hasMessageStartingWith("explained_variance fails in the Python library");
    Semantics repaired = Semantics.REFERENCE.without(Quirk.NO_EXPLAINED_VARIANCE);
    assertThat(SteeringPlan.of(behaviors, List.of(), List.of(), repaired).behaviors()).hasSize(1);
  }

  @Test
  void rulesAreReadFlatWhereThatIsKept() {
    Behavior b = Behavior.of(vector, Layers.parse("1"), 1);
    Condition c = Condition.of(vector, Layers.parse("0"), 0.1, ThresholdIs.LARGER);
    List<String> rules = List.of("if C1 and C2 or C3 then B1");
    boolean[] second = {false, true, false};
    assertThat(
            SteeringPlan.of(List.of(b), List.of(c, c, c), rules, Semantics.REFERENCE)
                .rules()
                .getFirst()
                .holds(second))
        .isTrue();
    assertThat(
            SteeringPlan.of(List.of(b), List.of(c, c, c), rules, Semantics.CORRECTED)
                .rules()
                .getFirst()
                .holds(second))
        .isFalse();
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

  private void plan(SteeringVector other, int layer) {
    Behavior behavior = Behavior.of(other, Layers.parse(Integer.toString(layer)), 1);
    new PlanOnModel(SteeringPlan.of(behavior), model).close();
  }

  @Test
  void aConditionAtAPointReadsWhatItsVectorWasExtractedFrom() {
    SteeringVector full = FullVector.of(1);
    ConditionPoint point = full.provenance().point().orElseThrow();
    assertThat(Condition.at(full, point))
        .isEqualTo(
            Condition.of(
                    full, new TreeSet<>(point.layers()), point.threshold(), point.thresholdIs())
                .withPooled(new Accumulate.AllButFirst(2)));
  }
}
