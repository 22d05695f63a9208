package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drover.cli.Cli.Result;
import drover.engine.Generation;
import drover.engine.GenerationSettings;
import drover.engine.Generator;
import drover.engine.Hooks;
import drover.engine.Llama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEMPLATE =
      "{% for m in messages %}<s>{{ m.role[0] }}:{{ m.content }}</s>{% endfor %}"
          + "{% if add_generation_prompt %}<s>a:{% endif %}";

  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void makeModel() {
    model = Folders.tinyWithTokenizer(folder.resolve("model"), TEMPLATE);
  }

  @Test
  void jsonLinesHaveExactlyTheKeysThatScriptsRelyOn() throws IOException {
    Result result = generate("--prompt", "Hi", "--max-new-tokens", 4, "--json");
    Generation expected = expected(4, 1, 88, 29, 43, 76, 2, 1, 68, 29);
    assertThat(result.out())
        .isEqualTo(
            "{\"prompt\":\"Hi\",\"prompt_ids\":[1,88,29,43,76,2,1,68,29],\"ids\":%s,\"text\":%s,"
                    .formatted(
                        Arrays.toString(expected.ids()).replace(" ", ""),
                        JSON.writeValueAsString(expected.text()))
                + "\"finish\":\"%s\",\"conditions\":[],\"behaviors\":[]}\n"
                    .formatted(expected.finish().name().toLowerCase(Locale.ROOT)));
    assertThat(result.status()).isZero();
    assertThat(result.err()).isEmpty();
  }

  @Test
  void aSinglePromptPrintsItsTextAlone() {
    Generation expected = expected(20, 1, 88, 29, 43, 76, 2, 1, 68, 29);
    assertThat(generate("--prompt", "Hi", "--max-new-tokens", 20))
        .isEqualTo(new Result(0, expected.text() + "\n", ""));
  }

  @Test
  void manyPromptsPrintInOrderWhateverTheBatch() throws IOException {
    Path prompts = file("one\ntwo, longer\nthree\nfour\nfive\n");
    String together = generate("--prompts", prompts, "--max-new-tokens", 9).out();
    assertThat(together.lines().filter(line -> line.matches("\\[\\d] .*")))
        .containsExactly("[1] one", "[2] two, longer", "[3] three", "[4] four", "[5] five");
    for (int batch : List.of(1, 2, 3)) {
      assertThat(generate("--prompts", prompts, "--max-new-tokens", 9, "--batch", batch).out())
          .isEqualTo(together);
    }
  }

  @Test
  void everyKindOfPromptFileIsRead() throws IOException {
    List<Path> files =
        List.of(
            file("Hi\nHo\n"),
            file("[\"Hi\", \"Ho\"]"),
            file(
                "{\"prompt\": \"Hi\"}\n\n{\"messages\": [{\"role\":\"user\",\"content\":\"Ho\"}]}"),
            file("{\"ids\":[1,88,29,43,76,2,1,68,29]}\n{\"ids\":[1,88,29,43,82,2,1,68,29]}\n"));
    for (Path file : files) {
      List<JsonNode> lines = json(generate("--prompts", file, "--max-new-tokens", 2, "--json"));
      assertThat(lines).hasSize(2);
      assertThat(lines.get(0).get("prompt_ids").toString()).isEqualTo("[1,88,29,43,76,2,1,68,29]");
      assertThat(lines.get(1).get("prompt_ids").toString()).isEqualTo("[1,88,29,43,82,2,1,68,29]");
    }
  }

  @Test
  void aSystemMessageComesBeforeThePrompt() {
    JsonNode line =
        json(generate("--prompt", "Hi", "--system", "S", "--max-new-tokens", 1, "--json"))
            .getFirst();
    assertThat(line.get("prompt_ids").toString())
        .isEqualTo("[1,86,29,54,2,1,88,29,43,76,2,1,68,29]");
  }

  @Test
  void rawPromptsAreTakenWithoutTemplateOrSpecialTokens() {
    JsonNode line =
        json(generate("--prompt", "Hi</s>", "--raw", "--max-new-tokens", 1, "--json")).getFirst();
    assertThat(line.get("prompt_ids").toString()).isEqualTo("[43,76,31,18,86,33]");
  }

  @Test
  void aUsersTextNeverBecomesASpecialToken() {
    JsonNode line = json(generate("--prompt", "</s>", "--max-new-tokens", 1, "--json")).getFirst();
    assertThat(line.get("prompt_ids").toString()).isEqualTo("[1,88,29,31,18,86,33,2,1,68,29]");
  }

  @Test
  void withoutAChatTemplatePromptsAreContinuedAndANoticeSaysSo() {
    Path base = Folders.tinyWithTokenizer(folder.resolve("base"), "");
    Result result =
        Cli.run("generate", "--model", base, "--prompt", "Hi", "--max-new-tokens", 1, "--json");
    assertThat(json(result).getFirst().get("prompt_ids").toString()).isEqualTo("[1,43,76]");
    assertThat(result.err()).contains("no chat template").hasLineCount(1);
  }

  @Test
  void aModelWithoutATokenizerTakesIds() throws IOException {
    Path prompts = file("{\"ids\": [5, 6, 7]}\n");
    Result result =
        Cli.run(
            "generate",
            "--model",
            Folders.TINY,
            "--prompts",
            prompts,
            "--max-new-tokens",
            3,
            "--json");
    JsonNode line = json(result).getFirst();
    assertThat(line.get("ids").toString())
        .isEqualTo(Arrays.toString(expected(3, 5, 6, 7).ids()).replace(" ", ""));
    assertThat(line.get("prompt").textValue()).isEmpty();
    assertThat(line.get("text").textValue()).isEmpty();
  }

  @Test
  void theSameSeedGivesTheSameTextAndAnotherSeedAnother() {
    String first = sampled(1);
    assertThat(sampled(1)).isEqualTo(first);
    assertThat(sampled(2)).isNotEqualTo(first);
  }

  private String sampled(int seed) {
    return generate("--prompt", "Hi", "--temperature", 2, "--seed", seed, "--json").out();
  }

  @Test
  void everyDeviceRuns() {
    String auto = generate("--prompt", "Hi", "--max-new-tokens", 5).out();
    assertThat(generate("--prompt", "Hi", "--max-new-tokens", 5, "--device", "scalar").out())
        .isEqualTo(auto);
    assertThat(generate("--prompt", "Hi", "--max-new-tokens", 5, "--threads", 1).out())
        .isEqualTo(auto);
  }

  @Test
  void badOptionsAreRefusedInOneSentence() throws IOException {
    refused("there is nothing to prompt with: give --prompt TEXT or --prompts FILE");
    refused("--prompt and --prompts exclude each other", "--prompt", "x", "--prompts", "y");
    refused("--prompt: the prompt is empty", "--prompt", "");
    refused("--batch is 0, but must be at least 1", "--prompt", "x", "--batch", 0);
    refused("max-new-tokens is 0, but must be at least 1", "--prompt=x", "--max-new-tokens=0");
    refused("temperature is -1, but must be from 0 to 10000", "--prompt=x", "--temperature=-1");
    refused("'nope' is not an int", "--prompt=x", "--top-k=nope");
    refused("There is no device 'nope' here", "--prompt=x", "--device=nope");
    refused("at least 1 thread, not 0", "--prompt=x", "--threads=0");
    refused("--system and --raw exclude each other", "--prompt=x", "--raw", "--system=y");
    Path missing = folder.resolve("missing");
    refused(missing + " cannot be read: there is no such file or folder", "--prompts", missing);
    refused(folder + " is a folder", "--prompts", folder);
    Path tooLong = file("x".repeat(600) + "\n");
    refused(
        tooLong + " line 1: the prompt has 607 tokens, but the model's context is 512",
        "--prompts",
        tooLong);
    Path ids = file("{\"ids\": [5]}\n{\"ids\": [256]}\n");
    refused(
        ids + " line 2: token id 256 is outside the model's vocabulary of 256", "--prompts", ids);
    Path system = file("{\"messages\": [{\"role\": \"system\", \"content\": \"x\"}]}");
    refused("has a system message, and so has --system", "--prompts", system, "--system", "y");
    refused(
        "messages need the chat template, which --raw leaves out", "--prompts", system, "--raw");
  }

  @Test
  void badModelsAreRefusedInOneSentence() throws IOException {
    Path file = file("x");
    for (List<?> model :
        List.of(
            List.of("model folder /no/such does not exist", "--model", "/no/such"),
            List.of("is a file, but a folder", "--model", file),
            List.of("has no config.json", "--model", folder),
            List.of("has no tokenizer.json: it takes token ids", "--model", Folders.TINY))) {
      List<Object> args = new ArrayList<>(List.of("generate", "--prompt", "x"));
      args.addAll(model.subList(1, model.size()));
      Result result = Cli.run(args.toArray());
      assertThat(result.err()).startsWith("drover generate: ").contains((String) model.getFirst());
      assertThat(result.err()).hasLineCount(1);
      assertThat(result.status()).isEqualTo(2);
      assertThat(result.out()).isEmpty();
    }
  }

  private void refused(String sentence, Object... args) {
    Result result = generate(args);
    assertThat(result.err()).startsWith("drover generate: ").contains(sentence).hasLineCount(1);
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
  }

  private Result generate(Object... args) {
    List<Object> all = new ArrayList<>(List.of("generate", "--model", model));
    all.addAll(List.of(args));
    return Cli.run(all.toArray());
  }

  private Generation expected(int tokens, int... prompt) {
    try (Llama llama = Llama.open(model)) {
      return new Generator(llama, Hooks.NONE, GenerationSettings.greedy(tokens)).generate(prompt);
    }
  }

  private Path file(String content) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "prompts", ""), content);
  }

  private static List<JsonNode> json(Result result) {
    return result
        .out()
        .lines()
        .map(
            line -> {
              try {
                return JSON.readTree(line);
              } catch (IOException e) {
                throw new AssertionError(result.toString(), e);
              }
            })
        .toList();
  }
}
