package drover.cli;

/** Texts made fit for a line of the terminal. */
final class TourText {
  private static final int WIDTH = 100;

  private TourText() {}

  /** A text in one line without control characters, cut where it is long. */
  static String line(String text) {
    String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    if (line.codePointCount(0, line.length()) <= WIDTH) {
      return line;
    }
    return line.substring(0, line.offsetByCodePoints(0, WIDTH - 3)) + "...";
  }
}
