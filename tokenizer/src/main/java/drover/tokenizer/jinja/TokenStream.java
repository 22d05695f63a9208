package drover.tokenizer.jinja;

import drover.tokenizer.jinja.Token.Kind;
import java.util.List;

/** The tokens of a template as the parsers read them, with a guard against deep nesting. */
final class TokenStream {

  private static final int MAX_DEPTH = 100;

  private final List<Token> tokens;
  private int at;
  private int depth;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peekSecond() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(at);
    if (token.kind() != Kind.END) {
      at++;
    }
    return token;
  }

  boolean takeOperator(String operator) {
    boolean there = peek().isOperator(operator);
    at += there ? 1 : 0;
    return there;
  }

  boolean takeName(String name) {
    boolean there = peek().isName(name);
    at += there ? 1 : 0;
    return there;
  }

  void expectOperator(String operator) {
    if (!takeOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  Token expect(Kind kind, String what) {
    if (peek().kind() != kind) {
      throw unexpected(what);
    }
    return next();
  }

  String name() {
    return expect(Kind.NAME, "a name").text();
  }

  void enter() {
    if (++depth > MAX_DEPTH) {
      throw error("nested more than " + MAX_DEPTH + " deep");
    }
  }

  void leave() {
    depth--;
  }

  JinjaException unexpected(String expected) {
    return error("found " + peek().show() + ", expected " + expected);
  }

  JinjaException error(String message) {
    return new JinjaException("line " + peek().line() + ": " + message);
  }
}
