package drover.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a tokenizer.json holds, it loads or is refused with one sentence, soon. */
class BrokenFilesTest {

  private static final List<String> TEXTS =
      List.of(
          "",
          "a drover walks, doesn't he?\n\n 3456  ",
          "é😀 中文 \u0301<|end|></s>\t\t",
          "x".repeat(500));
  private static final List<String> SNIPPETS =
      List.of(
          "99999999999999999999",
          "-1",
          "4294967295",
          "2147483647",
          "1e400",
          "null",
          "true",
          "\"\"",
          "[]",
          "{}",
          "[[[[[[[[",
          "{\"type\":\"Sequence\"}",
          "\"\\ud800\"",
          "\"type\":\"BPE\",",
          ",",
          "\"Regex\":\"(a*)*b\"",
          "(?:(?:a+)+)+$",
          "\"Unigram\"",
          "\"WordPiece\"",
          "\u0000",
          "\\u0000",
          "\"ids\":[9]",
          "\"content\":\"a\"",
          "1.5",
          "\"add_prefix_space\":1",
          "{\"String\":\"\"}");

  private static final Logger LOG = Logger.getLogger(Tokenizer.class.getName());

  @BeforeAll
  static void silenceWarnings() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void restoreWarnings() {
    LOG.setLevel(null);
  }

  @ParameterizedTest
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
  void mutatedFilesLoadOrAreRefusedInOneSentence(String name) {
    byte[] valid = TestFiles.resource("/tokenizers/" + name + ".json");
    Random random = new Random(name.hashCode());
    int refused = 0;
    for (int i = 0; i < 1000; i++) {
      refused += loadsOrIsRefused(mutate(valid, random)) ? 0 : 1;
    }
    assertThat(refused).isBetween(100, 1000);
  }

  @Test
  void mutatedRealFileLoadsOrIsRefusedInOneSentence() throws IOException {
    byte[] valid = Files.readAllBytes(TestFiles.smolLm2().resolve("tokenizer.json"));
    Random random = new Random(5);
    for (int i = 0; i < 40; i++) {
      loadsOrIsRefused(mutate(valid, random));
    }
  }

  /** Mostly hits the part before the vocabulary, where a change means more. */
  private static byte[] mutate(byte[] valid, Random random) {
    byte[] bytes = valid.clone();
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times; i++) {
      int range = random.nextInt(4) == 0 ? bytes.length : Math.min(bytes.length, 3000);
      int at = random.nextInt(Math.max(1, range));
      int length = Math.min(random.nextInt(1 + random.nextInt(60)), bytes.length - at);
      bytes =
          switch (random.nextInt(7)) {
            case 0 -> flip(bytes, at, random);
            case 1 -> Arrays.copyOf(bytes, at);
            case 2 -> splice(bytes, at, length, new byte[0]);
            case 3 -> splice(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + length));
            case 4 ->
                splice(bytes, at, 0, SNIPPETS.get(random.nextInt(SNIPPETS.size())).getBytes(UTF_8));
            case 5 -> replaceValue(bytes, at, random);
            default -> replaceDigit(bytes, at, random);
          };
      if (bytes.length == 0) {
        return bytes;
      }
    }
    return bytes;
  }

  private static byte[] flip(byte[] bytes, int at, Random random) {
    bytes[at] ^= (byte) (1 << random.nextInt(8));
    return bytes;
  }

  private static byte[] splice(byte[] bytes, int at, int removed, byte[] inserted) {
    byte[] spliced = new byte[bytes.length - removed + inserted.length];
    System.arraycopy(bytes, 0, spliced, 0, at);
    System.arraycopy(inserted, 0, spliced, at, inserted.length);
    System.arraycopy(
        bytes, at + removed, spliced, at + inserted.length, bytes.length - at - removed);
    return spliced;
  }

  /** Puts something else behind the next colon, up to the comma after it. */
  private static byte[] replaceValue(byte[] bytes, int at, Random random) {
    int colon = at;
    while (colon < bytes.length && bytes[colon] != ':') {
      colon++;
    }
    int end = colon;
    while (end < bytes.length && bytes[end] != ',' && bytes[end] != '}') {
      end++;
    }
    if (colon == bytes.length) {
      return bytes;
    }
    byte[] value = SNIPPETS.get(random.nextInt(SNIPPETS.size())).getBytes(UTF_8);
    return splice(bytes, colon + 1, end - colon - 1, value);
  }

  private static byte[] replaceDigit(byte[] bytes, int at, Random random) {
    for (int i = at; i < bytes.length; i++) {
      if (bytes[i] >= '0' && bytes[i] <= '9') {
        return splice(bytes, i, 1, SNIPPETS.get(random.nextInt(5)).getBytes(UTF_8));
      }
    }
    return bytes;
  }

  private static boolean loadsOrIsRefused(byte[] json) {
    long start = System.nanoTime();
    boolean loaded = false;
    try {
      Tokenizer tokenizer = Tokenizer.parse(json, "mutated");
      loaded = true;
      for (String text : TEXTS) {
        int[] ids = tokenizer.encode(text, true, true);
        tokenizer.decode(ids, false);
      }
      tokenizer.vocabSize();
    } catch (TokenizerException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContain("\n").hasSizeLessThan(1000);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    return loaded;
  }

  private static String file(String model, String rest) {
    return "{\"version\":\"1.0\"," + rest + "\"model\":" + model + "}";
  }

  private static final String MODEL =
      "{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1,\"ab\":2},\"merges\":[\"a b\"]}";

  @Test
  void theSmallestFileLoads() {
    Tokenizer tokenizer = Tokenizer.parse(file(MODEL, "").getBytes(UTF_8), "small");
    assertThat(tokenizer.encode("abba", true, true)).containsExactly(2, 1, 0);
    assertThat(tokenizer.vocabSize()).isEqualTo(3);
  }

  @Test
  void mergesMayComeBeforeTheVocabulary() {
    String model =
        "{\"merges\":[[\"a\",\"b\"]],\"vocab\":{\"a\":0,\"b\":1,\"ab\":2},\"type\":\"BPE\"}";
    assertThat(Tokenizer.parse(file(model, "").getBytes(UTF_8), "small").encode("ab", true, true))
        .containsExactly(2);
  }

  @Test
  void enormousIdsTakeNoMemory() {
    String model =
        "{\"type\":\"BPE\",\"vocab\":{\"a\":2147483647,\"b\":1,\"ab\":2000000000},\"merges\":[\"a"
            + " b\"]}";
    Tokenizer tokenizer = Tokenizer.parse(file(model, "").getBytes(UTF_8), "sparse");
    assertThat(tokenizer.encode("aba", true, true))
        .containsExactly(2_000_000_000, Integer.MAX_VALUE);
    assertThat(tokenizer.decode(new int[] {Integer.MAX_VALUE, 1, 5, -1}, true)).isEqualTo("a b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | f: model: expected a vocab (an object) and merges (an array), as a BPE model has",
        "{\"type\":\"Unigram\",\"vocab\":[[\"a\",0]]} | f: model.type: the model \"Unigram\" is not"
            + " supported (supported: BPE)",
        "{\"vocab\":{\"a\":-1},\"merges\":[]} | f: model.vocab: the id of \"a\" is not a whole"
            + " number from 0 to 2147483647",
        "{\"vocab\":{\"a\":0,\"a\":1},\"merges\":[]} | f: model.vocab: the token \"a\" is there"
            + " twice",
        "{\"vocab\":{\"a\":0,\"b\":0},\"merges\":[]} | f: model.vocab: two tokens have the id 0",
        "{\"vocab\":{\"a\":0},\"merges\":[\"a b\"]} | f: model.merges: merge 0 needs the token"
            + " \"b\", which the vocabulary lacks",
        "{\"vocab\":{\"a\":0},\"merges\":[\"aa\"]} | f: model.merges: merge 0 has no space between"
            + " its two tokens",
        "{\"vocab\":{},\"merges\":[],\"dropout\":0.1} | f: model.dropout: dropout is not supported,"
            + " because encoding would be random",
      })
  void wrongModelsAreRefusedByName(String model, String message) {
    assertThatThrownBy(() -> Tokenizer.parse(file(model, "").getBytes(UTF_8), "f"))
        .isInstanceOf(TokenizerException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"normalizer\":{\"type\":\"Precompiled\"} | f: normalizer: the normalizer \"Precompiled\"",
        "\"pre_tokenizer\":{\"type\":\"Bert\"} | f: pre_tokenizer: the pre-tokenizer \"Bert\" is"
            + " not",
        "\"decoder\":{\"type\":\"CTC\"} | f: decoder: the decoder \"CTC\" is not supported",
        "\"post_processor\":{\"type\":\"X\"} | f: post_processor: the post-processor \"X\" is not",
        "\"version\":\"2.0\" | f: version: found \"2.0\", expected \"1.0\"",
        "\"normalizer\":7 | f: normalizer: found 7, expected an object",
        "\"version\":\"1.0\" | f: the key \"version\" is there twice",
      })
  void otherPartsAreRefusedByName(String part, String message) {
    String json =
        "{"
            + part
            + (part.equals("\"version\":\"1.0\"") ? "," + part : "")
            + ",\"model\":"
            + MODEL
            + "}";
    assertThatThrownBy(() -> Tokenizer.parse(json.getBytes(UTF_8), "f"))
        .isInstanceOf(TokenizerException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void deepNestingIsRefused() {
    String json = file(MODEL, "\"normalizer\":" + "[".repeat(100_000) + ",");
    assertThatThrownBy(() -> Tokenizer.parse(json.getBytes(UTF_8), "f"))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("nesting depth");
  }

  @Test
  void anExplodingPatternIsRefusedWhenItExplodes() {
    String split =
        "\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(?:a+)+b\"},"
            + "\"behavior\":\"Isolated\",\"invert\":false},";
    Tokenizer tokenizer = Tokenizer.parse(file(MODEL, split).getBytes(UTF_8), "f");
    assertThat(tokenizer.encode("aab", true, true)).containsExactly(0, 2);
    assertThatThrownBy(() -> tokenizer.encode("a".repeat(60) + "c", true, true))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("steps");
  }

  @Test
  void filesThatAreNotThereAreNamed(@TempDir Path folder) {
    Path missing = folder.resolve("tokenizer.json");
    assertThatThrownBy(() -> Tokenizer.load(missing))
        .isInstanceOf(TokenizerException.class)
        .hasMessage(missing + ": cannot be read: there is no such file");
    assertThatThrownBy(() -> Tokenizer.load(folder)).isInstanceOf(TokenizerException.class);
  }
}
