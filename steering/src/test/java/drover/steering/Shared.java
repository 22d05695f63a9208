package drover.steering;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What tests need and the repository does not hold: the 135M model, and reference data that quote
 * the Python library's tutorial. Where it is missing, tests are skipped with a line.
 */
final class Shared {
  private Shared() {}

  /** The folder of SmolLM2-135M-Instruct. */
  static Path smollm2() {
    String folder = System.getenv("DROVER_SMOLLM2");
    assumeTrue(
        folder != null && Files.isDirectory(Path.of(folder)),
        "skipped: needs SmolLM2-135M-Instruct (set DROVER_SMOLLM2 to its folder)");
    return Path.of(folder);
  }

  /** A file of the folder with the tutorial's data. */
  static Path file(String name) {
    String folder = System.getenv("DROVER_SHARED");
    assumeTrue(
        folder != null && Files.exists(Path.of(folder, name)),
        "skipped: needs " + name + " of the tutorial's data (set DROVER_SHARED to its folder)");
    return Path.of(folder, name);
  }

  /** A JSON file of it. */
  static JsonNode json(String name) {
    try {
      return new ObjectMapper().readTree(file(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
