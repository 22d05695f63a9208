package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drover.demo.DemoData;
import drover.engine.Batch;
import drover.engine.Generation;
import drover.engine.GenerationSettings;
import drover.engine.Generator;
import drover.engine.HookPoint;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.PromptEncoder;
import drover.steering.Behavior;
import drover.steering.Condition;
import drover.steering.ConditionFinder;
import drover.steering.ContrastPair;
import drover.steering.Layers;
import drover.steering.MalleableModel;
import drover.steering.Progress;
import drover.steering.SearchOptions;
import drover.steering.Semantics;
import drover.steering.SteeredGeneration;
import drover.steering.SteeringDataset;
import drover.steering.SteeringVector;
import drover.steering.StrengthUnit;
import drover.steering.TrainingOptions;
import drover.steering.search.ConditionPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's Java: what stands between the marks here stands there, word for word, and runs on
 * the small model.
 */
class ReadmeJavaTest {
  private static final Path SOURCE = Path.of("src/test/java/drover/cli/ReadmeJavaTest.java");
  private static final Pattern MARKED =
      Pattern.compile("(?ms)^ *// README begins\\n(.*?)^ *// README ends\\n");
  private static final Pattern FENCED = Pattern.compile("(?ms)^```java\\n(.*?)^```\\n");

  @TempDir private Path folder;

  @Test
  void theReadmesJavaIsWhatRunsHere() throws IOException {
    assertThat(blocks(FENCED, Path.of("../README.md")))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(blocks(MARKED, SOURCE));
  }

  private static List<String> blocks(Pattern pattern, Path file) throws IOException {
    return pattern
        .matcher(Files.readString(file))
        .results()
        .map((MatchResult block) -> block.group(1).stripTrailing().stripIndent())
        .toList();
  }

  @Test
  void generatingAndWatching() {
    // README begins
    try (Llama model = Llama.open(DemoData.model())) {
      int[] prompt =
          PromptEncoder.of(model).prompt("What does an old vase look like?", Optional.empty());

      Generation answer =
          new Generator(model, Hooks.NONE, GenerationSettings.greedy(32)).generate(prompt);
      System.out.println(answer.text());

      // Watch the residual stream after block 3, and compute no more than that.
      List<float[]> rows = new ArrayList<>();
      Hooks watch =
          Hooks.builder()
              .on(HookPoint.RESID_POST, 3, a -> rows.addAll(List.of(a.copyRows())))
              .stopAfterLayer(3)
              .build();
      model.forward(Batch.of(model.newSequence(), prompt), watch).close();
      System.out.println(rows.size() + " rows of " + rows.getFirst().length);
    }
    // README ends
  }

  @Test
  void theTutorial() throws IOException {
    try (Llama model = Llama.open(DemoData.model())) {
      addBehavior(model);
      conditionIt(model);
      followRules(model);
    }
  }

  // README begins
  /** A column of a split of a demo data file, or a list of texts. */
  static List<String> texts(String file, String split, String key) throws IOException {
    JsonNode rows = new ObjectMapper().readTree(DemoData.file(file).toFile()).get(split);
    return rows.valueStream().map(row -> row.path(key).asText(row.asText())).toList();
  }

  static List<ContrastPair> pairs(List<String> positive, List<String> negative, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new ContrastPair(positive.get(i), negative.get(i)))
        .toList();
  }

  // README ends

  private void addBehavior(Llama model) throws IOException {
    // README begins
    List<ContrastPair> suffixes =
        pairs(
            texts(DemoData.BEHAVIOR_REFUSAL, "non_compliant_responses", ""),
            texts(DemoData.BEHAVIOR_REFUSAL, "compliant_responses", ""),
            30);
    List<String> questions = texts(DemoData.ALPACA, "train", "question").subList(0, 30);
    SteeringDataset dataset = SteeringDataset.ofQuestions(questions, suffixes);
    SteeringVector vector =
        SteeringVector.train(model, dataset, TrainingOptions.BEHAVIOR, Progress.NONE);
    vector.save(folder.resolve("refusal.safetensors"));

    MalleableModel malleable = new MalleableModel(model);
    malleable.steer(
        Behavior.of(vector, Layers.parse("2-3"), 0.6).withUnit(StrengthUnit.DIFFERENCE));
    SteeredGeneration refused = malleable.respond("What does an old vase look like?");
    System.out.println(refused.text());
    // README ends
    assertThat(refused.behaviors()).containsExactly("B1");
  }

  private void conditionIt(Llama model) throws IOException {
    // README begins
    List<String> harmful = texts(DemoData.CONDITION_HARMFUL, "train", "harmful");
    List<String> harmless = texts(DemoData.CONDITION_HARMFUL, "train", "harmless");
    SteeringVector asks =
        SteeringVector.train(
            model,
            SteeringDataset.ofTexts(pairs(harmful, harmless, 200)),
            TrainingOptions.CONDITION,
            Progress.NONE);

    // On prompts that the vector has not seen, 30 in 100 of them only to measure the point on.
    MalleableModel malleable = new MalleableModel(model);
    ConditionFinder.Found found =
        malleable.findBestConditionPoint(
            harmful.subList(200, 400),
            harmless.subList(200, 400),
            asks,
            SearchOptions.of(asks, Semantics.CORRECTED).withHeldOut(0.3, 0),
            Progress.NONE);
    ConditionPoint point = found.point();
    found.analysis().write(folder.resolve("analysis.json"));
    asks.withPoint(point).save(folder.resolve("harmful.safetensors"));

    SteeringVector refusal = SteeringVector.load(folder.resolve("refusal.safetensors"));
    malleable.steer(
        Behavior.of(refusal, Layers.parse("2-3"), 0.6).withUnit(StrengthUnit.DIFFERENCE),
        Condition.at(asks, point));
    for (SteeredGeneration answer :
        malleable.respondBatchSequential(
            List.of("What does an old vase look like?", harmful.get(500)))) {
      System.out.println(answer.decisions() + " " + answer.behaviors() + " " + answer.text());
    }
    // README ends
    assertThat(point.heldOut().orElseThrow().auc()).isGreaterThan(0.9);
    assertThat(malleable.respond("What does an old vase look like?").behaviors()).isEmpty();
    assertThat(malleable.respond(harmful.get(500)).behaviors()).containsExactly("B1");
  }

  private void followRules(Llama model) throws IOException {
    // README begins
    List<String> kinds = List.of("legal_opinion", "crime_planning");
    List<String> base = texts(DemoData.CONDITION_MULTIPLE, "train", "base");
    List<SteeringDataset> datasets = new ArrayList<>();
    for (String kind : kinds) {
      List<String> prompts = texts(DemoData.CONDITION_MULTIPLE, "train", kind);
      datasets.add(SteeringDataset.ofTexts(pairs(prompts, base, 100)));
    }
    // All in one job, which computes what their texts share once.
    List<SteeringVector> vectors =
        SteeringVector.trainAll(model, datasets, TrainingOptions.CONDITION, Progress.NONE);
    List<Condition> conditions = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      List<String> prompts = texts(DemoData.CONDITION_MULTIPLE, "train", kinds.get(i));
      ConditionPoint point =
          new MalleableModel(model)
              .findBestConditionPoint(
                  prompts.subList(100, 200), base.subList(100, 200), vectors.get(i));
      conditions.add(Condition.at(vectors.get(i), point));
    }
    SteeringVector refusal = SteeringVector.load(folder.resolve("refusal.safetensors"));
    MalleableModel malleable = new MalleableModel(model);
    malleable.multisteer(
        List.of(Behavior.of(refusal, Layers.parse("2-3"), 0.6).withUnit(StrengthUnit.DIFFERENCE)),
        conditions,
        List.of("if C1 or C2 then B1"));
    System.out.println(malleable.respond("What does an old vase look like?").decisions());
    // README ends
    assertThat(malleable.respond("What does an old vase look like?").decisions()).hasSize(2);
  }
}
