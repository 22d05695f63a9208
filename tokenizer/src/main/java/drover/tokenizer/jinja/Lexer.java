package drover.tokenizer.jinja;

import drover.tokenizer.jinja.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into text and the tokens inside tags. White space around tags follows Jinja with
 * {@code trim_blocks} (a newline directly after a block tag goes) and {@code lstrip_blocks} (blanks
 * before a block tag on its own line go); a minus sign strips all white space on its side, a plus
 * sign keeps it.
 */
final class Lexer {

  private static final Pattern NUMBER =
      Pattern.compile("[0-9](?:_?[0-9])*+(\\.[0-9](?:_?[0-9])*+)?+([eE][+-]?[0-9](?:_?[0-9])*+)?+");
  private static final Pattern RAW = Pattern.compile("\\{%([-+]?)\\s*+raw\\s*+(?:-%\\}\\s*+|%\\})");
  private static final Pattern END_RAW =
      Pattern.compile("\\{%([-+]?)\\s*+endraw\\s*+(?:\\+%\\}|-%\\}\\s*+|%\\}\\n?)");
  private static final List<String> OPERATORS =
      List.of(
          "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private int lineAt; // `line` is the line of this index
  private boolean lineStarting = true;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokenize(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    if (source.endsWith("\n")) {
      source = source.substring(0, source.length() - 1);
    }
    Lexer lexer = new Lexer(source);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    while (at < source.length()) {
      int tag = nextTag();
      if (tag < 0) {
        add(Kind.DATA, source.substring(at));
        break;
      }
      char kind = source.charAt(tag + 1);
      Matcher raw = RAW.matcher(source).region(tag, source.length());
      boolean isRaw = kind == '%' && raw.lookingAt();
      addText(source.substring(at, tag), sign(tag + 2), kind == '{');
      at = tag + 2 + (sign(tag + 2) == ' ' ? 0 : 1);
      if (isRaw) {
        at = raw.end();
        raw();
      } else if (kind == '#') {
        comment();
      } else {
        tag(kind == '{' ? Kind.VARIABLE_BEGIN : Kind.BLOCK_BEGIN);
      }
    }
    add(Kind.END, "");
  }

  private int nextTag() {
    for (int i = source.indexOf('{', at); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private char sign(int index) {
    char c = index < source.length() ? source.charAt(index) : ' ';
    return c == '-' || c == '+' ? c : ' ';
  }

  private void addText(String text, char sign, boolean beforeVariable) {
    String kept = text;
    if (sign == '-') {
      kept = Text.stripRight(text);
    } else if (sign != '+' && !beforeVariable) {
      int lineStart = text.lastIndexOf('\n') + 1;
      if ((lineStart > 0 || lineStarting) && Text.isBlank(text.substring(lineStart))) {
        kept = text.substring(0, lineStart);
      }
    }
    if (!kept.isEmpty()) {
      add(Kind.DATA, kept);
    }
  }

  private void comment() {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw error("a comment is not closed");
    }
    char sign = end > at ? sign(end - 1) : ' ';
    at = end + 2;
    afterTag(sign, true);
  }

  /** White space after a tag: all of it after a minus sign, a newline after a block. */
  private void afterTag(char sign, boolean block) {
    if (sign == '-') {
      while (at < source.length() && Text.isSpace(source.charAt(at))) {
        at++;
      }
    } else if (block && sign != '+' && at < source.length() && source.charAt(at) == '\n') {
      at++;
    }
    lineStarting = source.charAt(at - 1) == '\n';
  }

  private void raw() {
    Matcher end = END_RAW.matcher(source);
    if (!end.find(at)) {
      throw error("raw is not closed by endraw");
    }
    lineStarting = source.charAt(at - 1) == '\n';
    addText(
        source.substring(at, end.start()),
        end.group(1).isEmpty() ? ' ' : end.group(1).charAt(0),
        false);
    at = end.end();
    lineStarting = source.charAt(at - 1) == '\n';
  }

  private void tag(Kind begin) {
    boolean block = begin == Kind.BLOCK_BEGIN;
    String close = block ? "%}" : "}}";
    add(begin, block ? "{%" : "{{");
    Deque<Character> open = new ArrayDeque<>();
    while (true) {
      while (at < source.length() && Text.isSpace(source.charAt(at))) {
        at++;
      }
      if (at >= source.length()) {
        throw error("a tag is not closed by " + close);
      }
      char sign = sign(at);
      boolean signed = sign == '-' || sign == '+' && block;
      if (open.isEmpty() && source.startsWith(close, signed ? at + 1 : at)) {
        add(block ? Kind.BLOCK_END : Kind.VARIABLE_END, close);
        at += signed ? 3 : 2;
        afterTag(signed ? sign : ' ', block);
        return;
      }
      token(open);
    }
  }

  private void token(Deque<Character> open) {
    char c = source.charAt(at);
    Matcher number = NUMBER.matcher(source).region(at, source.length());
    if (c == '"' || c == '\'') {
      string(c);
    } else if (number.lookingAt()) {
      boolean whole = number.group(1) == null && number.group(2) == null;
      add(whole ? Kind.INTEGER : Kind.FLOAT, number.group().replace("_", ""));
      at = number.end();
    } else if (Character.isUnicodeIdentifierStart(c) || c == '_') {
      int end = at + 1;
      while (end < source.length() && Character.isUnicodeIdentifierPart(source.charAt(end))) {
        end++;
      }
      add(Kind.NAME, source.substring(at, end));
      at = end;
    } else {
      operator(open);
    }
  }

  private void operator(Deque<Character> open) {
    for (String operator : OPERATORS) {
      if (source.startsWith(operator, at)) {
        balance(operator.charAt(0), open);
        add(Kind.OPERATOR, operator);
        at += operator.length();
        return;
      }
    }
    throw error("unexpected character '" + source.charAt(at) + "'");
  }

  private void balance(char c, Deque<Character> open) {
    switch (c) {
      case '(' -> open.push(')');
      case '[' -> open.push(']');
      case '{' -> open.push('}');
      case ')', ']', '}' -> {
        if (open.isEmpty() || open.pop() != c) {
          throw error("unexpected '" + c + "'");
        }
      }
      default -> {}
    }
  }

  private void string(char quote) {
    StringBuilder text = new StringBuilder();
    int i = at + 1;
    while (i < source.length() && source.charAt(i) != quote) {
      if (source.charAt(i) == '\\' && i + 1 < source.length()) {
        i = escape(i + 1, text);
      } else {
        text.append(source.charAt(i++));
      }
    }
    if (i >= source.length()) {
      throw error("a string is not closed");
    }
    add(Kind.STRING, text.toString());
    at = i + 1;
  }

  /** Reads Python's escape after a backslash; returns the index after it. */
  private int escape(int i, StringBuilder text) {
    char c = source.charAt(i);
    switch (c) {
      case 'n' -> text.append('\n');
      case 't' -> text.append('\t');
      case 'r' -> text.append('\r');
      case 'b' -> text.append('\b');
      case 'f' -> text.append('\f');
      case 'v' -> text.append('\u000b');
      case 'a' -> text.append('\u0007');
      case '\\', '\'', '"' -> text.append(c);
      case '\n' -> {}
      case 'x' -> {
        return hex(i + 1, 2, text);
      }
      case 'u' -> {
        return hex(i + 1, 4, text);
      }
      case 'U' -> {
        return hex(i + 1, 8, text);
      }
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        int end = i;
        while (end < i + 3
            && end < source.length()
            && "01234567".indexOf(source.charAt(end)) >= 0) {
          end++;
        }
        text.append((char) Integer.parseInt(source.substring(i, end), 8));
        return end;
      }
      default -> text.append('\\').append(c);
    }
    return i + 1;
  }

  private int hex(int from, int digits, StringBuilder text) {
    int value = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = i < source.length() ? Character.digit(source.charAt(i), 16) : -1;
      if (digit < 0 || value > Character.MAX_CODE_POINT >> 4) {
        throw error("a broken escape in a string");
      }
      value = value << 4 | digit;
    }
    if (value > Character.MAX_CODE_POINT) {
      throw error("a broken escape in a string");
    }
    text.appendCodePoint(value);
    return from + digits;
  }

  private void add(Kind kind, String text) {
    tokens.add(new Token(kind, text, currentLine()));
  }

  private int currentLine() {
    for (; lineAt < at; lineAt++) {
      line += source.charAt(lineAt) == '\n' ? 1 : 0;
    }
    return line;
  }

  private JinjaException error(String message) {
    return new JinjaException("line " + currentLine() + ": " + message);
  }
}
