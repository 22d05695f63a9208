package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import drover.cli.Cli.Result;
import drover.engine.GenerationSettings;
import drover.engine.Generator;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.PromptEncoder;
import drover.steering.Provenance;
import drover.steering.SteeringVector;
import drover.tokenizer.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatCommandTest {
  private static final String TEMPLATE =
      "{% for m in messages %}<s>{{ m.role[0] }}:{{ m.content }}</s>{% endfor %}"
          + "{% if add_generation_prompt %}<s>a:{% endif %}";
  private static final int TOKENS = 12;

  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void makeModel() {
    model = Folders.tinyWithTokenizer(folder.resolve("model"), TEMPLATE);
  }

  @Test
  void everyLineIsAnsweredWithTheWholeConversationInMind() {
    List<Message> messages = new ArrayList<>();
    String first = answer(messages, "Hi");
    String second = answer(messages, "And?");
    assertThat(chat("Hi\n\nAnd?\n")).isEqualTo(new Result(0, first + "\n" + second + "\n", ""));
  }

  @Test
  void resetStartsAgain() {
    String answer = answer(new ArrayList<>(), "Hi");
    assertThat(chat("Hi\n/reset\nHi\n").out()).isEqualTo((answer + "\n").repeat(2));
  }

  @Test
  void theSystemMessageStaysUntilItIsChanged() {
    String withSystem = answer(new ArrayList<>(List.of(new Message("system", "Be x"))), "Hi");
    String without = answer(new ArrayList<>(), "Hi");
    assertThat(chat("Hi\n/reset\nHi\n/system\nHi\n/system Be x\nHi\n", "--system", "Be x").out())
        .isEqualTo("%1$s\n%1$s\n%2$s\n%1$s\n".formatted(withSystem, without));
  }

  @Test
  void commandsAreToldFromMessages() {
    assertThat(chat("/help\n").err()).contains("/system TEXT", "/reset", "/exit");
    assertThat(chat("/nope\n").err()).contains("There is no command /nope").hasLineCount(1);
    assertThat(chat("/exit\nHi\n")).isEqualTo(new Result(0, "", ""));
    assertThat(chat("/etc/hosts\n").out())
        .isEqualTo(answer(new ArrayList<>(), "/etc/hosts") + "\n");
  }

  @Test
  void aPlanSteersTheAnswersBehindItUntilItIsTakenAway() throws IOException {
    float[] direction = new float[64];
    direction[5] = 1;
    new SteeringVector(
            new TreeMap<>(Map.of(1, direction)),
            new TreeMap<>(Map.of(1, 0.5)),
            Provenance.ofModelType("llama"))
        .save(folder.resolve("v.svec"));
    Path plan =
        Files.writeString(
            folder.resolve("plan.json"),
            "{\"behaviors\": [{\"vector\": \"v.svec\", \"layers\": [1], \"strength\": 50}]}");
    String base = answer(new ArrayList<>(), "Hi");
    Result steered = chat("/steer " + plan + "\nHi\n/reset\n/unsteer\nHi\n");
    List<String> answers = steered.out().lines().toList();
    assertThat(answers).hasSize(2);
    assertThat(answers.get(0)).isNotEqualTo(base);
    assertThat(answers.get(1)).isEqualTo(base);
    assertThat(steered.err())
        .contains("B1 applies (no condition): add at layers 1, strength 50.0", "Nothing steers.");
    assertThat(chat("/strength 0\n/why\nHi\n", "--steer", plan))
        .satisfies(
            result -> {
              assertThat(result.out()).isEqualTo(base + "\n");
              assertThat(result.err()).contains("strength 0.0");
            });
    assertThat(chat("/strength 3\n/steer nowhere.json\n/steer\n").err())
        .contains("nothing steers", "nowhere.json")
        .doesNotContain("\tat ");
  }

  @Test
  void aMessageThatFillsTheContextIsRefusedInOneSentence() {
    Result result = chat("x".repeat(600) + "\n");
    assertThat(result.err())
        .isEqualTo(
            "drover chat: the prompt of 607 tokens leaves no room in the model's context of 512\n");
    assertThat(result.status()).isEqualTo(2);
  }

  @Test
  void aModelWithoutAChatTemplateIsRefused() {
    Path base = Folders.tinyWithTokenizer(folder.resolve("base"), "");
    Result result = Cli.runWith("Hi\n", Map.of(), "chat", "--model", base);
    assertThat(result.err()).contains("has no chat template").hasLineCount(1);
    assertThat(result.status()).isEqualTo(2);
  }

  /** Says something, computed from the start, and adds it and the answer to the messages. */
  private String answer(List<Message> messages, String text) {
    messages.add(new Message("user", text));
    try (Llama llama = Llama.open(model)) {
      String answer =
          new Generator(llama, Hooks.NONE, GenerationSettings.greedy(TOKENS))
              .generate(PromptEncoder.of(llama).chat(messages, true))
              .text();
      messages.add(new Message("assistant", answer));
      return answer;
    }
  }

  private Result chat(String in, Object... options) {
    List<Object> args =
        new ArrayList<>(List.of("chat", "--model", model, "--max-new-tokens", TOKENS));
    args.addAll(List.of(options));
    return Cli.runWith(in, Map.of(), args.toArray());
  }
}
