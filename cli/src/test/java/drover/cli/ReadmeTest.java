package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import drover.cli.ReadmeTutorial.Command;
import drover.cli.ReadmeTutorial.TextFile;
import drover.demo.DemoData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the README's tutorial: writes the files that it shows, runs its commands in their order, and
 * compares what they print with what it shows. With {@code -Ddrover.readme=write} it shows in the
 * README what they print instead.
 */
class ReadmeTest {
  private static final Path README = Path.of("../README.md");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
  private static final Pattern FILE = Pattern.compile("[\\w-]+\\.(json|txt|safetensors|gguf|png)");
  private static final Pattern DECIMAL = Pattern.compile("-?\\d+\\.\\d+(e-?\\d+)?");

  /** The vector width of the machine decides the last bits of every number. */
  private static final double TOLERANCE = 0.02;

  @TempDir private Path folder;

  @Test
  void theTutorialsCommandsPrintWhatItShows() throws IOException {
    List<String> lines = Files.readAllLines(README);
    Map<Command, List<String>> printed = new LinkedHashMap<>();
    for (ReadmeTutorial.Step step : ReadmeTutorial.read(lines)) {
      switch (step) {
        case TextFile(String name, String text) -> Files.writeString(folder.resolve(name), text);
        case Command command -> printed.put(command, run(command));
      }
    }
    assertThat(printed).hasSizeGreaterThan(8);
    if ("write".equals(System.getProperty("drover.readme"))) {
      Files.write(README, ReadmeTutorial.showing(lines, printed));
      return;
    }
    printed.forEach(ReadmeTest::compare);
  }

  /** What a command prints, and the last line that it says on stderr. */
  private List<String> run(Command command) throws IOException {
    if (command.text().equals(ReadmeTutorial.COPYING_DATA)) {
      copyData();
      return List.of();
    }
    assertThat(command.text()).startsWith("../drover ");
    Object[] words =
        WORD.matcher(command.text())
            .results()
            .skip(1)
            .map(word -> word.group(1) != null ? word.group(1) : inFolder(word))
            .toArray();
    Cli.Result result = Cli.run(words);
    assertThat(result.status()).as("%s: %s", command.text(), result.err()).isZero();
    String notices =
        result.err().lines().filter(line -> !line.startsWith("tokens: ")).reduce("", this::append);
    return (notices + result.out())
        .replace(folder + "/", "")
        .lines()
        .map(String::stripTrailing)
        .toList();
  }

  private String append(String text, String line) {
    return text + line + "\n";
  }

  private String inFolder(MatchResult word) {
    String text = word.group(2);
    return FILE.matcher(text).matches() ? folder.resolve(text).toString() : text;
  }

  private void copyData() throws IOException {
    try (Stream<Path> files = Files.list(DemoData.data())) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  private static void compare(Command command, List<String> printed) {
    List<String> shown = command.shown();
    assertThat(printed.stream().map(ReadmeTest::withoutDecimals))
        .as(command.text())
        .containsExactlyElementsOf(shown.stream().map(ReadmeTest::withoutDecimals).toList());
    List<Double> expected = decimals(shown);
    List<Double> found = decimals(printed);
    for (int i = 0; i < expected.size(); i++) {
      double scale = Math.max(1, Math.abs(expected.get(i)));
      assertThat(Math.abs(found.get(i) - expected.get(i)))
          .as("%s: number %d of %s", command.text(), i, printed)
          .isLessThanOrEqualTo(TOLERANCE * scale);
    }
  }

  private static String withoutDecimals(String line) {
    return DECIMAL.matcher(line).replaceAll("#");
  }

  private static List<Double> decimals(List<String> lines) {
    List<Double> numbers = new ArrayList<>();
    for (String line : lines) {
      Matcher number = DECIMAL.matcher(line);
      while (number.find()) {
        numbers.add(Double.valueOf(number.group()));
      }
    }
    return numbers;
  }
}
