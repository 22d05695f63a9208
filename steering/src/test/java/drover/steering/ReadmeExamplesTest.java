package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;

import drover.engine.Batch;
import drover.engine.Generation;
import drover.engine.GenerationSettings;
import drover.engine.Generator;
import drover.engine.HookPoint;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.PromptEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code that the README shows, with the folders and data of a test in place of a reader's. */
class ReadmeExamplesTest {

  @Test
  void generatingAndWatching() {
    try (Llama model = Llama.open(Shared.smollm2())) {
      int[] prompt =
          PromptEncoder.of(model).prompt("What is the capital of France?", Optional.empty());

      Generation answer =
          new Generator(model, Hooks.NONE, GenerationSettings.greedy(32)).generate(prompt);

      List<float[]> rows = new ArrayList<>();
      Hooks watch =
          Hooks.builder()
              .on(HookPoint.RESID_POST, 12, a -> rows.addAll(List.of(a.copyRows())))
              .stopAfterLayer(12)
              .build();
      model.forward(Batch.of(model.newSequence(), prompt), watch).close();

      assertThat(answer.text()).isEqualTo("The capital of France is Paris.");
      assertThat(rows).hasSize(37).allSatisfy(row -> assertThat(row).hasSize(576));
    }
  }

  @Test
  void extractingAndSteering(@TempDir Path folder) {
    List<String> questions = List.of("What is the process of writing code?", "Name three colours.");
    List<ContrastPair> suffixes =
        List.of(
            new ContrastPair("I can't help with that", "Sure, I will gladly"),
            new ContrastPair("I must decline", "Of course, here is"));
    try (Llama model = Llama.open(Shared.smollm2())) {
      SteeringDataset dataset = SteeringDataset.ofQuestions(questions, suffixes);
      SteeringVector vector =
          SteeringVector.train(model, dataset, TrainingOptions.DEFAULT, Progress.NONE);
      vector.save(folder.resolve("refusal.svec"));

      SteeringVector loaded = SteeringVector.load(folder.resolve("refusal.svec"));
      Behavior refusal = Behavior.of(loaded, Layers.parse("10-15"), 7);
      MalleableModel malleable = new MalleableModel(model);
      malleable.steer(refusal);
      String steered = malleable.respond("what is 4+5?", GenerationSettings.greedy(40)).text();

      assertThat(steered).isNotEmpty();
      assertThat(loaded.directions()).hasSize(30);
    }
  }
}
