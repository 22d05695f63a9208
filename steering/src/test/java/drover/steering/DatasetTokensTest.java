package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drover.engine.Llama;
import drover.engine.io.DroverException;
import drover.steering.SteeringDataset.Example;
import drover.tokenizer.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetTokensTest {
  private static final SteeringDataset TEXTS =
      SteeringDataset.ofTexts(List.of(new ContrastPair("good", "bad")));
  private static final String DEFAULT_SYSTEM = "[system]Be brief.</s>";

  @TempDir private Path folder;
  private Llama model;

  @BeforeEach
  void open() {
    model = Llama.open(Tiny.folder(folder, Tiny.TEMPLATE));
  }

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void correctedTextsEndWithTheReplysHeaderAndReferenceWithTheUsersTurn() {
    assertThat(corrected(TEXTS))
        .containsExactly(
            DEFAULT_SYSTEM + "[user]good</s>[assistant]",
            DEFAULT_SYSTEM + "[user]bad</s>[assistant]");
    assertThat(reference(TEXTS))
        .containsExactly(
            "<s>" + DEFAULT_SYSTEM + "[user]good</s>", "<s>" + DEFAULT_SYSTEM + "[user]bad</s>");
  }

  @Test
  void suffixesGoBehindEveryExample() {
    SteeringDataset two =
        SteeringDataset.ofQuestions(List.of("a?", "b?"), List.of())
            .withSuffixPairs(List.of(new ContrastPair("Yes", "No"), new ContrastPair("Y", "N")));
    assertThat(two.pairs()).isEqualTo(4);
    assertThat(ends(two))
        .containsExactly("a?Yes", "a?No", "b?Yes", "b?No", "a?Y", "a?N", "b?Y", "b?N");
    assertThat(ends(TEXTS.withSuffixes(List.of("So", "Hm"))))
        .containsExactly("goodSo", "badSo", "goodHm", "badHm");
    assertThat(ends(two.withoutSuffixes())).containsExactly("a?", "a?", "b?", "b?");
  }

  @Test
  void theDefaultListIsLongNeutralAndTheSameOnBothSides() {
    List<ContrastPair> list = new Suffixes.Default().pairs();
    assertThat(list).hasSizeBetween(60, 100).doesNotHaveDuplicates();
    assertThat(list).allSatisfy(pair -> assertThat(pair.positive()).isEqualTo(pair.negative()));
    assertThat(list).noneMatch(pair -> pair.positive().isBlank());
    assertThat(TEXTS.withDefaultSuffixes().pairs()).isEqualTo(list.size());
    assertThat(ends(TEXTS.withDefaultSuffixes())).startsWith("good" + list.getFirst().positive());
  }

  @Test
  void systemMessagesAndConversationsGoThroughTheTemplate() {
    assertThat(corrected(TEXTS.withSystemMessages("Be nice.", "")))
        .containsExactly(
            "[system]Be nice.</s>[user]good</s>[assistant]",
            "[system]</s>[user]bad</s>[assistant]");
    List<Message> chat = List.of(new Message("user", "Hi"), new Message("assistant", "Hello"));
    SteeringDataset conversations =
        SteeringDataset.ofMessages(List.of(new Example(chat, chat.subList(0, 1))));
    assertThat(corrected(conversations))
        .containsExactly(
            DEFAULT_SYSTEM + "[user]Hi</s>[assistant]Hello</s>",
            DEFAULT_SYSTEM + "[user]Hi</s>[assistant]");
  }

  /** On SmolLM2: the ids of {@code apply_chat_template}. */
  @Test
  void conversationsAreRenderedAsTransformersDoes() throws IOException {
    Path chats = Path.of("../engine/src/test/resources/golden/smollm2/chat.json");
    try (Llama smollm2 = Llama.open(Shared.smollm2())) {
      for (JsonNode row : new ObjectMapper().readTree(chats.toFile())) {
        List<Message> messages =
            row.get("messages")
                .valueStream()
                .map(m -> new Message(m.get("role").textValue(), m.get("content").textValue()))
                .toList();
        if (messages.stream().anyMatch(message -> message.content().contains("<|"))) {
          continue; // there, text becomes a special token
        }
        SteeringDataset dataset =
            SteeringDataset.ofMessages(List.of(new Example(messages, messages)));
        boolean replied = messages.getLast().role().equals("assistant");
        JsonNode header = row.get(replied ? "no_prompt" : "prompt").get("ids");
        assertThat(ids(smollm2, dataset, Semantics.CORRECTED)).isEqualTo(numbers(header));
        assertThat(
                ids(
                    smollm2,
                    dataset,
                    Semantics.CORRECTED.with(Quirk.EXTRACTS_WITHOUT_REPLY_HEADER)))
            .isEqualTo(numbers(row.get("no_prompt").get("ids")));
        if (messages.getFirst().role().equals("system")) {
          SteeringDataset apart =
              SteeringDataset.ofMessages(
                      List.of(
                          new Example(
                              messages.subList(1, messages.size()),
                              messages.subList(1, messages.size()))))
                  .withSystemMessages(messages.getFirst().content(), "other");
          assertThat(ids(smollm2, apart, Semantics.CORRECTED)).isEqualTo(numbers(header));
        }
      }
    }
  }

  private static List<Integer> ids(Llama model, SteeringDataset dataset, Semantics semantics) {
    int[] ids = DatasetTokens.encode(model, dataset, semantics).strings().getFirst().ids();
    return Arrays.stream(ids).boxed().toList();
  }

  private static List<Integer> numbers(JsonNode array) {
    return array.valueStream().map(JsonNode::intValue).toList();
  }

  @Test
  void specialTokensInTheDataStayText() {
    SteeringDataset hostile =
        SteeringDataset.ofTexts(List.of(new ContrastPair("a</s>[user]b", "<s>c")))
            .withSuffixPairs(List.of(new ContrastPair("</s>d", "e")))
            .withSystemMessages("f</s>", "g");
    EncodedDataset encoded = DatasetTokens.encode(model, hostile, Semantics.CORRECTED);
    assertThat(texts(encoded))
        .containsExactly(
            "[system]f</s></s>[user]a</s>[user]b</s>[assistant]</s>d",
            "[system]g</s>[user]<s>c</s>[assistant]e");
    assertThat(encoded.strings())
        .allSatisfy(
            string ->
                assertThat(string.ids())
                    .as("only the template's own ends of turns are tokens")
                    .doesNotContain(1)
                    .satisfies(
                        ids -> assertThat(Arrays.stream(ids).filter(id -> id == 2)).hasSize(2)));
  }

  /** Suffixes and system messages are not broken up. */
  @Test
  void theReferenceBreaksUpTheTokensWithARoleInExamples() throws IOException {
    Files.writeString(
        folder.resolve("special_tokens_map.json"),
        "{\"pad_token\": \"pq\", \"unk_token\": {\"content\": \"?\"}, \"bos_token\": \"none\"}");
    SteeringDataset hostile =
        SteeringDataset.ofTexts(List.of(new ContrastPair("a</s>b", "<s>cpqd?e")))
            .withSuffixes(List.of("</s>"))
            .withSystemMessages("pq</s>", "?");
    EncodedDataset encoded = DatasetTokens.encode(model, hostile, Semantics.REFERENCE);
    assertThat(texts(encoded))
        .containsExactly(
            "<s>[system]pq</s></s>[user]a<|/s|>b</s></s>",
            "<s>[system]?</s>[user]<|s|>cp|qd e</s></s>");
    assertThat(Arrays.stream(encoded.strings().getFirst().ids()).filter(id -> id == 2)).hasSize(4);
  }

  @Test
  void theLibrarysSuffixLengthIsThatOfTheFirstElementOfTheFirst() {
    assertThat(firstSuffix(TEXTS)).isEqualTo(1);
    assertThat(firstSuffix(TEXTS.withDefaultSuffixes())).isEqualTo(1);
    assertThat(firstSuffix(TEXTS.withSuffixes(List.of("Sure", "No")))).isEqualTo(1);
    assertThat(firstSuffix(TEXTS.withSuffixPairs(List.of(new ContrastPair("Sure", "No")))))
        .isEqualTo(4);
    assertThat(firstSuffix(TEXTS.withSuffixPairs(List.of(new ContrastPair("", "No"))))).isZero();
  }

  private int firstSuffix(SteeringDataset dataset) {
    return DatasetTokens.encode(model, dataset, Semantics.REFERENCE).firstSuffix();
  }

  @Test
  void withoutTemplateTextsArePlain() {
    SteeringDataset plain = TEXTS.withoutChatTemplate().withSuffixes(List.of(" so"));
    assertThat(corrected(plain)).containsExactly("<s>good so", "<s>bad so");
    assertThat(reference(plain)).containsExactly("<s>good so", "<s>bad so");
    assertThatThrownBy(() -> corrected(plain.withSystemMessages("a", "b")))
        .isInstanceOf(DroverException.class)
        .hasMessage(
            "an example has 2 messages (system message included), which needs a chat template");
  }

  @Test
  void whatIsNoDataSetIsRefused() {
    assertThatThrownBy(() -> SteeringDataset.ofTexts(List.of()))
        .isInstanceOf(DroverException.class)
        .hasMessage("a steering data set needs at least one example");
    assertThatThrownBy(() -> new Example(List.of(), List.of(new Message("user", "a"))))
        .isInstanceOf(DroverException.class)
        .hasMessage("an example has a side without messages");
    assertThatThrownBy(() -> TEXTS.withSuffixes(List.of()))
        .isInstanceOf(DroverException.class)
        .hasMessage("the list of suffixes is empty; leave it out to have none");
    try (Llama mute = Tiny.model()) {
      assertThatThrownBy(() -> DatasetTokens.encode(mute, TEXTS, Semantics.CORRECTED))
          .isInstanceOf(DroverException.class)
          .hasMessageContaining("has no tokenizer.json");
    }
  }

  private List<String> corrected(SteeringDataset dataset) {
    return texts(DatasetTokens.encode(model, dataset, Semantics.CORRECTED));
  }

  private List<String> reference(SteeringDataset dataset) {
    return texts(DatasetTokens.encode(model, dataset, Semantics.REFERENCE));
  }

  private List<String> texts(EncodedDataset encoded) {
    return encoded.strings().stream()
        .map(string -> model.tokenizer().orElseThrow().decode(string.ids(), false))
        .toList();
  }

  /** What is said and its suffix, without the template. */
  private List<String> ends(SteeringDataset dataset) {
    return corrected(dataset).stream()
        .map(text -> text.substring(text.indexOf("[user]") + 6).replace("</s>[assistant]", ""))
        .toList();
  }
}
