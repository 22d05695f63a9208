package drover.tokenizer.jinja;

import drover.tokenizer.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parses a template's body. */
final class Parser {

  private final TokenStream tokens;
  private final ExpressionParser expressions;

  private Parser(List<Token> tokens) {
    this.tokens = new TokenStream(tokens);
    expressions = new ExpressionParser(this.tokens);
  }

  static List<Statement> parse(String template) {
    Parser parser = new Parser(Lexer.tokenize(template));
    return parser.body(Set.of());
  }

  /** Reads up to one of these tags, whose name is taken, or to the end where there are none. */
  private List<Statement> body(Set<String> ends) {
    tokens.enter();
    List<Statement> body = new ArrayList<>();
    while (true) {
      Token token = tokens.next();
      switch (token.kind()) {
        case DATA -> body.add(new Statement.Data(token.text()));
        case VARIABLE_BEGIN -> {
          body.add(new Statement.Output(expressions.tuple(true)));
          tokens.expect(Kind.VARIABLE_END, "'}}'");
        }
        case BLOCK_BEGIN -> {
          Token name = tokens.peek();
          if (name.kind() == Kind.NAME && ends.contains(name.text())) {
            tokens.leave();
            return body;
          }
          body.add(statement());
        }
        default -> {
          if (!ends.isEmpty()) {
            throw tokens.error("the template ends before " + String.join(" or ", ends));
          }
          tokens.leave();
          return body;
        }
      }
    }
  }

  private List<Statement> bodyTo(String end) {
    List<Statement> body = body(Set.of(end));
    tokens.next();
    blockEnd();
    return body;
  }

  private void blockEnd() {
    tokens.expect(Kind.BLOCK_END, "'%}'");
  }

  private Statement statement() {
    Token name = tokens.expect(Kind.NAME, "the name of a statement");
    return switch (name.text()) {
      case "if" -> ifStatement();
      case "for" -> forStatement(name.line());
      case "set" -> set(name.line());
      case "macro" -> macro();
      case "filter" -> filterBlock();
      case "with" -> with();
      case "generation" -> {
        blockEnd();
        yield new Statement.With(List.of(), List.of(), bodyTo("endgeneration"));
      }
      case "break" -> {
        blockEnd();
        yield new Statement.Break();
      }
      case "continue" -> {
        blockEnd();
        yield new Statement.Continue();
      }
      default ->
          throw new JinjaException(
              "line "
                  + name.line()
                  + ": the statement '"
                  + name.text()
                  + "' is not supported here");
    };
  }

  private Statement ifStatement() {
    List<Statement.Branch> branches = new ArrayList<>();
    Expression condition = expressions.tuple(true);
    blockEnd();
    while (true) {
      boolean isElse = condition == null;
      List<Statement> body = body(isElse ? Set.of("endif") : Set.of("elif", "else", "endif"));
      branches.add(new Statement.Branch(condition, body));
      String end = tokens.name();
      condition = end.equals("elif") ? expressions.tuple(true) : null;
      blockEnd();
      if (end.equals("endif")) {
        return new Statement.If(branches);
      }
    }
  }

  private Statement forStatement(int line) {
    List<String> targets = targets();
    if (!tokens.takeName("in")) {
      throw tokens.unexpected("'in'");
    }
    Expression over = expressions.tuple(false);
    Expression condition = tokens.takeName("if") ? expressions.parse() : null;
    if (tokens.peek().isName("recursive")) {
      throw tokens.error("recursive loops are not supported");
    }
    blockEnd();
    List<Statement> body = body(Set.of("else", "endfor"));
    List<Statement> otherwise = List.of();
    boolean hasElse = tokens.name().equals("else");
    blockEnd();
    if (hasElse) {
      otherwise = bodyTo("endfor");
    }
    return new Statement.For(targets, over, condition, body, otherwise, line);
  }

  private List<String> targets() {
    boolean inParentheses = tokens.takeOperator("(");
    List<String> names = new ArrayList<>();
    do {
      names.add(tokens.name());
    } while (tokens.takeOperator(",") && tokens.peek().kind() == Kind.NAME);
    if (inParentheses) {
      tokens.expectOperator(")");
    }
    return names;
  }

  private Statement set(int line) {
    if (tokens.peekSecond().isOperator(".")) {
      String namespace = tokens.name();
      tokens.next();
      String attribute = tokens.name();
      tokens.expectOperator("=");
      Expression value = expressions.tuple(true);
      blockEnd();
      return new Statement.AssignAttribute(namespace, attribute, value, line);
    }
    List<String> targets = targets();
    if (tokens.takeOperator("=")) {
      Expression value = expressions.tuple(true);
      blockEnd();
      return new Statement.Assign(targets, value, line);
    }
    List<Expression.Filter> filters = new ArrayList<>();
    while (tokens.takeOperator("|")) {
      filters.add(expressions.filter(null));
    }
    blockEnd();
    return new Statement.Capture(targets.getFirst(), bodyTo("endset"), filters, line);
  }

  private Statement macro() {
    String name = tokens.name();
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    tokens.expectOperator("(");
    while (!tokens.takeOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      parameters.add(tokens.name());
      defaults.add(tokens.takeOperator("=") ? expressions.parse() : null);
    }
    blockEnd();
    return new Statement.Macro(name, parameters, defaults, bodyTo("endmacro"));
  }

  private Statement filterBlock() {
    List<Expression.Filter> filters = new ArrayList<>();
    do {
      filters.add(expressions.filter(null));
    } while (tokens.takeOperator("|"));
    blockEnd();
    return new Statement.FilterBlock(filters, bodyTo("endfilter"));
  }

  private Statement with() {
    List<String> names = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (tokens.peek().kind() == Kind.NAME) {
      names.add(tokens.name());
      tokens.expectOperator("=");
      values.add(expressions.parse());
      if (!tokens.takeOperator(",")) {
        break;
      }
    }
    blockEnd();
    return new Statement.With(names, values, bodyTo("endwith"));
  }
}
