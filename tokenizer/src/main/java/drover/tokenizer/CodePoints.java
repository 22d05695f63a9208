package drover.tokenizer;

import java.util.Arrays;

/** A set of code points as sorted ranges. */
final class CodePoints {

  private final int[] firsts;
  private final int[] lasts;

  private CodePoints(int[] firsts, int[] lasts) {
    this.firsts = firsts;
    this.lasts = lasts;
  }

  /** Reads ascending hexadecimal code points and ranges, such as {@code "7fd 897-89f"}. */
  static CodePoints of(String ranges) {
    String[] parts = ranges.split(" ", -1);
    int[] firsts = new int[parts.length];
    int[] lasts = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      int dash = parts[i].indexOf('-');
      firsts[i] = Integer.parseInt(dash < 0 ? parts[i] : parts[i].substring(0, dash), 16);
      lasts[i] = dash < 0 ? firsts[i] : Integer.parseInt(parts[i].substring(dash + 1), 16);
    }
    return new CodePoints(firsts, lasts);
  }

  boolean contains(int c) {
    int at = Arrays.binarySearch(firsts, c);
    return at >= 0 || at < -1 && c <= lasts[-at - 2];
  }
}
