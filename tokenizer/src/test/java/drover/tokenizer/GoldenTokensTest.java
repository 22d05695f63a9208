package drover.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Token ids and texts from HuggingFace transformers. */
class GoldenTokensTest {

  @Test
  void smolLm2GivesTheReferenceIdsAndTexts() {
    Tokenizer tokenizer = Tokenizer.load(TestFiles.smolLm2().resolve("tokenizer.json"));
    List<Json> rows = TestFiles.jsonList("/golden/smollm2/tokens.json");
    assertThat(rows).hasSize(230);
    for (Json row : rows) {
      int[] ids = TestFiles.ints(row.get("ids"));
      checkIds(tokenizer, row);
      assertThat(tokenizer.decode(ids, false)).isEqualTo(row.get("decoded").string());
      assertThat(tokenizer.decode(ids, true)).isEqualTo(row.get("decoded_skip_special").string());
    }
  }

  @Test
  void llama3GivesTheReferenceIdsAndTexts() {
    Tokenizer tokenizer = Tokenizer.load(TestFiles.llama3Tokenizer());
    List<Json> rows = TestFiles.jsonList("/golden/llama3-tokenizer/tokens.json");
    assertThat(rows).hasSize(230);
    for (Json row : rows) {
      checkIds(tokenizer, row);
      assertThat(tokenizer.decode(TestFiles.ints(row.get("ids")), false))
          .isEqualTo(row.get("decoded").string());
    }
  }

  private static void checkIds(Tokenizer tokenizer, Json row) {
    String text = row.get("text").string();
    assertThat(tokenizer.encode(text, false, true))
        .as("ids of %s", Json.show(text))
        .isEqualTo(TestFiles.ints(row.get("ids")));
    assertThat(tokenizer.encode(text, true, true))
        .as("ids with special tokens of %s", Json.show(text))
        .isEqualTo(TestFiles.ints(row.get("ids_special")));
  }
}
