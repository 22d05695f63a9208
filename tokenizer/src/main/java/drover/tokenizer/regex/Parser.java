package drover.tokenizer.regex;

import drover.tokenizer.regex.Node.Greed;
import drover.tokenizer.regex.Node.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads a pattern of Oniguruma's syntax; what it does not know it refuses by name. */
final class Parser {

  private static final int MAX_DEPTH = 50;
  private static final int MAX_REPEAT = 1000;
  private static final int MAX_STACKED = 4;

  private final String pattern;
  private int at;
  private int depth;

  private Parser(String pattern) {
    this.pattern = pattern;
  }

  static Node parse(String pattern) {
    Parser parser = new Parser(pattern);
    Node node = parser.choice(false);
    if (parser.at < pattern.length()) {
      throw new RegexException("an unmatched ) at index " + parser.at);
    }
    return node;
  }

  private Node choice(boolean ignoreCase) {
    if (++depth > MAX_DEPTH) {
      throw new RegexException("groups are nested more than " + MAX_DEPTH + " deep");
    }
    List<Node> options = new ArrayList<>();
    boolean[] fold = {ignoreCase};
    do {
      options.add(sequence(fold));
    } while (take('|'));
    depth--;
    return options.size() == 1 ? options.getFirst() : new Node.Choice(options);
  }

  /** One branch; {@code (?i)} inside it changes {@code fold} for what follows. */
  private Node sequence(boolean[] fold) {
    List<Node> parts = new ArrayList<>();
    StringBuilder folded = new StringBuilder();
    while (at < pattern.length() && peek() != '|' && peek() != ')') {
      int start = at;
      Node atom = atom(fold);
      if (atom == null) {
        continue;
      }
      parts.add(repeats(atom));
      if (fold[0]) {
        refuseLongFolds(folded.append(pattern, start, at));
      }
    }
    return parts.size() == 1 ? parts.getFirst() : new Node.Sequence(parts);
  }

  /** Ignoring case, ss would also match the German sharp s, and so on: one character for two. */
  private static void refuseLongFolds(CharSequence literal) {
    String lower = literal.toString().toLowerCase(Locale.ROOT);
    for (String pair : List.of("ss", "ff", "fi", "fl", "st")) {
      if (lower.contains(pair)) {
        throw new RegexException(
            "ignoring case in text with " + pair + ", which folds with one letter");
      }
    }
  }

  private Node atom(boolean[] fold) {
    int start = at;
    int c = next();
    return switch (c) {
      case '(' -> group(fold);
      case '[' -> one(new ClassParser(this).parse(), fold[0]);
      case '.' -> new Node.One(CharClasses.NOT_NEWLINE);
      case '^' -> new Node.At(Place.LINE_START);
      case '$' -> new Node.At(Place.LINE_END);
      case '\\' -> escape(fold[0]);
      case '*', '+', '?' -> throw new RegexException("nothing to repeat at index " + start);
      default -> one(CharSet.range(c, c), fold[0]);
    };
  }

  private static Node one(CharSet set, boolean ignoreCase) {
    return new Node.One(ignoreCase ? set.ignoringCase() : set);
  }

  private Node escape(boolean ignoreCase) {
    if (at >= pattern.length()) {
      throw new RegexException("a lone backslash at the end");
    }
    Place place =
        switch (peek()) {
          case 'A' -> Place.TEXT_START;
          case 'z' -> Place.TEXT_END;
          case 'Z' -> Place.LAST_LINE_END;
          case 'b' -> Place.WORD_BOUNDARY;
          case 'B' -> Place.NOT_WORD_BOUNDARY;
          default -> null;
        };
    if (place != null) {
      at++;
      return new Node.At(place);
    }
    return one(escapedSet(), ignoreCase);
  }

  /** What stands after a backslash, as a set; inside a class or outside. */
  CharSet escapedSet() {
    if (at >= pattern.length()) {
      throw new RegexException("a lone backslash at the end");
    }
    int c = next();
    return switch (c) {
      case 's' -> CharClasses.SPACE;
      case 'S' -> CharClasses.SPACE.not();
      case 'd' -> CharClasses.DIGIT;
      case 'D' -> CharClasses.DIGIT.not();
      case 'w' -> CharClasses.WORD;
      case 'W' -> CharClasses.WORD.not();
      case 'h' -> CharClasses.HEX_DIGIT;
      case 'H' -> CharClasses.HEX_DIGIT.not();
      case 'p', 'P' -> property(c == 'P');
      default -> {
        at -= Character.charCount(c);
        int literal = escapedCharacter();
        yield CharSet.range(literal, literal);
      }
    };
  }

  /** Whether what follows the backslash is a single character rather than a set. */
  boolean escapesOneCharacter() {
    return at < pattern.length() && "sSdDwWhHpP".indexOf(peek()) < 0;
  }

  int escapedCharacter() {
    int c = next();
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'f' -> '\f';
      case 'v' -> 0x0b;
      case 'a' -> 0x07;
      case 'e' -> 0x1b;
      case '0' -> 0;
      case 'x' -> take('{') ? hex(1, 8, true) : hex(1, 2, false);
      case 'u' -> hex(4, 4, false);
      default -> {
        if (Character.isLetterOrDigit(c)) {
          throw new RegexException("the escape \\" + Character.toString(c) + " is not supported");
        }
        yield c;
      }
    };
  }

  private int hex(int min, int max, boolean braced) {
    int value = 0;
    int digits = 0;
    while (digits < max && at < pattern.length() && Character.digit(peek(), 16) >= 0) {
      value = value << 4 | Character.digit(pattern.charAt(at++), 16);
      digits++;
    }
    if (digits < min || braced && !take('}') || value < 0 || value > Character.MAX_CODE_POINT) {
      throw new RegexException("a broken hexadecimal escape at index " + at);
    }
    return value;
  }

  private CharSet property(boolean negated) {
    if (!take('{')) {
      throw new RegexException("\\p without {name} at index " + at);
    }
    boolean inverted = take('^') != negated;
    int end = pattern.indexOf('}', at);
    if (end < 0) {
      throw new RegexException("\\p{ without } at index " + at);
    }
    CharSet set = CharClasses.named(pattern.substring(at, end));
    at = end + 1;
    return inverted ? set.not() : set;
  }

  private Node group(boolean[] fold) {
    if (!take('?')) {
      return close(choice(fold[0]));
    }
    for (String lookBehind : List.of("<=", "<!")) {
      if (take(lookBehind)) {
        return lookBehind(close(choice(fold[0])), lookBehind.endsWith("!"));
      }
    }
    if (take(':')) {
      return close(choice(fold[0]));
    }
    if (take('>')) {
      return new Node.Atomic(close(choice(fold[0])));
    }
    if (take('=')) {
      return new Node.Look(close(choice(fold[0])), false, false);
    }
    if (take('!')) {
      return new Node.Look(close(choice(fold[0])), false, true);
    }
    return caseGroup(fold);
  }

  private Node caseGroup(boolean[] fold) {
    boolean on = !take('-');
    if (!take('i')) {
      throw new RegexException("the group (?" + rest() + " is not supported");
    }
    if (take(':')) {
      return close(choice(on));
    }
    if (take(')')) {
      fold[0] = on;
      return null;
    }
    throw new RegexException("the group (?i" + rest() + " is not supported");
  }

  /** Alternatives of different widths become look-behinds of their own. */
  private static Node lookBehind(Node body, boolean negative) {
    List<Node> options = body instanceof Node.Choice choice ? choice.options() : List.of(body);
    List<Node> looks = new ArrayList<>();
    for (Node option : options) {
      looks.add(new Node.Look(option, true, negative));
    }
    return negative ? new Node.Sequence(looks) : new Node.Choice(looks);
  }

  private Node close(Node node) {
    if (!take(')')) {
      throw new RegexException("a group is not closed");
    }
    return node;
  }

  private Node repeats(Node atom) {
    Node node = atom;
    for (int count = 0; at < pattern.length(); count++) {
      if (count > MAX_STACKED) {
        throw new RegexException("more than " + MAX_STACKED + " repetitions of one another");
      }
      int start = at;
      int c = peek();
      int min = c == '+' ? 1 : 0;
      int max = c == '?' ? 1 : Node.NO_LIMIT;
      boolean interval = c == '{';
      if (interval) {
        int[] bounds = interval();
        min = bounds[0];
        max = bounds[1];
      } else if (c == '*' || c == '+' || c == '?') {
        at++;
      } else {
        return node;
      }
      Greed greed = greed(interval);
      if (node.canBeEmpty() && max == Node.NO_LIMIT) {
        throw new RegexException("the repetition at index " + start + " can repeat nothing");
      }
      node = new Node.Repeat(node, min, max, greed);
    }
    return node;
  }

  /** After an interval a plus is a repetition of its own in this dialect. */
  private Greed greed(boolean interval) {
    if (take('?')) {
      return Greed.LAZY;
    }
    return !interval && take('+') ? Greed.POSSESSIVE : Greed.GREEDY;
  }

  /** Reads {@code {n}}, {@code {n,}}, {@code {,m}} or {@code {n,m}}. */
  private int[] interval() {
    int start = at++;
    int min = number();
    int max = min;
    if (take(',')) {
      max = number();
    }
    boolean empty = min < 0 && max < 0;
    if (empty || !take('}')) {
      throw new RegexException("a { at index " + start + " that begins no repetition");
    }
    int low = Math.max(min, 0);
    int high = max < 0 ? Node.NO_LIMIT : max;
    if (low > MAX_REPEAT || high != Node.NO_LIMIT && (high > MAX_REPEAT || high < low)) {
      throw new RegexException("the repetition at index " + start + " is out of range");
    }
    return new int[] {low, high};
  }

  private int number() {
    int value = -1;
    while (at < pattern.length() && peek() >= '0' && peek() <= '9') {
      value = Math.min(Math.max(value, 0) * 10 + (next() - '0'), 1_000_000);
    }
    return value;
  }

  boolean atEnd() {
    return at >= pattern.length();
  }

  int index() {
    return at;
  }

  int peek() {
    return pattern.charAt(at);
  }

  int next() {
    int c = pattern.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  boolean take(char c) {
    if (at < pattern.length() && pattern.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  boolean take(String text) {
    if (pattern.startsWith(text, at)) {
      at += text.length();
      return true;
    }
    return false;
  }

  private String rest() {
    return pattern.substring(at, Math.min(at + 1, pattern.length()));
  }
}
