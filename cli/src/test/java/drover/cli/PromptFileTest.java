package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.io.DroverException;
import drover.tokenizer.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptFileTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("prompts");
  }

  @Test
  void textHasAPromptALine() throws IOException {
    assertThat(texts("a b\r\n \u2028c\n\n\n")).containsExactly("a b", " \u2028c");
    assertThat(texts("\uFEFFa")).containsExactly("a");
  }

  @Test
  void textMayLookALittleLikeJson() throws IOException {
    assertThat(texts("[INST] a\n{name}")).containsExactly("[INST] a", "{name}");
    assertThat(texts("{name} is\n[\"a\"]")).containsExactly("{name} is", "[\"a\"]");
  }

  @Test
  void aJsonArrayHoldsStrings() throws IOException {
    assertThat(texts(" [\n\"a\\nb\",\n\"[c\"]\n")).containsExactly("a\nb", "[c");
  }

  @Test
  void jsonLinesHoldPromptsMessagesOrIds() throws IOException {
    List<Prompt> prompts =
        read(
            """
            {"prompt": "a", "other": 1}
            {"messages": [{"role": "system", "content": "b"}, {"role": "user", "content": "c"}]}

            {"ids": [7, 8]}
            """);
    assertThat(prompts.get(0)).isEqualTo(new Prompt.Text(file + " line 1", "a"));
    assertThat(prompts.get(1))
        .isEqualTo(
            new Prompt.Conversation(
                file + " line 2", List.of(new Message("system", "b"), new Message("user", "c"))));
    assertThat(((Prompt.Ids) prompts.get(2)).ids()).containsExactly(7, 8);
    assertThat(prompts.get(2).origin()).isEqualTo(file + " line 4");
  }

  @Test
  void refusalsNameFileAndLine() throws IOException {
    refused("", " holds no prompts");
    refused("\n\n", " holds no prompts");
    refused("[]", " holds no prompts");
    refused("a\n\nb", " line 2: the prompt is empty");
    refused("[\"a\",\n1]", " line 2: the array holds '1', expected strings");
    refused("[\"a\"]\n\"b\"", " line 2: something follows the array of prompts");
    refused("{\"prompt\": \"\"}", " line 1: the prompt is empty");
    refused("{\"prompt\": 5}", " line 1: prompt is '5', expected a string");
    refused("{\"prompt\": \"a\"}\n5", " line 2: '5' was found, expected an object a line");
    refused(
        "{\"a\": 5}",
        " line 1: the object has none of the keys, expected one of prompt, messages, ids");
    refused(
        "{\"prompt\": \"a\", \"ids\": [1]}",
        " line 1: the object has prompt and ids, expected one of prompt, messages, ids");
    refused("{\"ids\": []}", " line 1: the prompt is empty: ids has no elements");
    refused("{\"ids\": [1.5]}", " line 1: ids has '1.5', expected token ids");
    refused("{\"ids\": [99999999999]}", " line 1: ids has '99999999999', expected token ids");
    refused("{\"ids\": 5}", " line 1: ids is '5', expected an array of token ids");
    refused("{\"messages\": []}", " line 1: the prompt is empty: messages has no elements");
    refused(
        "{\"messages\": [{\"role\": \"root\", \"content\": \"a\"}]}",
        " line 1: role is 'root', expected system, user, assistant or tool");
    refused("{\"messages\": [\"a\"]}", " line 1: role is nothing, expected a string");
    refused(
        "{\"messages\": [{\"role\": \"user\"}]}", " line 1: content is nothing, expected a string");
  }

  @Test
  void brokenJsonIsRefusedWithItsPlace() throws IOException {
    assertThatThrownBy(() -> read("{\"prompt\": \"a\"}\n{\"prompt\": "))
        .isInstanceOf(DroverException.class)
        .hasMessageStartingWith(file + " is not valid JSON: ")
        .hasMessageContaining("line 2");
    assertThatThrownBy(() -> read("{\"prompt\": \"a\", \"prompt\": \"b\"}"))
        .isInstanceOf(DroverException.class)
        .hasMessageContaining("Duplicate");
    assertThatThrownBy(() -> read("[".repeat(10_000)))
        .isInstanceOf(DroverException.class)
        .hasMessageContaining("not valid JSON");
  }

  @Test
  void whatIsNotUtf8IsRefusedWithItsLine() throws IOException {
    Files.write(file, "a\nb\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> PromptFile.read(file))
        .isInstanceOf(DroverException.class)
        .hasMessage(file + " line 2 is not valid UTF-8");
  }

  private void refused(String content, String behindTheName) throws IOException {
    Files.writeString(file, content);
    assertThatThrownBy(() -> PromptFile.read(file))
        .isInstanceOf(DroverException.class)
        .hasMessage(file + behindTheName);
  }

  private List<String> texts(String content) throws IOException {
    return read(content).stream().map(prompt -> ((Prompt.Text) prompt).text()).toList();
  }

  private List<Prompt> read(String content) throws IOException {
    Files.writeString(file, content);
    return PromptFile.read(file);
  }
}
