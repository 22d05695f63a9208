package drover.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows how far long work is: a bar with rate and time left on a terminal, and elsewhere a plain
 * line now and then. Work that is done at once shows nothing.
 */
final class Progress implements AutoCloseable {
  /** What is counted. */
  enum Unit {
    /** Bytes, shown in MB of 10^6. */
    BYTES(" MB", 1e6),
    /** Things. */
    ITEMS("", 1);

    private static final long FEW_BYTES = 100_000;

    private final String suffix;
    private final double size;

    Unit(String suffix, double size) {
      this.suffix = suffix;
      this.size = size;
    }

    String show(long count) {
      if (this == ITEMS) {
        return Long.toString(count);
      }
      return count < FEW_BYTES ? count + " bytes" : number((double) count, 100) + suffix;
    }

    String showRate(double perSecond) {
      return number(perSecond, 10) + suffix + "/s";
    }

    /** With one decimal below a limit. */
    private String number(double count, double limit) {
      double scaled = count / size;
      return String.format(Locale.ROOT, scaled < limit ? "%.1f" : "%.0f", scaled);
    }
  }

  private static final int BAR_WIDTH = 24;
  private static final double BAR_SECONDS = 0.1;
  private static final double FIRST_LINE_SECONDS = 2;
  private static final double LINE_SECONDS = 10;
  private static final double NANOS = 1e9;

  private final PrintWriter err;
  private final boolean terminal;
  private final Unit unit;
  private final LongSupplier nanoTime;
  private final long start;
  private double nextShow;
  private int shownWidth;

  /** Progress of a command, on its stderr. */
  Progress(Io io, Unit unit) {
    this(io.err(), io.watched().getAsBoolean(), unit, System::nanoTime);
  }

  Progress(PrintWriter err, boolean terminal, Unit unit, LongSupplier nanoTime) {
    this.err = err;
    this.terminal = terminal;
    this.unit = unit;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    this.nextShow = terminal ? BAR_SECONDS : FIRST_LINE_SECONDS;
  }

  /**
   * Tells how far the work is; may be called as often as convenient.
   *
   * @param what what is worked on now
   * @param done how much is done, of {@code total}
   * @param total how much there is, 0 where nobody knows
   * @param worked how much was done by this run: the base of the rate
   */
  void update(String what, long done, long total, long worked) {
    double seconds = (nanoTime.getAsLong() - start) / NANOS;
    if (seconds < nextShow) {
      return;
    }
    nextShow = seconds + (terminal ? BAR_SECONDS : LINE_SECONDS);
    double rate = worked / seconds;
    String line = what + ": " + (terminal && total > 0 ? bar(done, total) + " " : "");
    line += unit.show(done) + (total > 0 ? " of " + unit.show(total) : "");
    if (rate > 0) {
      line += ", " + unit.showRate(rate);
      line += total > done ? ", " + duration((total - done) / rate) + " left" : "";
    }
    show(line);
  }

  private void show(String line) {
    if (!terminal) {
      err.println(line);
      return;
    }
    int width = line.length();
    err.print("\r" + line + " ".repeat(Math.max(0, shownWidth - width)));
    err.flush();
    shownWidth = width;
  }

  private static String bar(long done, long total) {
    int full = (int) Math.min(BAR_WIDTH, BAR_WIDTH * done / total);
    return "[" + "#".repeat(full) + " ".repeat(BAR_WIDTH - full) + "]";
  }

  static String duration(double seconds) {
    long whole = Math.round(Math.min(seconds, 1e9));
    if (whole < 60) {
      return whole + " s";
    }
    if (whole < 3600) {
      return String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60);
    }
    return String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole / 60 % 60);
  }

  /** Takes the bar off the terminal. */
  @Override
  public void close() {
    if (shownWidth > 0) {
      err.print("\r" + " ".repeat(shownWidth) + "\r");
      err.flush();
      shownWidth = 0;
    }
  }
}
