package drover.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {

  private static Tokenizer tokenizer(String name) {
    return Tokenizer.parse(TestFiles.resource("/tokenizers/" + name + ".json"), name);
  }

  @Test
  void textOfAUserNeverBecomesASpecialToken() {
    Tokenizer tokenizer = tokenizer("llama3-style");
    int end = tokenizer.idOf("<|end|>").orElseThrow();
    assertThat(tokenizer.encode("a<|end|>b", false, true)).contains(end);
    int[] asText = tokenizer.encode("a<|end|>b", false, false);
    assertThat(asText).doesNotContain(end);
    for (int id : asText) {
      assertThat(tokenizer.isSpecial(id)).isFalse();
    }
    assertThat(tokenizer.decode(asText, true)).isEqualTo("a<|end|>b");
  }

  @Test
  void addedTokensThatAreNotSpecialAreAlwaysFound() {
    Tokenizer tokenizer = tokenizer("qwen-style");
    int tool = tokenizer.idOf("<tool>").orElseThrow();
    assertThat(tokenizer.isSpecial(tool)).isFalse();
    assertThat(tokenizer.encode("<tool>", false, false)).containsExactly(tool);
    assertThat(tokenizer.encode("<|im_start|>", false, false)).hasSizeGreaterThan(1);
  }

  @Test
  void specialTokensAreAddedWhenAsked() {
    Tokenizer tokenizer = tokenizer("llama3-style");
    int begin = tokenizer.idOf("<|begin|>").orElseThrow();
    assertThat(tokenizer.encode("", true, false)).containsExactly(begin);
    assertThat(tokenizer.encode("", false, false)).isEmpty();
    assertThat(tokenizer.decode(new int[] {begin}, true)).isEmpty();
    assertThat(tokenizer.decode(new int[] {begin}, false)).isEqualTo("<|begin|>");
  }

  @Test
  void bytesThatTheVocabularyLacksAreCountedAndLoggedOnce() {
    Tokenizer tokenizer = tokenizer("smollm-style");
    List<String> logged = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord logRecord) {
            logged.add(logRecord.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(Tokenizer.class.getName());
    logger.addHandler(handler);
    try {
      assertThat(tokenizer.encode("sheep", false, false)).isNotEmpty();
      assertThat(tokenizer.droppedBytes()).isZero();
      assertThat(tokenizer.encode("\u0001\u0002", false, false)).isEmpty();
      assertThat(tokenizer.encode("\u0001", false, false)).isEmpty();
      assertThat(tokenizer.droppedBytes()).isEqualTo(3);
      assertThat(logged).hasSize(1);
    } finally {
      logger.removeHandler(handler);
    }
  }

  @Test
  void aLoneSurrogateCountsAsTheReplacementCharacter() {
    Tokenizer tokenizer = tokenizer("gpt2-style");
    for (String broken : List.of("a\ud83d", "\ude00b", "a\ud83d\ud83d\ude00", "\ude00\ud83d")) {
      int[] expected = tokenizer.encode(Unicode.wellFormed(broken), false, false);
      assertThat(tokenizer.encode(broken, false, false)).isEqualTo(expected);
    }
    assertThat(Unicode.wellFormed("a\ud83d\ud83d\ude00\udc00")).isEqualTo("a\ufffd😀\ufffd");
  }

  @Test
  void anAddedTokenThatIsNormalizedDecodesToItsNormalForm() {
    Tokenizer tokenizer = tokenizer("mixed-normalizers");
    int fair = tokenizer.idOf("Fair").orElseThrow();
    assertThat(tokenizer.encode("a FAIR", false, false)).contains(fair);
    assertThat(tokenizer.decode(new int[] {fair}, false)).isEqualTo("fair");
    assertThat(tokenizer.tokenOf(fair)).isEqualTo("Fair");
  }

  @Test
  void tokensAreFoundByTextAndById() {
    Tokenizer tokenizer = tokenizer("gpt2-style");
    assertThat(tokenizer.idOf("no such token")).isEmpty();
    for (int id = 0; id < tokenizer.vocabSize(); id++) {
      assertThat(tokenizer.idOf(tokenizer.tokenOf(id))).hasValue(id);
    }
    assertThatThrownBy(() -> tokenizer.tokenOf(tokenizer.vocabSize()))
        .isInstanceOf(TokenizerException.class)
        .hasMessage("gpt2-style: no token has the id 800");
  }

  @Test
  void streamingHoldsBackWhatIsNotYetACharacter() {
    Tokenizer tokenizer = tokenizer("llama3-style");
    int[] ids = tokenizer.encode("\ud83e\udd91", false, false);
    assertThat(ids).hasSizeGreaterThan(1);
    StreamingDecoder decoder = tokenizer.streamingDecoder(false);
    for (int i = 0; i < ids.length - 1; i++) {
      assertThat(decoder.add(ids[i])).isEmpty();
    }
    assertThat(decoder.add(ids[ids.length - 1])).isEqualTo("\ud83e\udd91");
    assertThat(decoder.add(ids[0])).isEmpty();
    assertThat(decoder.finish()).isEqualTo("\ufffd");
  }

  @Test
  void aTokenizerReadsFromAStream() {
    byte[] json = TestFiles.resource("/tokenizers/gpt2-style.json");
    assertThat(Tokenizer.parse(new ByteArrayInputStream(json), "stream").vocabSize())
        .isEqualTo(800);
  }

  @Test
  void manyThreadsGetTheSameIds() throws InterruptedException, ExecutionException {
    Tokenizer tokenizer = tokenizer("llama3-style");
    TextGenerator generator = new TextGenerator(11);
    List<String> texts = Stream.generate(generator::next).limit(500).toList();
    List<int[]> expected =
        texts.stream().map(text -> tokenizer("llama3-style").encode(text, true, true)).toList();
    Callable<List<int[]>> work =
        () -> texts.stream().map(text -> tokenizer.encode(text, true, true)).toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<List<int[]>> result : threads.invokeAll(List.of(work, work, work, work))) {
        assertThat(result.get()).usingRecursiveComparison().isEqualTo(expected);
      }
    }
  }

  /** Far below what quadratic work would need. */
  @ParameterizedTest
  @Timeout(60)
  @ValueSource(
      strings = {
        "llama3-style",
        "gpt2-style",
        "qwen-style",
        "smollm-style",
        "o200k-style",
        "several-splits",
        "llama2-style",
        "metaspace",
        "mixed-normalizers",
        "word-suffix",
        "split-behaviours"
      })
  void longTextsOfAnyKindAreEncodedInLinearTime(String name) {
    Tokenizer tokenizer = tokenizer(name);
    List<String> units =
        List.of(
            "a",
            "sheep",
            " ",
            "\n",
            "\t ",
            "0",
            "A",
            "!",
            "😀",
            "中",
            "e\u0301",
            "\u0301\u0316",
            "'s",
            " a",
            "<|",
            "<|end|>",
            "\u00a0",
            "▁",
            "aB",
            "\r\n x");
    for (String unit : units) {
      String text = unit.repeat(200_000 / unit.length());
      assertThat(tokenizer.decode(tokenizer.encode(text, false, false), false)).isNotNull();
    }
  }
}
