package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import drover.cli.Cli.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizeCommandTest {
  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void makeModel() {
    model = Folders.tinyWithTokenizer(folder.resolve("model"), "");
  }

  @Test
  void eachLineGivesItsIdsAndWhatTheyDecodeTo() {
    assertThat(tokenize("\"Hi\"\n\n \"\\u0048\" \n\"\"").out())
        .isEqualTo(
            """
            {"ids":[1,43,76],"text":"<s>Hi"}
            {"ids":[1,43],"text":"<s>H"}
            {"ids":[1],"text":"<s>"}
            """);
  }

  @Test
  void specialTokensAreLeftOutOrParsedWhenAsked() {
    String line = "\"</s>H\"\n";
    assertThat(tokenize(line).out()).contains("[1,31,18,86,33,43]");
    assertThat(tokenize(line, "--no-special").out()).contains("[31,18,86,33,43]");
    assertThat(tokenize(line, "--parse-special").out()).contains("[1,2,43]");
    assertThat(tokenize(line, "--no-special", "--parse-special").out())
        .isEqualTo("{\"ids\":[2,43],\"text\":\"</s>H\"}\n");
  }

  @Test
  void linesBeforeABadOneAreAnswered() {
    Result result = tokenize("\"H\"\n5\n");
    assertThat(result.out()).isEqualTo("{\"ids\":[1,43],\"text\":\"<s>H\"}\n");
    assertThat(result.err())
        .isEqualTo(
            "drover tokenize: standard input line 2 must hold one JSON string and nothing else\n");
    assertThat(result.status()).isEqualTo(2);
  }

  @Test
  void badInputIsRefusedInOneSentence() {
    for (String line : List.of("Hi", "\"Hi", "\"H\" \"i\"", "[\"Hi\"]", "\"\\x\"")) {
      Result result = tokenize(line);
      assertThat(result.err())
          .startsWith("drover tokenize: standard input line 1 ")
          .hasLineCount(1);
      assertThat(result.status()).isEqualTo(2);
    }
    Result result = Cli.run("tokenize", "--model", Folders.TINY);
    assertThat(result.err()).endsWith("has no tokenizer.json\n").hasLineCount(1);
    assertThat(result.status()).isEqualTo(2);
  }

  private Result tokenize(String in, Object... options) {
    List<Object> args = new ArrayList<>(List.of("tokenize", "--model", model));
    args.addAll(List.of(options));
    return Cli.runWith(in, Map.of(), args.toArray());
  }
}
