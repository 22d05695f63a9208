package drover.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import drover.engine.safetensors.SafetensorsFile;
import drover.kernels.Device;
import drover.kernels.Devices;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers are HuggingFace transformers' own, in F32 on the same weights. */
class FaithfulnessTest {
  private static final double LOGIT_TOLERANCE = 1e-3;
  private static final double HOOK_TOLERANCE = 1e-4;
  private static final double SURE_GAP = 1e-2;

  @ParameterizedTest
  @CsvSource({
    "tiny-llama3-rope, vector",
    "tiny-llama3-rope, scalar",
    "tiny-sharded, vector",
    "tiny-sharded, scalar"
  })
  void smallModelsGiveTheResidualStreamFinalNormAndLogits(
      String name, String deviceName, TestReporter reporter) {
    int[] ids = Golden.ids(Golden.json(name, "ids.json"));
    try (Device device = Devices.open(deviceName, 2);
        Llama model = Llama.open(Golden.folder(name), device);
        SafetensorsFile golden =
            SafetensorsFile.open(Golden.folder(name).resolve("golden.safetensors"))) {
      int layers = model.config().layers();
      Capture capture = new Capture().at(HookPoint.FINAL_NORM, layers);
      for (int layer = 0; layer < layers; layer++) {
        capture.at(HookPoint.RESID_PRE, layer).at(HookPoint.RESID_POST, layer);
      }
      float[][] logits = forward(model, ids, Batch.LogitRows.ALL, capture.hooks());

      double hooks =
          Errors.relativeToRow(
              capture.rows(HookPoint.FINAL_NORM, layers), Golden.rows(golden, "final_norm", 0));
      for (int layer = 0; layer < layers; layer++) {
        hooks =
            Math.max(
                hooks,
                Errors.relativeToRow(
                    capture.rows(HookPoint.RESID_PRE, layer), Golden.rows(golden, "resid", layer)));
        hooks =
            Math.max(
                hooks,
                Errors.relativeToRow(
                    capture.rows(HookPoint.RESID_POST, layer),
                    Golden.rows(golden, "resid", layer + 1)));
      }
      float[][] expected = Golden.rows(golden, "logits", 0);
      double error = Errors.absolute(logits, expected);
      reporter.publishEntry(
          name + " on " + deviceName,
          "largest logit error %.2g, largest hook error %.2g of the row's norm"
              .formatted(error, hooks));
      assertThat(error).isLessThanOrEqualTo(LOGIT_TOLERANCE);
      assertThat(hooks).isLessThanOrEqualTo(HOOK_TOLERANCE);
      for (int row = 0; row < expected.length; row++) {
        assertSameOrder(logits[row], best(expected[row], 10), error);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"tiny-llama3-rope", "tiny-sharded"})
  void theConfigOfTransformers5GivesTheSameBits(String name) throws Exception {
    int[] ids = Golden.ids(Golden.json(name, "ids.json"));
    ModelConfig classic = ModelConfig.load(Golden.folder(name).resolve("config.json"));
    ModelConfig newer = ModelConfig.load(Golden.folder(name).resolve("config.transformers5.json"));
    assertThat(RopeFrequencies.inverseFrequencies(newer))
        .containsExactly(RopeFrequencies.inverseFrequencies(classic));
    assertThat(newer.rmsNormEps()).isEqualTo(classic.rmsNormEps());
    assertThat(newer.tieWordEmbeddings()).isEqualTo(classic.tieWordEmbeddings());
    assertThat(ids).hasSize(200);
  }

  @Test
  void smollm2GivesTheLogits(TestReporter reporter) {
    Path folder = TestModels.smollm2();
    try (Llama model = Llama.open(folder);
        SafetensorsFile golden =
            SafetensorsFile.open(Golden.folder("smollm2").resolve("logits.safetensors"))) {
      double largest = 0;
      for (JsonNode prompt : Golden.json("smollm2", "prompts.json")) {
        float[][] logits =
            forward(model, Golden.ids(prompt.get("ids")), Batch.LogitRows.ALL, Hooks.NONE);
        float[][] expected = Golden.rows(golden, prompt.get("name").textValue(), 0);
        float[][] last = {logits[logits.length - 1]};
        largest = Math.max(largest, Errors.absolute(last, expected));
        for (int row = 0; row < logits.length; row++) {
          assertSameOrder(logits[row], Golden.ids(prompt.get("top10").get(row)), LOGIT_TOLERANCE);
        }
      }
      reporter.publishEntry("smollm2", "largest logit error %.2g".formatted(largest));
      assertThat(largest).isLessThanOrEqualTo(LOGIT_TOLERANCE);
    }
  }

  @Test
  void smollm2GivesEveryHookPoint(TestReporter reporter) {
    Path folder = TestModels.smollm2();
    try (Llama model = Llama.open(folder);
        SafetensorsFile golden =
            SafetensorsFile.open(Golden.folder("smollm2").resolve("hidden.safetensors"))) {
      for (JsonNode text : Golden.json("smollm2", "hidden.json")) {
        String prefix = text.get("name").textValue() + ".";
        double largest = hookError(model, golden, prefix, Golden.ids(text.get("ids")));
        reporter.publishEntry(
            "smollm2 text " + prefix,
            "largest hook error %.2g of the row's norm".formatted(largest));
        assertThat(largest).isLessThanOrEqualTo(HOOK_TOLERANCE);
      }
    }
  }

  private static double hookError(Llama model, SafetensorsFile golden, String prefix, int[] ids) {
    int layers = model.config().layers();
    List<Integer> detailed = List.of(0, 15, 29);
    Capture capture = new Capture().at(HookPoint.FINAL_NORM, layers);
    for (int layer = 0; layer < layers; layer++) {
      capture.at(HookPoint.RESID_PRE, layer).at(HookPoint.RESID_POST, layer);
      if (detailed.contains(layer)) {
        capture.at(HookPoint.ATTN_OUT, layer).at(HookPoint.MLP_OUT, layer);
      }
    }
    forward(model, ids, Batch.LogitRows.NONE, capture.hooks());
    List<Double> errors = new ArrayList<>();
    errors.add(
        Errors.relativeToRow(
            capture.rows(HookPoint.FINAL_NORM, layers),
            Golden.rows(golden, prefix + "final_norm", 0)));
    for (int layer = 0; layer < layers; layer++) {
      float[][] before = capture.rows(HookPoint.RESID_PRE, layer);
      float[][] after = capture.rows(HookPoint.RESID_POST, layer);
      errors.add(Errors.relativeToRow(before, Golden.rows(golden, prefix + "resid", layer)));
      errors.add(Errors.relativeToRow(after, Golden.rows(golden, prefix + "resid", layer + 1)));
    }
    for (int layer : detailed) {
      float[][] attention = capture.rows(HookPoint.ATTN_OUT, layer);
      float[][] mlp = capture.rows(HookPoint.MLP_OUT, layer);
      errors.add(
          Errors.relativeToRow(attention, Golden.rows(golden, prefix + "attn_out." + layer, 0)));
      errors.add(Errors.relativeToRow(mlp, Golden.rows(golden, prefix + "mlp_out." + layer, 0)));
    }
    return errors.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  @Test
  void smollm2ContinuesGreedilyWithTheSameTokens(TestReporter reporter) {
    Path folder = TestModels.smollm2();
    try (Llama model = Llama.open(folder)) {
      for (JsonNode text : Golden.json("smollm2", "greedy.json")) {
        int[] expected = Golden.ids(text.get("ids"));
        boolean sure = text.get("min_gap").doubleValue() > SURE_GAP;
        int compared = sure ? expected.length : text.get("min_gap_step").intValue();
        int[] actual = greedy(model, Golden.ids(text.get("prompt_ids")), expected.length);
        reporter.publishEntry(
            text.get("prompt").textValue(),
            "%d of %d tokens compared".formatted(compared, expected.length));
        assertThat(IntStream.of(actual).limit(compared))
            .containsExactlyElementsOf(IntStream.of(expected).limit(compared).boxed().toList());
      }
    }
  }

  private static int[] greedy(Llama model, int[] prompt, int count) {
    int[] result = new int[count];
    try (Sequence sequence = model.newSequence()) {
      int[] next = prompt;
      for (int i = 0; i < count; i++) {
        try (Logits logits = model.forward(Batch.of(sequence, next), Hooks.NONE)) {
          result[i] = logits.argmax()[0];
        }
        next = new int[] {result[i]};
      }
    }
    return result;
  }

  private static float[][] forward(Llama model, int[] ids, Batch.LogitRows rows, Hooks hooks) {
    try (Sequence sequence = model.newSequence();
        Logits logits = model.forward(Batch.builder().add(sequence, ids, rows).build(), hooks)) {
      return IntStream.range(0, logits.rows()).mapToObj(logits::row).toArray(float[][]::new);
    }
  }

  /** The expected ranking holds wherever neighbours are further apart than the error. */
  private static void assertSameOrder(float[] logits, int[] expectedBest, double error) {
    int[] actualBest = best(logits, expectedBest.length);
    for (int i = 0; i < expectedBest.length; i++) {
      assertThat((double) logits[expectedBest[i]])
          .isCloseTo(logits[actualBest[i]], within(2 * error));
    }
  }

  private static int[] best(float[] logits, int count) {
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted((a, b) -> Float.compare(logits[b], logits[a]))
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
