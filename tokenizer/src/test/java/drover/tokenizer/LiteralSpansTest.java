package drover.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Special tokens count in a template's own text and not in what a user put into it. */
class LiteralSpansTest {
  private static final String NO_NORMALIZER = "null";
  private static final String LLAMA_2_NORMALIZER =
      """
      {"type": "Sequence", "normalizers": [
        {"type": "Prepend", "prepend": "_"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "_"}]}\
      """;

  @Test
  void aSpecialTokenWithinASpanIsText() {
    Tokenizer tokenizer = tokenizer(NO_NORMALIZER, false);
    assertThat(tokens(tokenizer, "<s>a<s>b<s>", new Span(3, 8)))
        .containsExactly("<s>", "a", "<", "s", ">", "b", "<s>");
  }

  @Test
  void aSpecialTokenAcrossTheEdgeOfASpanIsText() {
    Tokenizer tokenizer = tokenizer(NO_NORMALIZER, false);
    assertThat(tokens(tokenizer, "<s>a<s>", new Span(3, 5)))
        .containsExactly("<s>", "a", "<", "s", ">");
  }

  @Test
  void nothingIsSplitAtTheEdgesOfASpan() {
    Tokenizer tokenizer = tokenizer(NO_NORMALIZER, false);
    assertThat(tokens(tokenizer, "<s>ab<s>", new Span(4, 5))).containsExactly("<s>", "ab", "<s>");
  }

  @Test
  void normalizedSpecialTokensAreHeldToTheSpansToo() {
    Tokenizer tokenizer = tokenizer(LLAMA_2_NORMALIZER, true);
    assertThat(tokens(tokenizer, "a <s> b <s>a", new Span(2, 7)))
        .containsExactly("_", "a", "_", "<", "s", ">", "_", "b", "<s>", "a");
  }

  private static List<String> tokens(Tokenizer tokenizer, String text, Span literal) {
    int[] ids = tokenizer.encode(text, false, List.of(literal));
    return Arrays.stream(ids).mapToObj(tokenizer::tokenOf).toList();
  }

  private static Tokenizer tokenizer(String normalizer, boolean normalized) {
    String json =
        """
        {"normalizer": %s, "pre_tokenizer": null, "post_processor": null, "decoder": null,
         "model": {"type": "BPE", "vocab": {"<": 0, "s": 1, ">": 2, "a": 3, "b": 4, "_": 5, "ab": 6},
                   "merges": ["a b"]},
         "added_tokens": [{"id": 7, "content": "<s>", "special": true, "normalized": %s}]}
        """
            .formatted(normalizer, normalized);
    return Tokenizer.parse(json.getBytes(StandardCharsets.UTF_8), "test");
  }
}
