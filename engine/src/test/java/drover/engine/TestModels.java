package drover.engine;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Models that tests need and that are too large for the repository. */
public final class TestModels {
  private TestModels() {}

  /** The folder of SmolLM2-135M-Instruct; the test is skipped, with a line, where there is none. */
  public static Path smollm2() {
    String folder = System.getenv("DROVER_SMOLLM2");
    assumeTrue(
        folder != null && Files.isDirectory(Path.of(folder)),
        "skipped: needs SmolLM2-135M-Instruct (set DROVER_SMOLLM2 to its folder)");
    return Path.of(folder);
  }
}
