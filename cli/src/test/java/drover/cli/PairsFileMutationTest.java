package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import drover.engine.io.DroverException;
import drover.steering.ContrastPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Damaged data files are read or refused in one sentence that begins with the file. */
class PairsFileMutationTest {
  private static final int COUNT = 10_000;
  private static final String VALID =
      "{\"train\": [{\"harmful\": \"a b\", \"harmless\": \"c\"},"
          + " {\"harmful\": \"\\u00e9\", \"harmless\": \"d\\n\"}],"
          + " \"test\": [{\"harmful\": \"x\", \"harmless\": \"y\"}]}";
  private static final List<String> PIECES =
      List.of("{", "}", "[", "]", "\"", ",", ":", "null", "1e999", "\\", "\\ud800", "\u0000", "[[");

  @Test
  void damagedDataFilesAreRefusedInOneSentence(@TempDir Path folder, TestReporter reporter)
      throws IOException {
    Path file = folder.resolve("pairs.json");
    Random random = new Random(17);
    int read = 0;
    for (int i = 0; i < COUNT; i++) {
      Files.write(file, mutant(random));
      read += readOrRefused(file) ? 1 : 0;
    }
    reporter.publishEntry("mutants read", Integer.toString(read));
    assertThat(read).isBetween(1, COUNT / 2);
  }

  private static boolean readOrRefused(Path file) {
    try {
      List<ContrastPair> pairs =
          PairsFile.open(file).pairs("harmful", "harmless", Optional.empty(), new PairsFile.Choice(10, false));
      assertThat(pairs).isNotEmpty();
      return true;
    } catch (DroverException e) {
      assertThat(e.getMessage()).startsWith(file.toString()).doesNotContain("\n");
      assertThat(e.getMessage().length()).isLessThan(600);
      return false;
    }
  }

  private static byte[] mutant(Random random) {
    byte[] bytes = VALID.getBytes(StandardCharsets.UTF_8);
    for (int edits = 1 + random.nextInt(3); edits > 0 && bytes.length > 1; edits--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes = Arrays.copyOf(bytes, at);
        case 2 -> bytes = joined(bytes, at, PIECES.get(random.nextInt(PIECES.size())), at);
        default -> bytes = joined(bytes, at, "", Math.min(bytes.length, at + random.nextInt(9)));
      }
    }
    return bytes;
  }

  /** The bytes up to one place, a piece, and the bytes from another place on. */
  private static byte[] joined(byte[] bytes, int to, String piece, int from) {
    byte[] middle = piece.getBytes(StandardCharsets.UTF_8);
    byte[] result = new byte[to + middle.length + bytes.length - from];
    System.arraycopy(bytes, 0, result, 0, to);
    System.arraycopy(middle, 0, result, to, middle.length);
    System.arraycopy(bytes, from, result, to + middle.length, bytes.length - from);
    return result;
  }
}
