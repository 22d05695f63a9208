package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import drover.cli.Cli.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

class MainTest {
  @Test
  void versionGoesToStdout() {
    Result result = Cli.run("--version");
    assertThat(result.status()).isZero();
    assertThat(result.out()).matches("drover \\d+\\.\\d+\\.\\d+\\S*\\R");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void everyCommandHelpsOnStdout() {
    for (String command :
        List.of(
            "",
            "generate",
            "chat",
            "tokenize",
            "capture",
            "extract",
            "bench",
            "model",
            "model info",
            "model pull")) {
      Result result = Cli.run((Object[]) (command + " --help").strip().split(" "));
      assertThat(result.status()).as(command).isZero();
      assertThat(result.out()).startsWith(("Usage: drover " + command).strip());
      assertThat(result.err()).isEmpty();
    }
  }

  @Test
  void noCommandIsRefusedInOneSentence() {
    assertThat(Cli.run())
        .isEqualTo(new Result(2, "", "drover: no command given (see drover --help)\n"));
    assertThat(Cli.run("model"))
        .isEqualTo(new Result(2, "", "drover model: no command given (see drover model --help)\n"));
  }

  @Test
  void unknownCommandsAndOptionsAreRefusedInOneSentence() {
    for (String word : List.of("--nope", "nope", "line\nbreak")) {
      Result result = Cli.run(word);
      assertThat(result.status()).isEqualTo(2);
      assertThat(result.out()).isEmpty();
      assertThat(result.err()).contains(word.replace('\n', ' ')).hasLineCount(1);
    }
  }
}
