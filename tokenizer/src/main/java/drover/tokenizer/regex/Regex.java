package drover.tokenizer.regex;

/**
 * A compiled pattern of Oniguruma's dialect, the one that HuggingFace's tokenizers use. Immutable
 * and safe for use by many threads. The time of a search is bounded by a number of steps that grows
 * with the length of the text.
 */
public final class Regex {

  private static final int MAX_LENGTH = 10_000;

  private final int[] code;
  private final CharSet[] sets;

  private Regex(Program program) {
    code = program.code();
    sets = program.sets();
  }

  /** Told about each match in turn. */
  @FunctionalInterface
  public interface MatchConsumer {

    /**
     * Takes a match.
     *
     * @param start index of its first char
     * @param end index after its last char
     */
    void match(int start, int end);
  }

  /**
   * Compiles a pattern.
   *
   * @throws RegexException if the pattern is wrong or uses what is not supported
   */
  public static Regex compile(String pattern) {
    if (pattern.length() > MAX_LENGTH) {
      throw new RegexException("the pattern is longer than " + MAX_LENGTH + " characters");
    }
    return new Regex(Program.compile(Parser.parse(pattern)));
  }

  /**
   * Finds all matches from left to right, none overlapping. An empty match directly after another
   * match does not count.
   *
   * @param text well-formed UTF-16
   * @throws RegexException if the search takes too many steps
   */
  public void findAll(String text, MatchConsumer matches) {
    Matcher matcher = new Matcher(code, sets, text);
    int lastEnd = -1;
    int from = 0;
    while (from <= text.length()) {
      int end = matcher.match(from);
      if (end < 0 || end == from && from == lastEnd) {
        from += from < text.length() ? Character.charCount(text.codePointAt(from)) : 1;
        continue;
      }
      matches.match(from, end);
      lastEnd = end;
      from = end;
    }
  }
}
