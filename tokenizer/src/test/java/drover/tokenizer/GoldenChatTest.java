package drover.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Chat texts and their ids from HuggingFace transformers. */
class GoldenChatTest {

  @Test
  void smolLm2WritesTheReferenceConversations() {
    Path folder = TestFiles.smolLm2();
    ChatTemplate template = ChatTemplate.load(folder).orElseThrow();
    Tokenizer tokenizer = Tokenizer.load(folder.resolve("tokenizer.json"));
    List<Json> rows = TestFiles.jsonList("/golden/smollm2/chat.json");
    assertThat(rows).isNotEmpty();
    for (Json row : rows) {
      List<Message> messages =
          row.get("messages").list().stream()
              .map(m -> new Message(m.get("role").string(), m.get("content").string()))
              .toList();
      check(template.render(messages, true), tokenizer, row.get("prompt"));
      check(template.render(messages, false), tokenizer, row.get("no_prompt"));
    }
  }

  private static void check(String text, Tokenizer tokenizer, Json expected) {
    assertThat(text).isEqualTo(expected.get("text").string());
    assertThat(tokenizer.encode(text, false, true)).isEqualTo(TestFiles.ints(expected.get("ids")));
  }
}
