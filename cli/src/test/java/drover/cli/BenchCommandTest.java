package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import drover.cli.Cli.Result;
import org.junit.jupiter.api.Test;

class BenchCommandTest {
  @Test
  void theTimeToTheFirstTokenIsMeasuredAlone() {
    Result text = Cli.run("bench", "--model", Folders.TINY, "--what", "start");
    assertThat(text.out()).matches("first token +[0-9.]+ s\n");
    Result json = Cli.run("bench", "--model", Folders.TINY, "--what", "start", "--json");
    assertThat(json.out())
        .matches(
            "\\{\"what\":\"first token\",\"median\":[0-9.]+,\"least\":[0-9.]+,\"most\":[0-9.]+,"
                + "\"unit\":\"s\"}\n");
    assertThat(json.status()).isZero();
  }

  @Test
  void anUnknownBenchmarkIsRefused() {
    assertThat(Cli.run("bench", "--model", Folders.TINY, "--what", "open,nope"))
        .isEqualTo(
            new Result(
                2,
                "",
                "drover bench: unknown benchmark 'nope'; there are start, open, prefill,"
                    + " decode\n"));
  }
}
