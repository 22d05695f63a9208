package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import drover.steering.SteeringVector;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Ctrl-C, in a process of its own. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ExtractInterruptedTest {
  private static final int PAIRS = 3_000;
  private static final int SIGINT = 2;
  private static final int BY_SIGINT = 128 + SIGINT;

  private record Run(int status, List<String> err) {}

  @TempDir private Path folder;
  private Path model;
  private Path out;

  @BeforeEach
  void makeFiles() throws IOException {
    model = Folders.tinyWithTokenizer(folder.resolve("model"), "");
    out = Files.writeString(folder.resolve("v.svec"), "as before");
  }

  @Test
  void theVectorOfTheCompletePairsIsKeptBeside() throws Exception {
    assumeFalse(isInterruptIgnored(), "skipped: an interrupt (processes from here ignore SIGINT)");
    Run run = interrupt(pairs(PAIRS));
    Matcher kept =
        Pattern.compile("interrupted: (.*) is of the (\\d+) of 3000 pairs that were complete; .*")
            .matcher(run.err().getLast());
    assertThat(kept.matches()).as("%s", run.err()).isTrue();
    assertThat(kept.group(1)).isEqualTo(folder.resolve("v.partial.svec").toString());
    assertThat(Integer.parseInt(kept.group(2))).isBetween(2, PAIRS - 1);
    assertThat(SteeringVector.load(folder.resolve("v.partial.svec")).directions()).hasSize(3);
    assertThat(out).content().isEqualTo("as before");
    assertThat(run.status()).isEqualTo(BY_SIGINT);
  }

  /** What a shell without job control starts in the background ignores it, and so do children. */
  private static boolean isInterruptIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return false;
    }
    String ignored =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .map(line -> line.substring("SigIgn:".length()).strip())
            .findFirst()
            .orElse("0");
    return (Long.parseUnsignedLong(ignored, 16) >> (SIGINT - 1) & 1) != 0;
  }

  /** Interrupted before it begins, within this process. */
  @Test
  void whereNoTwoPairsAreCompleteNothingIsKept() throws IOException {
    StringWriter err = new StringWriter();
    Io io =
        new Io(
            InputStream.nullInputStream(),
            new PrintWriter(Writer.nullWriter()),
            new PrintWriter(err),
            () -> false,
            () -> false,
            _ -> null);
    ExtractCommand command =
        new ExtractCommand(
            io,
            notice -> {
              Interruption interruption = new Interruption(notice);
              interruption.request();
              return interruption;
            });
    List<String> words = words(pairs(3));
    new CommandLine(command).execute(words.toArray(String[]::new));
    assertThat(err)
        .hasToString(
            "interrupted: nothing is kept, %s is as it was: stopped when 0 of 3 pairs were complete, but a vector needs at least 2%n"
                .formatted(out));
    assertThat(folder.resolve("v.partial.svec")).doesNotExist();
    assertThat(out).content().isEqualTo("as before");
  }

  private List<String> words(Path pairs) {
    return Stream.of(
            "--device=scalar",
            "--threads=1",
            "--positive=en",
            "--negative=de",
            "--model",
            model,
            "--pairs",
            pairs,
            "--out",
            out)
        .map(Object::toString)
        .toList();
  }

  /** Starts an extraction and interrupts it once it tells of a thousand tokens or more. */
  private Run interrupt(Path pairs) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "extract"));
    command.addAll(words(pairs));
    Process process = new ProcessBuilder(command).start();
    List<String> err = new ArrayList<>();
    try (BufferedReader reader = process.errorReader(StandardCharsets.UTF_8)) {
      String line = reader.readLine();
      while (line != null) {
        err.add(line);
        if (line.matches("tokens: \\d{4,} of .*")) {
          new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        }
        line = reader.readLine();
      }
    } finally {
      process.destroyForcibly();
    }
    return new Run(process.waitFor(), err);
  }

  private Path pairs(int count) throws IOException {
    Random random = new Random(1);
    String rows =
        IntStream.range(0, count)
            .mapToObj(_ -> "{\"en\": \"" + text(random) + "\", \"de\": \"" + text(random) + "\"}")
            .collect(Collectors.joining(",\n", "[", "]"));
    return Files.writeString(folder.resolve("pairs.json"), rows);
  }

  private static String text(Random random) {
    return random
        .ints(40, 'a', 'z' + 1)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }
}
