package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import drover.engine.Generation;
import drover.engine.GenerationListener;
import drover.engine.GenerationRequest;
import drover.engine.GenerationSettings;
import drover.engine.Generator;
import drover.engine.Llama;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * The texts are those of IBM's activation_steering on the 135M model, steered without condition.
 */
class ReferenceSteeringTest {
  private static final double SURE_GAP = 1e-2;

  @Test
  void unconditionalSteeringGivesTheLibrarysTexts(TestReporter reporter) {
    JsonNode runs = Shared.json("golden/ibm-smollm2/steer.json");
    SteeringVector vector =
        SteeringVector.load(Shared.file("golden/ibm-smollm2/refusal_single.svec"));
    int compared = 0;
    try (Llama model = Llama.open(Shared.smollm2())) {
      for (JsonNode run : runs) {
        if (isPlainBehavior(run)) {
          compared += compare(model, vector, run, reporter);
        }
      }
    }
    assertThat(compared).isGreaterThan(500);
  }

  /** Without the library's extra options, which have their own switches. */
  private static boolean isPlainBehavior(JsonNode run) {
    return run.get("kind").textValue().equals("behavior")
        && run.get("vector").textValue().equals("refusal_single")
        && !run.has("use_ooi_preventive_normalization")
        && !run.has("apply_behavior_on_first_call");
  }

  private static int compare(
      Llama model, SteeringVector vector, JsonNode run, TestReporter reporter) {
    TreeSet<Integer> layers = new TreeSet<>();
    run.get("behavior_layers").forEach(layer -> layers.add(layer.intValue()));
    Behavior behavior = Behavior.of(vector, layers, run.get("strength").doubleValue());
    SteeringPlan plan = new SteeringPlan(List.of(behavior), Semantics.REFERENCE);
    List<GenerationRequest> requests = new ArrayList<>();
    for (JsonNode response : run.get("responses")) {
      requests.add(new GenerationRequest(model.newSequence(), ids(response.get("prompt_ids"))));
    }
    List<Generation> texts =
        new Generator(model, plan.hooks(model), settings(run.get("settings")))
            .generate(requests, GenerationListener.NONE);
    int compared = 0;
    for (int i = 0; i < texts.size(); i++) {
      JsonNode response = run.get("responses").get(i);
      int[] expected = ids(response.get("ids"));
      boolean sure = response.get("min_gap").doubleValue() > SURE_GAP;
      int length = sure ? expected.length : response.get("min_gap_step").intValue();
      assertThat(IntStream.of(texts.get(i).ids()).limit(length))
          .containsExactlyElementsOf(IntStream.of(expected).limit(length).boxed().toList());
      compared += length;
    }
    reporter.publishEntry(
        "strength " + run.get("strength"), compared + " tokens are the library's");
    return compared;
  }

  private static GenerationSettings settings(JsonNode settings) {
    return settings.isTextual()
        ? GenerationSettings.greedy(50).withRepetitionPenalty(1.1)
        : GenerationSettings.greedy(settings.get("max_new_tokens").intValue())
            .withRepetitionPenalty(settings.get("repetition_penalty").doubleValue());
  }

  private static int[] ids(JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = array.get(i).intValue();
    }
    return ids;
  }
}
