package drover.cli;

/** Words for how many. */
final class Counts {
  private Counts() {}

  /** "1 file", "2 files". */
  static String of(long count, String thing) {
    return count + " " + thing + (count == 1 ? "" : "s");
  }
}
