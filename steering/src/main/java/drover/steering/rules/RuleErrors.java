package drover.steering.rules;

import drover.engine.io.DroverException;

/** Refusals of rules. */
final class RuleErrors {
  private static final int LONGEST_IN_SENTENCE = 60;

  /** How much of a long rule is shown before the caret, and after it. */
  private static final int SHOWN_BEFORE = 60;

  private static final int SHOWN_AFTER = 30;
  private static final String CUT = "...";

  private RuleErrors() {}

  /** Something else than what stands at a place, counted from 0, with a caret under it. */
  static DroverException expected(String what, String rule, int place) {
    String sentence = quoted(rule) + ": expected " + what + " at column " + (place + 1);
    int from = place <= SHOWN_BEFORE ? 0 : place - SHOWN_BEFORE;
    int to = Math.min(rule.length(), place + SHOWN_AFTER);
    String before = from == 0 ? "" : CUT;
    String after = to == rule.length() ? "" : CUT;
    String shown = before + oneLine(rule.substring(from, to)) + after;
    return DroverException.pointingAt(sentence, shown, before.length() + place - from + 1);
  }

  /** The rule as a sentence names it. */
  static String quoted(String rule) {
    boolean fits = rule.length() <= LONGEST_IN_SENTENCE;
    String shown = fits ? rule : rule.substring(0, LONGEST_IN_SENTENCE) + CUT;
    return "rule \"" + oneLine(shown) + "\"";
  }

  private static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text);
    for (int i = 0; i < line.length(); i++) {
      if (isSpace(line.charAt(i))) {
        line.setCharAt(i, ' ');
      }
    }
    return line.toString();
  }

  /** White space between the words of a rule. */
  static boolean isSpace(char c) {
    return c == ' ' || c >= '\t' && c <= '\r';
  }
}
