package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import drover.engine.GenerationListener;
import drover.engine.GenerationSettings;
import drover.engine.Llama;
import drover.engine.safetensors.SafetensorsFile;
import drover.steering.search.ThresholdIs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Texts, decisions and similarities are those of IBM's activation_steering on the 135M model, for
 * every kind of steering that it has.
 */
class ReferenceSteeringTest {
  private static final double SURE_GAP = 1e-2;
  private static final double SIMILARITY_ERROR = 1e-4;

  /** The library answers one prompt after the other; here they run together, each gated. */
  private static final Semantics TOGETHER = Semantics.REFERENCE.without(Quirk.FIRST_OF_BATCH_ONLY);

  private int tokens;
  private double worst;

  @Test
  void steeringGivesTheLibrarysTextsAndDecisions(TestReporter reporter) {
    JsonNode runs = Shared.json("golden/ibm-smollm2/steer.json");
    try (Llama model = Llama.open(Shared.smollm2())) {
      for (JsonNode run : runs) {
        int before = tokens;
        compare(model, run);
        reporter.publishEntry(
            run.get("kind").textValue(), (tokens - before) + " tokens are the library's");
      }
    }
    reporter.publishEntry("largest error of a similarity", Double.toString(worst));
    assertThat(runs).hasSize(11);
    assertThat(tokens).isGreaterThan(1_800);
    assertThat(worst).isBetween(Double.MIN_VALUE, SIMILARITY_ERROR);
  }

  private void compare(Llama model, JsonNode run) {
    SteeredGenerator generator = new SteeredGenerator(model, settings(run.get("settings")));
    SteeringPlan plan = plan(run);
    List<SteeredRequest> requests = new ArrayList<>();
    for (JsonNode response : run.get("responses")) {
      PromptTokens prompt = PromptTokens.ofIds(ids(response.get("prompt_ids")));
      requests.add(new SteeredRequest(model.newSequence(), prompt, plan));
    }
    List<SteeredGeneration> texts = generator.generate(requests, GenerationListener.NONE);
    for (int i = 0; i < texts.size(); i++) {
      compare(texts.get(i), run.get("responses").get(i));
    }
    requests.forEach(request -> request.sequence().close());
  }

  private void compare(SteeredGeneration actual, JsonNode response) {
    int[] expected = ids(response.get("ids"));
    boolean sure = response.get("min_gap").doubleValue() > SURE_GAP;
    int length = sure ? expected.length : response.get("min_gap_step").intValue();
    assertThat(IntStream.of(actual.generation().ids()).limit(length))
        .containsExactlyElementsOf(IntStream.of(expected).limit(length).boxed().toList());
    tokens += length;
    for (JsonNode similarity : response.get("similarities")) {
      double value = similarity.get(1).doubleValue();
      Decision decision = at(actual.decisions(), similarity.get(0).intValue());
      assertThat(decision.similarity()).isCloseTo(value, within(SIMILARITY_ERROR));
      worst = Math.max(worst, Math.abs(decision.similarity() - value));
    }
    response
        .get("condition_met")
        .properties()
        .forEach(
            met -> {
              String name = "C" + (Integer.parseInt(met.getKey()) + 1);
              assertThat(
                      actual.decisions().stream().anyMatch(d -> d.name().equals(name) && d.met()))
                  .isEqualTo(met.getValue().booleanValue());
            });
  }

  private static Decision at(List<Decision> decisions, int layer) {
    return decisions.stream().filter(d -> d.layer() == layer).findFirst().orElseThrow();
  }

  private static SteeringPlan plan(JsonNode run) {
    if (run.get("kind").textValue().equals("none")) {
      return SteeringPlan.NONE;
    }
    boolean onPrompt = !run.has("apply_behavior_on_first_call");
    Behavior behavior =
        Behavior.of(
                vector(run.get("vector").textValue()),
                layers(run.get("behavior_layers")),
                run.get("strength").doubleValue())
            .withNorms(false, run.has("use_ooi_preventive_normalization"))
            .withScope(onPrompt ? new Scope.All() : new Scope.Generated());
    List<Condition> conditions = new ArrayList<>();
    List<String> rules = new ArrayList<>();
    if (run.has("condition")) {
      conditions.add(condition(run.get("condition"), run.get("point")));
    }
    if (run.has("conditions")) {
      for (int c = 0; c < run.get("conditions").size(); c++) {
        conditions.add(condition(run.get("conditions").get(c), run.get("points").get(c)));
      }
      run.get("rules").forEach(rule -> rules.add(rule.textValue()));
    }
    return SteeringPlan.of(List.of(behavior), conditions, rules, TOGETHER);
  }

  private static Condition condition(JsonNode vector, JsonNode point) {
    return Condition.of(
        vector(vector.textValue()),
        layers(point.get("layers")),
        point.get("threshold").doubleValue(),
        ThresholdIs.named(point.get("direction").textValue()));
  }

  private static SteeringVector vector(String name) {
    return switch (name) {
      case "refusal_right32" -> tensor("behavior", "right32.suffix-only.pca_pairwise");
      case "legal_single" -> tensor("legal", "legal_single");
      default -> SteeringVector.load(Shared.file("golden/ibm-smollm2/" + name + ".svec"));
    };
  }

  /** A vector that is stored as a tensor {@code [layers, hidden]}. */
  private static SteeringVector tensor(String file, String name) {
    try (SafetensorsFile tensors =
        SafetensorsFile.open(Shared.file("golden/ibm-smollm2/" + file + ".safetensors"))) {
      float[] all = tensors.tensor(name).toFloatArray();
      NavigableMap<Integer, float[]> directions = new TreeMap<>();
      int width = 576;
      for (int layer = 0; layer < all.length / width; layer++) {
        directions.put(layer, Arrays.copyOfRange(all, layer * width, (layer + 1) * width));
      }
      return new SteeringVector(directions, new TreeMap<>(), Provenance.ofModelType("llama"));
    }
  }

  private static NavigableSet<Integer> layers(JsonNode list) {
    NavigableSet<Integer> layers = new TreeSet<>();
    list.forEach(layer -> layers.add(layer.intValue()));
    return layers;
  }

  private static GenerationSettings settings(JsonNode settings) {
    return settings.isTextual()
        ? MalleableModel.DEFAULT_SETTINGS
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
