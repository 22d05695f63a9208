package drover.steering.python;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Words and integers as Python's {@code str.split()} and {@code int(str)} read them. */
public final class PythonText {
  /** Possessive: a backtracking repetition would take a stack frame for each underscore. */
  private static final Pattern INTEGER =
      Pattern.compile("[ \\t-\\r]*+([+-]?[0-9]++(?:_[0-9]++)*+)[ \\t-\\r]*+");

  /** Python refuses longer texts (sys.set_int_max_str_digits). */
  private static final int MOST_DIGITS = 4300;

  private PythonText() {}

  /** The words between white space, as {@code str.split()} gives them. */
  public static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (!isSpace(c)) {
                word.appendCodePoint(c);
              } else if (!word.isEmpty()) {
                words.add(word.toString());
                word.setLength(0);
              }
            });
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }

  /**
   * The number that {@code int(str)} gives, or nothing where it raises ValueError: decimal digits
   * of any script, single underscores between them, a sign, and white space around.
   */
  public static Optional<BigInteger> integer(String text) {
    StringBuilder ascii = new StringBuilder();
    text.codePoints().forEach(c -> ascii.appendCodePoint(c < 0x7f ? c : translated(c)));
    Matcher number = INTEGER.matcher(ascii);
    if (!number.matches()) {
      return Optional.empty();
    }
    String digits = number.group(1).replace("_", "").replace("+", "");
    boolean tooLong = digits.length() - (digits.startsWith("-") ? 1 : 0) > MOST_DIGITS;
    return tooLong ? Optional.empty() : Optional.of(new BigInteger(digits));
  }

  /** What CPython makes of a character beyond ASCII before it reads a number. */
  private static int translated(int codePoint) {
    if (isSpace(codePoint)) {
      return ' ';
    }
    return Character.isDigit(codePoint) ? '0' + Character.digit(codePoint, 10) : codePoint;
  }

  /** Whether Python's {@code str.isspace()} holds for a character. */
  private static boolean isSpace(int codePoint) {
    return Character.isWhitespace(codePoint)
        || Character.isSpaceChar(codePoint)
        || codePoint == 0x85;
  }
}
