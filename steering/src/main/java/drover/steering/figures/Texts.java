package drover.steering.figures;

import java.util.ArrayList;
import java.util.List;

/** Texts from anywhere, made fit to be shown. */
final class Texts {
  /** Longer texts are cut before they are measured. */
  private static final int LONGEST = 1000;

  private static final String DOTS = "...";

  private Texts() {}

  /** One line: a run of blanks, control characters and line ends becomes one blank. */
  static String clean(String text) {
    StringBuilder line = new StringBuilder();
    boolean blank = false;
    for (int i = 0; i < text.length() && line.length() < LONGEST; ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c)) {
        blank = true;
      } else {
        line.append(blank && !line.isEmpty() ? " " : "");
        line.appendCodePoint(allowedInXml(c) ? c : 0xfffd);
        blank = false;
      }
    }
    return line.toString();
  }

  /** Not half a surrogate pair, nor a "noncharacter" (XML 1.0, section 2.2). */
  private static boolean allowedInXml(int c) {
    return (c < 0xd800 || c > 0xdfff) && c != 0xfffe && c != 0xffff;
  }

  /** A cleaned text as XML's character data or attribute value. */
  static String xml(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** A cleaned text, cut to a width. */
  static String fit(String text, double width, double size, boolean bold) {
    if (StrokeFont.room(text, size, bold) <= width) {
      return text;
    }
    int end = 0;
    int tooLong = text.length();
    while (tooLong - end > 1) {
      int middle = (end + tooLong) / 2;
      if (StrokeFont.room(text.substring(0, middle) + DOTS, size, bold) <= width) {
        end = middle;
      } else {
        tooLong = middle;
      }
    }
    if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end).stripTrailing() + DOTS;
  }

  /** A cleaned text in lines of at most a width, broken at blanks; the last line is cut. */
  static List<String> wrap(String text, double width, double size, boolean bold, int lines) {
    List<String> wrapped = new ArrayList<>();
    String rest = text;
    while (!rest.isEmpty() && wrapped.size() < lines) {
      int end = wrapped.size() == lines - 1 ? rest.length() : lineEnd(rest, width, size, bold);
      wrapped.add(fit(rest.substring(0, end), width, size, bold));
      rest = rest.substring(end).strip();
    }
    return wrapped;
  }

  /** Where the first line ends: before the last blank that fits, or after the first word. */
  private static int lineEnd(String text, double width, double size, boolean bold) {
    if (StrokeFont.room(text, size, bold) <= width) {
      return text.length();
    }
    int end = text.indexOf(' ');
    int next = end;
    while (next >= 0 && StrokeFont.room(text.substring(0, next), size, bold) <= width) {
      end = next;
      next = text.indexOf(' ', next + 1);
    }
    return end < 0 ? text.length() : end;
  }
}
