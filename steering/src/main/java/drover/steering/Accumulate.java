package drover.steering;

import drover.engine.io.DroverException;

/** Which tokens of a text its row for a layer is the mean of. */
public sealed interface Accumulate {
  /** Every token. */
  record All() implements Accumulate {}

  /** The tokens of the suffix. */
  record SuffixOnly() implements Accumulate {}

  /**
   * The last tokens; all of a text that has fewer.
   *
   * @param tokens how many, at least 1
   */
  record Last(int tokens) implements Accumulate {
    /** Checks the number. */
    public Last {
      if (tokens < 1) {
        throw new DroverException("accumulate is " + tokens + ", but must be at least 1 token");
      }
    }
  }

  /**
   * Reads {@code all}, {@code suffix-only} or a number of tokens.
   *
   * @throws DroverException if it is none of them
   */
  static Accumulate parse(String text) {
    if (text.equals("all")) {
      return new All();
    }
    if (text.equals("suffix-only")) {
      return new SuffixOnly();
    }
    try {
      return new Last(Integer.parseInt(text));
    } catch (NumberFormatException e) {
      throw new DroverException(
          "accumulate is %s, but must be all, suffix-only or a number of tokens"
              .formatted(DroverException.quote(text)),
          e);
    }
  }
}
