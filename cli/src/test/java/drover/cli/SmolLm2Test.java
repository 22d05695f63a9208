package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drover.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a real model, against what HuggingFace gives. */
class SmolLm2Test {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where the best two logits are closer, another order of summation may choose otherwise. */
  private static final double TELLING_GAP = 1e-2;

  @TempDir private Path folder;

  @Test
  void greedyTextsAreHuggingFaces() throws IOException {
    Path model = Folders.smolLm2();
    JsonNode golden = JSON.readTree(Folders.golden().resolve("greedy.json").toFile());
    StringBuilder prompts = new StringBuilder();
    for (JsonNode text : golden) {
      prompts.append("{\"prompt\": ").append(text.get("prompt")).append("}\n");
    }
    Path file = Files.writeString(folder.resolve("prompts.jsonl"), prompts);
    Result result =
        Cli.run("generate", "--model", model, "--prompts", file, "--max-new-tokens", 64, "--json");
    List<String> lines = result.out().lines().toList();
    assertThat(lines).as(result.err()).hasSameSizeAs(golden);
    for (int i = 0; i < lines.size(); i++) {
      JsonNode line = JSON.readTree(lines.get(i));
      assertThat(line.get("prompt_ids")).isEqualTo(golden.get(i).get("prompt_ids"));
      if (golden.get(i).get("min_gap").doubleValue() > TELLING_GAP) {
        assertThat(line.get("ids")).isEqualTo(golden.get(i).get("ids"));
        assertThat(golden.get(i).get("text").textValue())
            .isIn(line.get("text").textValue(), line.get("text").textValue() + "<|im_end|>");
      }
    }
  }

  @Test
  void conversationsHaveHuggingFacesIds() throws IOException {
    Path model = Folders.smolLm2();
    JsonNode golden = JSON.readTree(Folders.golden().resolve("chat.json").toFile());
    StringBuilder prompts = new StringBuilder();
    for (JsonNode chat : golden) {
      prompts.append("{\"messages\": ").append(chat.get("messages")).append("}\n");
    }
    Path file = Files.writeString(folder.resolve("prompts.jsonl"), prompts);
    List<String> lines =
        Cli.run("generate", "--model", model, "--prompts", file, "--max-new-tokens", 1, "--json")
            .out()
            .lines()
            .toList();
    assertThat(lines).hasSameSizeAs(golden);
    for (int i = 0; i < lines.size(); i++) {
      JsonNode line = JSON.readTree(lines.get(i));
      JsonNode expected = golden.get(i).get("prompt");
      assertThat(line.get("prompt")).isEqualTo(expected.get("text"));
      // HuggingFace lets a user's text spell out special tokens; Drover does not.
      if (!golden.get(i).get("messages").toString().contains("<|")) {
        assertThat(line.get("prompt_ids")).isEqualTo(expected.get("ids"));
      }
    }
  }

  @Test
  void aConversationGoesOnAsIfComputedFromItsStart() throws IOException {
    Path model = Folders.smolLm2();
    String first = "What is the capital of France?";
    List<String> answers =
        Cli.runWith(
                first + "\nAnd of Italy?\n",
                Map.of(),
                "chat",
                "--model",
                model,
                "--max-new-tokens",
                24)
            .out()
            .lines()
            .toList();
    assertThat(answers.getFirst()).isEqualTo("The capital of France is Paris.");
    Path file =
        Files.writeString(
            folder.resolve("prompts.jsonl"),
            JSON.writeValueAsString(
                Map.of(
                    "messages",
                    List.of(
                        Map.of("role", "user", "content", first),
                        Map.of("role", "assistant", "content", answers.getFirst()),
                        Map.of("role", "user", "content", "And of Italy?")))));
    Result whole =
        Cli.run("generate", "--model", model, "--prompts", file, "--max-new-tokens", 24, "--json");
    assertThat(JSON.readTree(whole.out()).get("text").textValue()).isEqualTo(answers.get(1));
  }
}
