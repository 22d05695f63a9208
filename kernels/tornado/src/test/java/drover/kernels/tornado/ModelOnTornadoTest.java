package drover.kernels.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drover.demo.DemoData;
import drover.engine.Batch;
import drover.engine.GenerationSettings;
import drover.engine.Generator;
import drover.engine.HookPoint;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Logits;
import drover.engine.PromptEncoder;
import drover.engine.Sequence;
import drover.kernels.Device;
import drover.kernels.Devices;
import drover.steering.Behavior;
import drover.steering.Condition;
import drover.steering.ContrastPair;
import drover.steering.Decision;
import drover.steering.Layers;
import drover.steering.MalleableModel;
import drover.steering.Progress;
import drover.steering.SteeredGeneration;
import drover.steering.SteeringDataset;
import drover.steering.SteeringVector;
import drover.steering.StrengthUnit;
import drover.steering.TrainingOptions;
import drover.steering.search.ConditionPoint;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whole models give on TornadoVM what they give on the CPU's devices. */
class ModelOnTornadoTest {
  private static final System.Logger LOGGER = System.getLogger(ModelOnTornadoTest.class.getName());

  /** Of a row's norm. */
  private static final double TOLERANCE = 2e-5;

  /** Below this, either of the best two logits may be the larger one. */
  private static final float GAP = 1e-2f;

  private static Device tornado;

  @BeforeAll
  static void open() {
    tornado = Devices.open("tornado", 1);
  }

  @AfterAll
  static void close() {
    tornado.close();
  }

  @Test
  void everyLayerOfTheSmallModelIsAsOnTheOtherDevices() {
    compareLayers(DemoData.model(), "scalar", "What does an old vase look like?");
    compareLayers(DemoData.model(), "vector", "What does an old vase look like?");
  }

  @Test
  void everyLayerOfThe135MModelIsAsOnTheOtherDevices() {
    compareLayers(smolLm2(), "vector", "Why is the sky blue?");
  }

  private static Path smolLm2() {
    String folder = System.getenv("DROVER_SMOLLM2");
    Assumptions.assumeTrue(folder != null, "DROVER_SMOLLM2 does not name the 135M model's folder");
    return Path.of(folder);
  }

  private static void compareLayers(Path folder, String other, String prompt) {
    try (Device device = Devices.open(other, 2);
        Llama expected = Llama.open(folder, device);
        Llama actual = Llama.open(folder, tornado)) {
      int[] ids = PromptEncoder.of(expected).prompt(prompt, Optional.empty());
      List<float[][]> expectedRows = residuals(expected, ids);
      List<float[][]> actualRows = residuals(actual, ids);
      double largest = 0;
      for (int layer = 0; layer < expectedRows.size(); layer++) {
        for (int row = 0; row < ids.length; row++) {
          largest =
              Math.max(largest, distance(expectedRows.get(layer)[row], actualRows.get(layer)[row]));
        }
      }
      LOGGER.log(Level.INFO, "%.1e of the row's norm from %s".formatted(largest, other));
      assertThat(largest).isLessThan(TOLERANCE);
    }
  }

  /** {@code [layers][rows][hidden]}. */
  private static List<float[][]> residuals(Llama model, int[] ids) {
    List<float[][]> rows = new ArrayList<>();
    Hooks.Builder hooks = Hooks.builder();
    for (int layer = 0; layer < model.config().layers(); layer++) {
      hooks.on(HookPoint.RESID_POST, layer, a -> rows.add(a.copyRows()));
    }
    try (Sequence sequence = model.newSequence()) {
      model.forward(Batch.of(sequence, ids), hooks.build()).close();
    }
    return rows;
  }

  private static double distance(float[] x, float[] y) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < x.length; i++) {
      difference += (x[i] - (double) y[i]) * (x[i] - (double) y[i]);
      norm += (double) x[i] * x[i];
    }
    return Math.sqrt(difference / norm);
  }

  @Test
  void greedyTextsAreThoseOfTheVectorDevice() {
    compareTexts(DemoData.model(), "What does an old vase look like?", "Plan a day at the lake.");
  }

  @Test
  void greedyTextsOfThe135MModelAreThoseOfTheVectorDevice() {
    compareTexts(smolLm2(), "What is the capital of France?", "Name two rivers.");
  }

  private static void compareTexts(Path folder, String... prompts) {
    try (Device device = Devices.open("vector", 2);
        Llama expected = Llama.open(folder, device);
        Llama actual = Llama.open(folder, tornado)) {
      for (String prompt : prompts) {
        int[] ids = PromptEncoder.of(expected).prompt(prompt, Optional.empty());
        int[] greedy = greedy(expected, ids);
        int[] here = greedy(actual, ids);
        int same = 0;
        while (same < Math.min(greedy.length, here.length) && greedy[same] == here[same]) {
          same++;
        }
        if (same < greedy.length) {
          int[] before =
              IntStream.concat(IntStream.of(ids), IntStream.of(greedy).limit(same)).toArray();
          assertThat(gap(expected, before))
              .as("the gap at token %d of '%s'", same, prompt)
              .isLessThan(GAP);
        }
      }
    }
  }

  private static int[] greedy(Llama model, int[] ids) {
    return new Generator(model, Hooks.NONE, GenerationSettings.greedy(24)).generate(ids).ids();
  }

  /** Between the best two logits behind some tokens. */
  private static float gap(Llama model, int[] ids) {
    try (Sequence sequence = model.newSequence();
        Logits logits = model.forward(Batch.of(sequence, ids), Hooks.NONE)) {
      float[] row = logits.row(0);
      Arrays.sort(row);
      return row[row.length - 1] - row[row.length - 2];
    }
  }

  @Test
  void aTokenTakesAHandfulOfGraphs() {
    try (Llama model = Llama.open(DemoData.model(), tornado);
        Sequence sequence = model.newSequence()) {
      int[] ids = PromptEncoder.of(model).prompt("Plan a day at the lake.", Optional.empty());
      try (Logits prompt = model.forward(Batch.of(sequence, ids), Hooks.NONE)) {
        assertThat(prompt.argmax()).hasSize(1);
      }
      long before = tornado.submissions().orElseThrow();
      try (Logits logits = model.forward(Batch.of(sequence, 17), Hooks.NONE)) {
        assertThat(logits.argmax()).hasSize(1);
      }
      long graphs = tornado.submissions().orElseThrow() - before;
      LOGGER.log(
          Level.INFO, "{0} graphs for a token of {1} layers", graphs, model.config().layers());
      // One for each layer, and what comes before and after them.
      assertThat(graphs).isLessThanOrEqualTo(model.config().layers() + 10);
    }
  }

  @Test
  void aConditionDecidesAndSteersAsOnTheVectorDevice() throws IOException {
    try (Device device = Devices.open("vector", 2);
        Llama expected = Llama.open(DemoData.model(), device);
        Llama actual = Llama.open(DemoData.model(), tornado)) {
      List<SteeredGeneration> there = tutorial(expected);
      List<SteeredGeneration> here = tutorial(actual);
      assertThat(here.getFirst().behaviors()).isEmpty();
      assertThat(here.getLast().behaviors()).containsExactly("B1");
      for (int i = 0; i < there.size(); i++) {
        Decision one = there.get(i).decisions().getFirst();
        Decision other = here.get(i).decisions().getFirst();
        assertThat(other.met()).isEqualTo(one.met());
        assertThat(other.similarity()).isCloseTo(one.similarity(), within(1e-4));
        assertThat(here.get(i).text()).isEqualTo(there.get(i).text());
      }
    }
  }

  /** Extraction, condition search and conditional steering, all on the model's device. */
  private static List<SteeredGeneration> tutorial(Llama model) throws IOException {
    List<ContrastPair> openings =
        pairs(
            texts(DemoData.BEHAVIOR_REFUSAL, "non_compliant_responses", ""),
            texts(DemoData.BEHAVIOR_REFUSAL, "compliant_responses", ""),
            10);
    List<String> questions = texts(DemoData.ALPACA, "train", "question").subList(0, 10);
    SteeringVector refusal =
        SteeringVector.train(
            model,
            SteeringDataset.ofQuestions(questions, openings),
            TrainingOptions.BEHAVIOR,
            Progress.NONE);
    List<String> harmful = texts(DemoData.CONDITION_HARMFUL, "train", "harmful");
    List<String> harmless = texts(DemoData.CONDITION_HARMFUL, "train", "harmless");
    SteeringVector asks =
        SteeringVector.train(
            model,
            SteeringDataset.ofTexts(pairs(harmful, harmless, 60)),
            TrainingOptions.CONDITION,
            Progress.NONE);
    MalleableModel malleable = new MalleableModel(model);
    ConditionPoint point =
        malleable.findBestConditionPoint(
            harmful.subList(100, 140), harmless.subList(100, 140), asks);
    malleable.steer(
        Behavior.of(refusal, Layers.parse("2-3"), 0.6).withUnit(StrengthUnit.DIFFERENCE),
        Condition.at(asks, point));
    return malleable.respondBatch(
        List.of("What does an old vase look like?", "Plan a day at the lake.", harmful.get(500)),
        GenerationSettings.greedy(16));
  }

  private static List<String> texts(String file, String split, String key) throws IOException {
    JsonNode rows = new ObjectMapper().readTree(DemoData.file(file).toFile()).get(split);
    return rows.valueStream().map(row -> row.path(key).asText(row.asText())).toList();
  }

  private static List<ContrastPair> pairs(List<String> positive, List<String> negative, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new ContrastPair(positive.get(i), negative.get(i)))
        .toList();
  }
}
