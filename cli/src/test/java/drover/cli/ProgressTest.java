package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import drover.cli.Progress.Unit;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final long SECOND = 1_000_000_000;

  private final StringWriter err = new StringWriter();
  private long now = 5 * SECOND;

  @Test
  void aTerminalGetsABarThatGoesAway() {
    try (Progress progress = progress(true, Unit.BYTES)) {
      now += SECOND;
      progress.update("file", 50_000_000, 200_000_000, 25_000_000);
      assertThat(err.toString())
          .isEqualTo("\rfile: [######                  ] 50.0 MB of 200 MB, 25 MB/s, 6 s left");
    }
    assertThat(err.toString()).endsWith("\r" + " ".repeat(69) + "\r");
  }

  @Test
  void elsewhereThereIsAPlainLineNowAndThen() {
    try (Progress progress = progress(false, Unit.ITEMS)) {
      for (int i = 1; i <= 250; i++) {
        now += SECOND / 10;
        progress.update("prompts", i, 1000, i);
      }
    }
    assertThat(err.toString())
        .isEqualTo(
            """
            prompts: 20 of 1000, 10/s, 1:38 min left
            prompts: 120 of 1000, 10/s, 1:28 min left
            prompts: 220 of 1000, 10/s, 1:18 min left
            """);
  }

  @Test
  void whatIsDoneAtOnceShowsNothing() {
    try (Progress progress = progress(true, Unit.ITEMS)) {
      progress.update("prompts", 1, 1, 1);
    }
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void anUnknownTotalHasNoTimeLeft() {
    Progress progress = progress(true, Unit.BYTES);
    now += 2 * SECOND;
    progress.update("file", 3_000_000, 0, 3_000_000);
    assertThat(err.toString()).isEqualTo("\rfile: 3.0 MB, 1.5 MB/s");
  }

  @Test
  void durationsAreShort() {
    assertThat(Progress.duration(0.4)).isEqualTo("0 s");
    assertThat(Progress.duration(61)).isEqualTo("1:01 min");
    assertThat(Progress.duration(7300)).isEqualTo("2:01 h");
    assertThat(Progress.duration(Double.POSITIVE_INFINITY)).endsWith(" h");
  }

  private Progress progress(boolean terminal, Unit unit) {
    return new Progress(new PrintWriter(err), terminal, unit, () -> now);
  }
}
