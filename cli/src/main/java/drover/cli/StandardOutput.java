package drover.cli;

import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * Standard output that ends the command when it cannot be written: a {@link PrintWriter} would
 * swallow the failure, and the command would work on for nobody, or report success for a result
 * that a full disk lost.
 */
final class StandardOutput extends OutputStream {
  private static final int BUFFER_BYTES = 1 << 16;

  /** The reader went away, as {@code head} does when it has seen enough. */
  static final class ReaderGone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReaderGone(IOException cause) {
      super(cause);
    }
  }

  private final OutputStream out;
  private boolean failed;

  StandardOutput(OutputStream out) {
    this.out = out;
  }

  /** A buffered writer to the process's standard output. */
  static PrintWriter writer() {
    OutputStream raw = new StandardOutput(new FileOutputStream(FileDescriptor.out));
    return new PrintWriter(
        new OutputStreamWriter(new BufferedOutputStream(raw, BUFFER_BYTES), System.out.charset()));
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /** Fails once; what is written afterwards, on the way out, is dropped. */
  @Override
  public void write(byte[] bytes, int from, int count) {
    if (failed) {
      return;
    }
    try {
      out.write(bytes, from, count);
    } catch (IOException e) {
      failed = true;
      String words = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
      if (words.contains("pipe")) {
        throw new ReaderGone(e);
      }
      throw new DroverException("standard output cannot be written: " + IoErrors.reason(e), e);
    }
  }
}
