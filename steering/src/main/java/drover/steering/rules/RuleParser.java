package drover.steering.rules;

import drover.engine.io.DroverException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.SequencedSet;

/**
 * Recursive descent over one rule; each method reads the part of {@link Rule}'s grammar it names.
 */
final class RuleParser {
  /** Enough for any person, and far from the end of the stack. */
  private static final int DEEPEST = 100;

  /** A longer number names nothing that exists, and would not fit an int. */
  private static final int MOST_DIGITS = 9;

  private final String text;
  private final int conditions;
  private final int behaviors;

  /** Where the token begins, and where it ends: equal at the end of the text. */
  private int start;

  private int end;
  private int depth;

  RuleParser(String text, int conditions, int behaviors) {
    this.text = text;
    this.conditions = conditions;
    this.behaviors = behaviors;
    advance();
  }

  Rule rule() {
    require("if", "\"if\"");
    Expression condition = any();
    require("then", "\"and\", \"or\" or \"then\"");
    SequencedSet<Integer> named = new LinkedHashSet<>();
    do {
      named.add(reference('b', behaviors, "a behaviour such as B1", "a behaviour"));
    } while (accept(",") || accept("and"));
    if (start < end) {
      throw expected("\",\", \"and\" or the end of the rule");
    }
    return new Rule(text, condition, named);
  }

  private Expression any() {
    List<Expression> operands = new ArrayList<>();
    do {
      operands.add(all());
    } while (accept("or"));
    return operands.size() == 1 ? operands.getFirst() : new Expression.Any(operands);
  }

  private Expression all() {
    List<Expression> operands = new ArrayList<>();
    do {
      operands.add(term());
    } while (accept("and"));
    return operands.size() == 1 ? operands.getFirst() : new Expression.All(operands);
  }

  private Expression term() {
    if (depth == DEEPEST) {
      throw expected("at most " + DEEPEST + " levels of \"not\" and parentheses");
    }
    depth++;
    Expression term = nested();
    depth--;
    return term;
  }

  private Expression nested() {
    if (accept("not")) {
      return new Expression.Not(term());
    }
    if (accept("(")) {
      Expression inner = any();
      require(")", "\"and\", \"or\" or \")\"");
      return inner;
    }
    String expected = "a condition such as C1, \"not\" or \"(\"";
    return new Expression.Condition(reference('c', conditions, expected, "a condition"));
  }

  /** The number, from 0, of the condition or behaviour that the token names. */
  private int reference(char letter, int count, String expected, String one) {
    String word = token();
    boolean isReference =
        word.length() > 1
            && word.charAt(0) == letter
            && word.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
    if (!isReference) {
      throw expected(expected);
    }
    int number = word.length() > 1 + MOST_DIGITS ? 0 : Integer.parseInt(word.substring(1));
    if (number < 1 || number > count) {
      throw expected(range(Character.toUpperCase(letter), count, one));
    }
    advance();
    return number - 1;
  }

  private static String range(char letter, int count, String one) {
    return switch (count) {
      case 0 -> one + ", of which there are none,";
      case 1 -> letter + "1, the only one there is,";
      default -> one + " from " + letter + "1 to " + letter + count;
    };
  }

  private void require(String token, String expected) {
    if (!accept(token)) {
      throw expected(expected);
    }
  }

  private boolean accept(String token) {
    boolean there = token().equals(token);
    if (there) {
      advance();
    }
    return there;
  }

  /** In lower case; empty at the end of the text. */
  private String token() {
    return text.substring(start, end).toLowerCase(Locale.ROOT);
  }

  /** To the next word, or the next character that is none. */
  private void advance() {
    start = end;
    while (start < text.length() && RuleErrors.isSpace(text.charAt(start))) {
      start++;
    }
    end = start;
    while (end < text.length() && isWordCharacter(text.charAt(end))) {
      end++;
    }
    if (end == start && end < text.length()) {
      end++;
    }
  }

  /** ASCII only, so that what stands before a caret is as wide as it is long. */
  private static boolean isWordCharacter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
  }

  private DroverException expected(String what) {
    return RuleErrors.expected(what, text, start);
  }
}
