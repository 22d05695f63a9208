package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import drover.engine.Batch;
import drover.engine.HookPoint;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Sequence;
import drover.engine.io.DroverException;
import drover.steering.search.ThresholdIs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a gate opens, for whom, and what that does to a prompt. */
class GateTest {
  private static final int[] PROMPT = Steered.prompt(3, 20);

  private final Llama model = Tiny.model();
  private final SteeringVector vector = Tiny.vector(1);
  private final Random random = new Random(11);

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void aSimilarityIsThatOfTheMeanRowBehindItsBlock() {
    for (Similarity similarity : Similarity.values()) {
      for (String pooled : List.of("all", "3", "all-but-first:2")) {
        Accumulate accumulate = Accumulate.parse(pooled);
        Condition condition =
            Condition.of(vector, Layers.parse("0-2"), 0.1, ThresholdIs.LARGER)
                .withSimilarity(similarity)
                .withPooled(accumulate);
        SteeringPlan plan = plan("2", condition, Semantics.CORRECTED);
        List<Decision> decisions = generate(plan, PROMPT).decisions();
        assertThat(decisions).extracting(Decision::layer).containsExactly(0, 1, 2);
        for (Decision decision : decisions) {
          float[][] rows = pooledRows(decision.layer(), accumulate);
          float[] direction = vector.directions().get(decision.layer());
          double expected = similarity.of(Steered.mean(rows), direction);
          assertThat(decision.similarity()).isCloseTo(expected, within(1e-6));
          assertThat(decision.met()).isEqualTo(decision.similarity() < 0.1);
        }
      }
    }
  }

  @Test
  void anOpenGateSteersThePromptWholeEvenFromBehindTheSteeredLayers() {
    anOpenGateSteersWhole(model, PROMPT);
  }

  @Test
  void theSameHoldsForAPromptThatTakesSeveralPasses(@TempDir Path folder) {
    try (Llama longer = Tiny.withContext(folder, 2_048)) {
      anOpenGateSteersWhole(longer, Steered.prompt(4, 1_100));
      anOpenGateSteersWhole(longer, Steered.prompt(4, 512));
    }
  }

  private void anOpenGateSteersWhole(Llama of, int[] prompt) {
    for (String layers : List.of("0-1", "2", "0-2", "1")) {
      for (String gate : List.of("0", "1", "2", "0,2")) {
        SteeringPlan always = plan(layers, met(gate), Semantics.CORRECTED);
        SteeringPlan never = plan(layers, notMet(gate), Semantics.CORRECTED);
        SteeringPlan free = SteeringPlan.of(Behavior.of(vector, Layers.parse(layers), 2));
        assertThat(Steered.logits(of, always, prompt))
            .isDeepEqualTo(Steered.logits(of, free, prompt));
        assertThat(Steered.logits(of, never, prompt))
            .isDeepEqualTo(Steered.logits(of, SteeringPlan.NONE, prompt));
      }
    }
  }

  @Test
  void aLateGateMissesThePromptWhereTheLibrarysWayIsKept() {
    Semantics library = Semantics.CORRECTED.with(Quirk.LATE_GATE_MISSES_PROMPT);
    float[][] late = Steered.logits(model, plan("0", met("2"), library), PROMPT);
    float[][] none = Steered.logits(model, SteeringPlan.NONE, PROMPT);
    assertThat(late[0]).containsExactly(none[0]);
    assertThat(late[1]).isNotEqualTo(none[1]);
    SteeringPlan free = SteeringPlan.of(Behavior.of(vector, Layers.parse("2"), 2));
    assertThat(Steered.logits(model, plan("2", met("1"), library), PROMPT))
        .isDeepEqualTo(Steered.logits(model, free, PROMPT));
  }

  @Test
  void theGateIsReadBeforeItsBlockWhereTheLibrarysWayIsKept() {
    Semantics library = Semantics.CORRECTED.with(Quirk.ACTS_BEFORE_BLOCK);
    Condition condition = Condition.of(vector, Layers.parse("1"), 0.1, ThresholdIs.LARGER);
    Decision before = generate(plan("2", condition, library), PROMPT).decisions().getFirst();
    float[][] rows = pooledRows(0, new Accumulate.All());
    assertThat(before.similarity())
        .isCloseTo(
            Similarity.PROJECTED.of(Steered.mean(rows), vector.directions().get(1)), within(1e-6));
  }

  @Test
  void onlyTheFirstOfABatchIsSteeredWhereTheLibrarysWayIsKept() {
    SteeringPlan corrected = plan("1", met("0"), Semantics.CORRECTED);
    SteeringPlan library =
        corrected.withSemantics(Semantics.CORRECTED.with(Quirk.FIRST_OF_BATCH_ONLY));
    List<int[]> prompts = List.of(PROMPT, PROMPT);
    List<SteeredGeneration> texts = Steered.generate(model, prompts, List.of(library, library), 4);
    assertThat(texts.get(0).behaviors()).containsExactly("B1");
    assertThat(texts.get(1).behaviors()).isEmpty();
    assertThat(texts.get(1).decisions()).isEmpty();
    assertThat(Steered.generate(model, prompts, List.of(corrected, corrected), 4))
        .allSatisfy(text -> assertThat(text.behaviors()).containsExactly("B1"));
  }

  @Test
  void sixtyFourPromptsWithDifferentPlansInOneBatchAreEachAsTheyAreAlone() {
    List<SteeringPlan> plans = differentPlans();
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      prompts.add(Steered.prompt(100 + i, 1 + random.nextInt(60)));
    }
    List<String> alone =
        IntStream.range(0, 64)
            .mapToObj(i -> show(one(prompts.get(i), plans.get(i % plans.size()))))
            .toList();
    assertThat(alone.stream().distinct().count()).isGreaterThan(40);
    for (int round = 0; round < 3; round++) {
      List<Integer> order = new ArrayList<>(IntStream.range(0, 64).boxed().toList());
      Collections.shuffle(order, random);
      List<SteeredGeneration> together =
          Steered.generate(
              model,
              order.stream().map(prompts::get).toList(),
              order.stream().map(i -> plans.get(i % plans.size())).toList(),
              6);
      for (int i = 0; i < 64; i++) {
        assertThat(show(together.get(i))).isEqualTo(alone.get(order.get(i)));
      }
    }
  }

  @Test
  void twoModelsAndEightThreadsDoNotDisturbEachOther() throws Exception {
    List<SteeringPlan> plans = differentPlans();
    try (Llama other = Llama.open(model.folder().path());
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<String> expected =
          plans.stream().map(plan -> show(one(Steered.prompt(7, 30), plan))).toList();
      List<Callable<String>> work = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        Llama either = i % 2 == 0 ? model : other;
        SteeringPlan plan = plans.get(i % plans.size());
        work.add(
            () ->
                show(
                    Steered.generate(either, List.of(Steered.prompt(7, 30)), List.of(plan), 6)
                        .getFirst()));
      }
      List<Future<String>> results = threads.invokeAll(work);
      for (int i = 0; i < results.size(); i++) {
        assertThat(results.get(i).get()).isEqualTo(expected.get(i % plans.size()));
      }
    }
  }

  @Test
  void aBehaviorAppliesWhereARuleThatNamesItHolds() {
    Behavior weak = Behavior.of(vector, Layers.parse("2"), 0.5);
    Behavior strong = Behavior.of(vector, Layers.parse("1"), 3);
    SteeringPlan plan =
        SteeringPlan.of(
            List.of(weak, strong),
            List.of(met("0"), notMet("2")),
            List.of("if C1 and not C2 then B2", "if C2 then B1"),
            Semantics.CORRECTED);
    SteeredGeneration text = generate(plan, PROMPT);
    assertThat(text.behaviors()).containsExactly("B2");
    assertThat(text.decisions())
        .extracting(Decision::name, Decision::met)
        .containsExactly(tuple("C1", true), tuple("C2", false));
    assertThat(Steered.logits(model, plan, PROMPT))
        .isDeepEqualTo(Steered.logits(model, SteeringPlan.of(strong), PROMPT));
  }

  @Test
  void rulesThatNameTheSameBehaviorAddUpWhereTheLibrarysWayIsKept() {
    Behavior once = Behavior.of(vector, Layers.parse("2"), 1);
    List<String> rules = List.of("if C1 then B1", "if C1 or C2 then B1");
    List<Condition> conditions = List.of(met("0"), notMet("0"));
    Semantics library = Semantics.CORRECTED.with(Quirk.RULES_ADD_UP);
    assertThat(
            Steered.logits(
                model, SteeringPlan.of(List.of(once), conditions, rules, library), PROMPT))
        .isDeepEqualTo(Steered.logits(model, SteeringPlan.of(once.withStrength(2)), PROMPT));
    SteeringPlan corrected = SteeringPlan.of(List.of(once), conditions, rules, Semantics.CORRECTED);
    assertThat(Steered.logits(model, corrected, PROMPT))
        .isDeepEqualTo(Steered.logits(model, SteeringPlan.of(once), PROMPT));
  }

  @Test
  void aConditionThatPoolsWhatNobodyCanTellIsRefused() {
    Condition condition = met("0").withPooled(new Accumulate.User());
    assertThatThrownBy(() -> generate(plan("1", condition, Semantics.CORRECTED), PROMPT))
        .isInstanceOf(DroverException.class)
        .hasMessage(
            "a condition pools user, which cannot be told of a prompt that is given as token ids");
  }

  /** Early and late gates, open and closed, other operators and readings, and none at all. */
  private List<SteeringPlan> differentPlans() {
    Condition sometimes = Condition.of(vector, Layers.parse("1"), 0.2, ThresholdIs.SMALLER);
    Behavior turn =
        Behavior.of(Tiny.vector(5), Layers.parse("0,2"), 60).withOperator(Operator.ROTATE);
    return List.of(
        SteeringPlan.NONE,
        plan("0-1", met("2"), Semantics.CORRECTED),
        plan("1-2", sometimes, Semantics.CORRECTED),
        plan("0", sometimes, Semantics.CORRECTED),
        plan("0-2", sometimes, Semantics.REFERENCE.without(Quirk.FIRST_OF_BATCH_ONLY)),
        SteeringPlan.of(List.of(turn), List.of(sometimes), List.of(), Semantics.CORRECTED),
        SteeringPlan.of(turn.withScope(new Scope.Generated())));
  }

  private SteeringPlan plan(String layers, Condition condition, Semantics semantics) {
    Behavior behavior = Behavior.of(vector, Layers.parse(layers), 2);
    return SteeringPlan.of(List.of(behavior), List.of(condition), List.of(), semantics);
  }

  private Condition met(String layers) {
    return Condition.of(vector, Layers.parse(layers), -2, ThresholdIs.SMALLER);
  }

  private Condition notMet(String layers) {
    return Condition.of(vector, Layers.parse(layers), 2, ThresholdIs.SMALLER);
  }

  private SteeredGeneration generate(SteeringPlan plan, int[] prompt) {
    return one(prompt, plan);
  }

  private SteeredGeneration one(int[] prompt, SteeringPlan plan) {
    return Steered.generate(model, List.of(prompt), List.of(plan), 6).getFirst();
  }

  private static String show(SteeredGeneration text) {
    return Arrays.toString(text.generation().ids()) + text.decisions() + text.behaviors();
  }

  private float[][] pooledRows(int layer, Accumulate pooled) {
    List<float[][]> rows = new ArrayList<>();
    Hooks hooks =
        Hooks.builder().on(HookPoint.RESID_POST, layer, a -> rows.add(a.copyRows())).build();
    try (Sequence sequence = model.newSequence()) {
      model.forward(Batch.of(sequence, PROMPT), hooks).close();
    }
    TokenSpans.Range range = PromptTokens.ofIds(PROMPT).pooled(pooled).getFirst();
    return Arrays.copyOfRange(rows.getFirst(), range.from(), range.to());
  }
}
