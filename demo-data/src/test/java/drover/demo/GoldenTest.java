package drover.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drover.engine.Batch;
import drover.engine.Generation;
import drover.engine.GenerationSettings;
import drover.engine.Generator;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Logits;
import drover.engine.PromptEncoder;
import drover.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The small model gives here what HuggingFace transformers gives: scripts/make_golden.py. */
class GoldenTest {
  private static final double TOLERANCE = 2e-4;

  private final Llama model = Llama.open(DemoData.model());
  private final JsonNode golden = golden();

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void theTokenizerGivesTheSameIds() {
    Tokenizer tokenizer = model.tokenizer().orElseThrow();
    assertThat(golden.get("strings")).isNotEmpty();
    for (JsonNode string : golden.get("strings")) {
      String text = string.get("text").textValue();
      assertThat(tokenizer.encode(text, false, true)).as(text).isEqualTo(ids(string.get("ids")));
    }
  }

  @Test
  void theChatTemplateGivesTheSameIds() {
    PromptEncoder encoder = PromptEncoder.of(model);
    for (JsonNode prompt : golden.get("prompts")) {
      String text = prompt.get("prompt").textValue();
      assertThat(encoder.prompt(text, Optional.empty())).as(text).isEqualTo(ids(prompt.get("ids")));
    }
  }

  @Test
  void theLogitsAreTheSame() {
    double largest = 0;
    for (JsonNode prompt : golden.get("prompts")) {
      float[] logits = logits(ids(prompt.get("ids")));
      JsonNode expected = prompt.get("logits");
      assertThat(logits).hasSize(expected.size());
      for (int i = 0; i < logits.length; i++) {
        largest = Math.max(largest, Math.abs(logits[i] - expected.get(i).doubleValue()));
      }
    }
    assertThat(largest).as("largest difference of a logit").isPositive().isLessThan(TOLERANCE);
  }

  @Test
  void theGreedyAnswersAreTheSame() {
    Generator generator = new Generator(model, Hooks.NONE, GenerationSettings.greedy(48));
    for (JsonNode prompt : golden.get("prompts")) {
      Generation answer = generator.generate(ids(prompt.get("ids")));
      assertThat(answer.ids()).isEqualTo(ids(prompt.get("greedy_ids")));
      assertThat(answer.text()).isEqualTo(prompt.get("greedy_text").textValue());
    }
  }

  private float[] logits(int[] ids) {
    try (Logits logits = model.forward(Batch.of(model.newSequence(), ids), Hooks.NONE)) {
      return logits.row(logits.rows() - 1);
    }
  }

  private static int[] ids(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
  }

  private static JsonNode golden() {
    try (InputStream in = GoldenTest.class.getResourceAsStream("/golden.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
