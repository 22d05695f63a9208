package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StandardOutputTest {
  private final StringWriter err = new StringWriter();

  @Test
  void aReaderThatWentAwayEndsTheCommandQuietly() {
    assertThat(help("Broken pipe")).isZero();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aFullDiskIsNoSuccess() {
    assertThat(help("No space left on device")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo("drover: standard output cannot be written: no room is left on the disk\n");
  }

  /** Runs {@code drover --help} with a standard output that fails in this way. */
  private int help(String failure) {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(failure);
          }
        };
    PrintWriter out =
        new PrintWriter(new OutputStreamWriter(new StandardOutput(broken), StandardCharsets.UTF_8));
    Io io =
        new Io(
            new ByteArrayInputStream(new byte[0]),
            out,
            new PrintWriter(err),
            () -> false,
            () -> false,
            _ -> null);
    return Main.execute(io, "--help");
  }
}
