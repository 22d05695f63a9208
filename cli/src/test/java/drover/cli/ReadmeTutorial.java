package drover.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The steps of the README's tutorial: files, which a line such as {@code `plan.json`:} announces,
 * and commands with what they print, in blocks of the language {@code console}.
 */
final class ReadmeTutorial {
  /** How the tutorial begins. */
  static final String COPYING_DATA =
      "mkdir tour && cd tour && cp ../demo-data/src/main/resources/drover/demo/data/*.json .";

  private static final String TITLE = "## The tutorial";
  private static final Pattern ANNOUNCED = Pattern.compile("`([\\w.-]+)`:");

  /** What a reader does. */
  sealed interface Step {}

  /** A file that the reader writes. */
  record TextFile(String name, String text) implements Step {}

  /**
   * A command that the reader gives.
   *
   * @param text on one line
   * @param shown what it prints
   * @param from the line of the README with the first of it
   * @param to the line behind the last of it
   */
  record Command(String text, List<String> shown, int from, int to) implements Step {}

  private final List<String> lines;
  private final List<Step> steps = new ArrayList<>();

  private ReadmeTutorial(List<String> lines) {
    this.lines = lines;
  }

  /** The steps of a README. */
  static List<Step> read(List<String> lines) {
    ReadmeTutorial tutorial = new ReadmeTutorial(lines);
    int line = lines.indexOf(TITLE) + 1;
    String announced = "";
    while (line < lines.size() && !lines.get(line).startsWith("## ")) {
      String text = lines.get(line);
      Matcher name = ANNOUNCED.matcher(text);
      if (!text.startsWith("```")) {
        announced = name.matches() ? name.group(1) : text.isEmpty() ? announced : "";
        line++;
        continue;
      }
      int end = tutorial.end(line);
      if (text.equals("```console")) {
        tutorial.commands(line + 1, end);
      } else if (!announced.isEmpty()) {
        String content = String.join("\n", lines.subList(line + 1, end)) + "\n";
        tutorial.steps.add(new TextFile(announced, content));
      }
      announced = "";
      line = end + 1;
    }
    return tutorial.steps;
  }

  private int end(int fence) {
    int line = fence + 1;
    while (!lines.get(line).equals("```")) {
      line++;
    }
    return line;
  }

  private void commands(int from, int to) {
    int line = from;
    while (line < to) {
      StringBuilder text = new StringBuilder(lines.get(line++).substring("$ ".length()));
      while (text.charAt(text.length() - 1) == '\\') {
        text.setLength(text.length() - 1);
        text.append(lines.get(line++).strip());
      }
      int output = line;
      while (line < to && !lines.get(line).startsWith("$ ")) {
        line++;
      }
      List<String> shown = lines.subList(output, line).stream().map(String::strip).toList();
      steps.add(new Command(text.toString(), withoutLastBlank(shown), output, line));
    }
  }

  /** A blank line may set the next command apart. */
  private static List<String> withoutLastBlank(List<String> shown) {
    return !shown.isEmpty() && shown.getLast().isEmpty()
        ? shown.subList(0, shown.size() - 1)
        : shown;
  }

  /** The README with what its commands print. */
  static List<String> showing(List<String> lines, Map<Command, List<String>> printed) {
    List<String> result = new ArrayList<>();
    int next = 0;
    for (Map.Entry<Command, List<String>> entry : printed.entrySet()) {
      Command command = entry.getKey();
      result.addAll(lines.subList(next, command.from()));
      result.addAll(entry.getValue());
      next = command.to();
      if (!lines.get(next).equals("```")) {
        result.add("");
      }
    }
    result.addAll(lines.subList(next, lines.size()));
    return result;
  }
}
