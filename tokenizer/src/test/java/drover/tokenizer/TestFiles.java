package drover.tokenizer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** Finds the tokenizer files and the reference data of the tests. */
final class TestFiles {

  private TestFiles() {}

  static byte[] resource(String name) {
    try (InputStream in = TestFiles.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Json> jsonList(String resource) {
    return Json.parse(resource(resource), resource).list();
  }

  static int[] ints(Json json) {
    return json.list().stream().mapToInt(Json::natural).toArray();
  }

  /** A path from the environment; the test is skipped in one line where it is not set. */
  static Path fromEnvironment(String variable, String what) {
    String value = System.getenv(variable);
    boolean set = value != null && !value.isEmpty();
    if (!set) {
      System.out.println("skipped: " + what + " (set " + variable + ")");
    }
    assumeTrue(set, "skipped: " + what + " (set " + variable + ")");
    return Path.of(value);
  }

  static Path smolLm2() {
    return fromEnvironment("DROVER_SMOLLM2", "the SmolLM2-135M-Instruct folder is not at hand");
  }

  static Path llama3Tokenizer() {
    return fromEnvironment(
        "DROVER_LLAMA3_TOKENIZER", "the tokenizer.json of Llama 3.1 is not at hand");
  }
}
