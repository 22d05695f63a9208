package drover.engine.io;

/**
 * Something a person can mend: a bad file, a bad option, a full disk. The message is one clear
 * sentence that names the file or option, what was found and what was expected, and is shown as it
 * is; a defect of Drover itself is never thrown as this.
 *
 * <p>Whatever a file contributes to a message (a tensor's name, a value) cannot break the line or
 * drive a terminal: control and formatting characters are replaced on the way in.
 */
public final class DroverException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The most characters of a name or value from a file that a message repeats. */
  private static final int LONGEST_QUOTE = 120;

  /** What the sentence points at: lines under it, each with a line break in front, or nothing. */
  private final String excerpt;

  /** The message is one sentence for a person. */
  public DroverException(String message) {
    this(message, "", null);
  }

  /** The message is one sentence for a person; the cause is kept for those who debug. */
  public DroverException(String message, Throwable cause) {
    this(message, "", cause);
  }

  private DroverException(String sentence, String excerpt, Throwable cause) {
    super(printable(sentence) + excerpt, cause);
    this.excerpt = excerpt;
  }

  /**
   * A sentence about a place in a text. The message is the sentence, under it the text, and under
   * that a caret.
   *
   * @param column the place, counted in characters from 1; one more than the text has is its end
   */
  public static DroverException pointingAt(String sentence, String text, int column) {
    String caret = " ".repeat(column - 1) + "^";
    return new DroverException(sentence, "\n" + printable(text) + "\n" + caret, null);
  }

  /** The same refusal with the file or option that it is about in front, and a colon. */
  public DroverException in(String what) {
    String sentence = getMessage().substring(0, getMessage().length() - excerpt.length());
    return new DroverException(what + ": " + sentence, excerpt, this);
  }

  /**
   * A name or value that came from a file, in single quotes and shortened to what fits a sentence.
   */
  public static String quote(String text) {
    int length = text.length();
    if (length <= LONGEST_QUOTE) {
      return "'" + text + "'";
    }
    return "'" + text.substring(0, LONGEST_QUOTE) + "...' (" + length + " characters)";
  }

  private static String printable(String message) {
    StringBuilder line = new StringBuilder(message.length());
    message.codePoints().forEach(c -> line.appendCodePoint(isPrintable(c) ? c : '\uFFFD'));
    return line.toString();
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
