package drover.tokenizer;

import drover.tokenizer.regex.Regex;
import drover.tokenizer.regex.RegexException;
import java.util.function.IntPredicate;

/** What a normalizer, pre-tokenizer or decoder looks for: a text, an expression, or characters. */
interface PiecePattern {

  /** Reports every match, left to right. */
  void findAll(String text, Regex.MatchConsumer matches);

  /** Reads {@code {"String": ...}} or {@code {"Regex": ...}}. */
  static PiecePattern read(Json json) {
    if (json.has("String")) {
      return literal(json.get("String").string());
    }
    if (!json.has("Regex")) {
      throw json.expected("an object with String or Regex");
    }
    String source = json.get("Regex").string();
    try {
      Regex regex = Regex.compile(source);
      return (text, matches) -> findAll(regex, source, text, matches);
    } catch (RegexException e) {
      throw json.error("the pattern " + Json.show(source) + " is not supported: " + e.getMessage());
    }
  }

  private static void findAll(
      Regex regex, String source, String text, Regex.MatchConsumer matches) {
    try {
      regex.findAll(text, matches);
    } catch (RegexException e) {
      throw new TokenizerException(
          "the tokenizer's pattern " + Json.show(source) + " failed: " + e.getMessage(), e);
    }
  }

  /** A pattern that this library itself wrote. */
  static PiecePattern regex(String source) {
    return Regex.compile(source)::findAll;
  }

  static PiecePattern literal(String literal) {
    if (literal.isEmpty()) {
      return regex("");
    }
    return (text, matches) -> {
      for (int at = text.indexOf(literal); at >= 0; ) {
        matches.match(at, at + literal.length());
        at = text.indexOf(literal, at + literal.length());
      }
    };
  }

  /** Every single character for which the predicate holds. */
  static PiecePattern each(IntPredicate predicate) {
    return (text, matches) -> {
      for (int at = 0; at < text.length(); ) {
        int c = text.codePointAt(at);
        int next = at + Character.charCount(c);
        if (predicate.test(c)) {
          matches.match(at, next);
        }
        at = next;
      }
    };
  }

  /** Replaces every match. */
  default String replaceAll(String text, String replacement) {
    StringBuilder replaced = new StringBuilder(text.length());
    int[] end = {0};
    findAll(
        text,
        (from, to) -> {
          replaced.append(text, end[0], from).append(replacement);
          end[0] = to;
        });
    return end[0] == 0 && replaced.isEmpty()
        ? text
        : replaced.append(text, end[0], text.length()).toString();
  }
}
