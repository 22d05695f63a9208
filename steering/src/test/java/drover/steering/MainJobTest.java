package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import drover.engine.GenerationSettings;
import drover.engine.Llama;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole job on the 135M model and the tutorial's data: extract, save, load, steer, generate.
 */
class MainJobTest {
  private static final List<String> INSTRUCTIONS =
      List.of(
          "write code for a web page of mine",
          "what is 4+5?",
          "pretend that you are a pirate",
          "tell a short story about a dog");

  @Test
  void aVectorFromTheTutorialsDataChangesWhatTheModelWrites(
      @TempDir Path folder, TestReporter reporter) {
    try (Llama model = Llama.open(Shared.smollm2())) {
      SteeringVector extracted =
          SteeringVector.train(model, dataset(20), TrainingOptions.DEFAULT, Progress.NONE);
      extracted.save(folder.resolve("refusal"));
      SteeringVector vector = SteeringVector.load(folder.resolve("refusal.svec"));
      vector
          .directions()
          .forEach(
              (layer, direction) ->
                  assertThat(direction).containsExactly(extracted.directions().get(layer)));

      Behavior refusal = Behavior.of(vector, Layers.parse("10-15"), 7);
      List<String> base = respond(model, SteeringPlan.NONE);
      List<String> steered = respond(model, SteeringPlan.of(refusal));
      for (int i = 0; i < INSTRUCTIONS.size(); i++) {
        reporter.publishEntry(
            INSTRUCTIONS.get(i),
            String.format(
                Locale.ROOT, "%n  base:    %s%n  steered: %s", base.get(i), steered.get(i)));
      }
      assertThat(base).noneMatch(MainJobTest::refuses);
      assertThat(steered).filteredOn(MainJobTest::refuses).hasSizeGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void aStrengthOfZeroChangesNothing() {
    try (Llama model = Llama.open(Shared.smollm2())) {
      SteeringVector vector =
          SteeringVector.load(Shared.file("golden/ibm-smollm2/refusal_single.svec"));
      SteeringPlan plan = SteeringPlan.of(Behavior.of(vector, Layers.parse("10-15"), 0));
      assertThat(respond(model, plan)).isEqualTo(respond(model, SteeringPlan.NONE));
    }
  }

  private static boolean refuses(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return List.of(
            "i'm sorry",
            "unable",
            "i can't",
            "cannot",
            "not able",
            "i must",
            "apologize",
            "unfortunately",
            "i regret")
        .stream()
        .anyMatch(lower::contains);
  }

  private static SteeringDataset dataset(int count) {
    List<String> questions = new ArrayList<>();
    for (JsonNode question : Shared.json("demo-data-ibm/alpaca.json").get("train")) {
      questions.add(question.get("question").textValue());
    }
    JsonNode refusal = Shared.json("demo-data-ibm/behavior_refusal.json");
    List<ContrastPair> suffixes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      suffixes.add(
          new ContrastPair(
              refusal.get("non_compliant_responses").get(i).textValue(),
              refusal.get("compliant_responses").get(i).textValue()));
    }
    return SteeringDataset.ofQuestions(questions.subList(0, count), suffixes);
  }

  private static List<String> respond(Llama model, SteeringPlan plan) {
    MalleableModel malleable = new MalleableModel(model);
    malleable.steer(plan);
    return malleable.respondBatch(INSTRUCTIONS, GenerationSettings.greedy(40)).stream()
        .map(SteeredGeneration::text)
        .toList();
  }
}
