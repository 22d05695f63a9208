package drover.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every tokenizer file at hand against HuggingFace's own library, on generated strings. */
class HuggingFaceDifferentialTest {

  private static final int STRINGS = 20_000;
  private static final List<String> OURS =
      List.of(
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
          "split-behaviours");

  /**
   * Added tokens that the normalizer changes: the version of HuggingFace's library that DJL carries
   * (0.21) decodes them to what was written in the file, the one that made the reference data
   * (0.23) to what the normalizer made of it, and so do we; only the ids are compared.
   */
  private static final String NORMALIZED_ADDED_TOKENS = "mixed-normalizers.json";

  @TempDir static Path folder;

  /** The native library is unpacked from its jar; nothing is to be looked for elsewhere. */
  @BeforeAll
  static void unpackInTheTemporaryFolder() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("ENGINE_CACHE_DIR", folder.resolve("djl").toString());
    System.setProperty("RUST_FLAVOR", "cpu");
  }

  @TestFactory
  Stream<DynamicTest> smallTokenizersAgreeOnEveryString() {
    return OURS.stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> compare(unpack(name), name.hashCode())));
  }

  @Test
  void smolLm2AgreesOnEveryString() throws IOException {
    compare(TestFiles.smolLm2().resolve("tokenizer.json"), 1);
  }

  @Test
  void llama3AgreesOnEveryString() throws IOException {
    compare(TestFiles.llama3Tokenizer(), 2);
  }

  @TestFactory
  Stream<DynamicTest> furtherTokenizersAgreeOnEveryString() throws IOException {
    Path further =
        TestFiles.fromEnvironment("DROVER_TOKENIZERS", "no folder of further tokenizer files");
    List<Path> files;
    try (Stream<Path> all = Files.walk(further)) {
      files = all.filter(file -> file.endsWith("tokenizer.json")).sorted().toList();
    }
    return files.stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    further.relativize(file).toString(), () -> compare(file, 3)));
  }

  private static Path unpack(String name) throws IOException {
    Path file = folder.resolve(name + ".json");
    Files.write(file, TestFiles.resource("/tokenizers/" + name + ".json"));
    return file;
  }

  private static void compare(Path file, long seed) throws IOException {
    Tokenizer ours = Tokenizer.load(file);
    boolean decodesDifferently = file.endsWith(NORMALIZED_ADDED_TOKENS);
    TextGenerator generator = new TextGenerator(seed);
    Random random = new Random(seed);
    List<Integer> seen = new ArrayList<>(List.of(0, 1, 2, 3));
    Map<String, String> options = Map.of("truncation", "false", "padding", "false");
    try (HuggingFaceTokenizer theirs = HuggingFaceTokenizer.newInstance(file, options)) {
      for (int i = 0; i < STRINGS; i++) {
        String text = generator.next();
        boolean special = i % 2 == 0;
        int[] ids = ours.encode(text, special, true);
        Encoding encoding = theirs.encode(Unicode.wellFormed(text), special, false);
        assertThat(ids)
            .as("%s: ids of %s", file.getFileName(), escape(text))
            .isEqualTo(Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray());
        Arrays.stream(ids).limit(3).forEach(seen::add);
        if (!decodesDifferently) {
          compareTexts(ours, theirs, ids, special, escape(text));
          compareTexts(ours, theirs, shuffled(seen, random), special, "shuffled ids");
        }
      }
    }
  }

  private static int[] shuffled(List<Integer> seen, Random random) {
    return random.ints(random.nextInt(8), 0, seen.size()).map(seen::get).toArray();
  }

  private static void compareTexts(
      Tokenizer ours, HuggingFaceTokenizer theirs, int[] ids, boolean skip, String what) {
    long[] wide = Arrays.stream(ids).asLongStream().toArray();
    String expected = theirs.decode(wide, skip);
    assertThat(ours.decode(ids, skip))
        .as("text of %s %s", what, Arrays.toString(ids))
        .isEqualTo(expected);
    StreamingDecoder stream = ours.streamingDecoder(skip);
    StringBuilder streamed = new StringBuilder();
    for (int id : ids) {
      String part = stream.add(id);
      assertThat(Unicode.wellFormed(part)).as("whole characters").isEqualTo(part);
      streamed.append(part);
    }
    assertThat(streamed.append(stream.finish()).toString()).isEqualTo(expected);
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    text.chars()
        .forEach(c -> escaped.append(c > 31 && c < 127 ? "" + (char) c : "\\u%04x".formatted(c)));
    return escaped.toString();
  }
}
