package drover.tokenizer.jinja;

import drover.tokenizer.jinja.Expression.Arguments;
import drover.tokenizer.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parses expressions by Jinja's precedences. */
final class ExpressionParser {

  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  private final TokenStream tokens;

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  Expression parse() {
    tokens.enter();
    Expression expression = conditional();
    tokens.leave();
    return expression;
  }

  private Expression conditional() {
    Expression expression = or();
    while (tokens.takeName("if")) {
      Expression condition = or();
      Expression otherwise = tokens.takeName("else") ? parse() : null;
      expression = new Expression.Conditional(condition, expression, otherwise);
    }
    return expression;
  }

  /** Several expressions with commas between them are a tuple. */
  Expression tuple(boolean withCondition) {
    Expression first = withCondition ? parse() : or();
    if (!tokens.peek().isOperator(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (tokens.takeOperator(",") && !endsTuple()) {
      items.add(withCondition ? parse() : or());
    }
    return new Expression.TupleOf(items);
  }

  private boolean endsTuple() {
    Token token = tokens.peek();
    return token.kind() == Kind.BLOCK_END
        || token.kind() == Kind.VARIABLE_END
        || token.isOperator(")")
        || token.isOperator("]");
  }

  Expression or() {
    Expression left = and();
    while (tokens.peek().isName("or")) {
      int line = tokens.next().line();
      left = new Expression.Binary("or", left, and(), line);
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.peek().isName("and")) {
      int line = tokens.next().line();
      left = new Expression.Binary("and", left, not(), line);
    }
    return left;
  }

  private Expression not() {
    if (!tokens.peek().isName("not")) {
      return compare();
    }
    int line = tokens.next().line();
    tokens.enter();
    Expression negated = new Expression.Unary("not", not(), line);
    tokens.leave();
    return negated;
  }

  private Expression compare() {
    int line = tokens.peek().line();
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> rest = new ArrayList<>();
    while (true) {
      Token token = tokens.peek();
      if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
        operators.add(tokens.next().text());
      } else if (tokens.takeName("in")) {
        operators.add("in");
      } else if (token.isName("not") && tokens.peekSecond().isName("in")) {
        tokens.next();
        tokens.next();
        operators.add("not in");
      } else {
        break;
      }
      rest.add(sum());
    }
    return rest.isEmpty() ? first : new Expression.Compare(first, operators, rest, line);
  }

  private Expression sum() {
    Expression left = concatenation();
    while (tokens.peek().isOperator("+") || tokens.peek().isOperator("-")) {
      Token operator = tokens.next();
      left = new Expression.Binary(operator.text(), left, concatenation(), operator.line());
    }
    return left;
  }

  private Expression concatenation() {
    Expression left = product();
    while (tokens.peek().isOperator("~")) {
      int line = tokens.next().line();
      left = new Expression.Binary("~", left, product(), line);
    }
    return left;
  }

  private Expression product() {
    Expression left = power();
    while (true) {
      Token token = tokens.peek();
      boolean there =
          token.isOperator("*")
              || token.isOperator("/")
              || token.isOperator("//")
              || token.isOperator("%");
      if (!there) {
        return left;
      }
      tokens.next();
      left = new Expression.Binary(token.text(), left, power(), token.line());
    }
  }

  private Expression power() {
    Expression left = unary(true);
    while (tokens.peek().isOperator("**")) {
      int line = tokens.next().line();
      left = new Expression.Binary("**", left, unary(true), line);
    }
    return left;
  }

  private Expression unary(boolean withFilters) {
    Token token = tokens.peek();
    Expression expression;
    if (token.isOperator("-") || token.isOperator("+")) {
      tokens.next();
      tokens.enter();
      expression = new Expression.Unary(token.text(), unary(false), token.line());
      tokens.leave();
    } else {
      expression = primary();
    }
    expression = postfix(expression);
    return withFilters ? filters(expression) : expression;
  }

  private Expression primary() {
    Token token = tokens.next();
    return switch (token.kind()) {
      case NAME ->
          switch (token.text()) {
            case "true", "True" -> new Expression.Literal(true);
            case "false", "False" -> new Expression.Literal(false);
            case "none", "None" -> new Expression.Literal(null);
            default -> new Expression.Name(token.text(), token.line());
          };
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (tokens.peek().kind() == Kind.STRING) {
          text.append(tokens.next().text());
        }
        yield new Expression.Literal(text.toString());
      }
      case INTEGER -> new Expression.Literal(integer(token));
      case FLOAT -> new Expression.Literal(Double.valueOf(token.text()));
      case OPERATOR ->
          switch (token.text()) {
            case "(" -> parenthesis();
            case "[" -> list();
            case "{" -> dict();
            default -> throw unexpected(token);
          };
      default -> throw unexpected(token);
    };
  }

  private JinjaException unexpected(Token token) {
    return new JinjaException(
        "line " + token.line() + ": found " + token.show() + ", expected an expression");
  }

  private static Long integer(Token token) {
    try {
      return Long.valueOf(token.text());
    } catch (NumberFormatException e) {
      throw new JinjaException("line " + token.line() + ": the number is too large");
    }
  }

  private Expression parenthesis() {
    if (tokens.takeOperator(")")) {
      return new Expression.TupleOf(List.of());
    }
    Expression inside = tuple(true);
    tokens.expectOperator(")");
    return inside;
  }

  private Expression list() {
    List<Expression> items = new ArrayList<>();
    while (!tokens.takeOperator("]")) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.takeOperator("]")) {
          break;
        }
      }
      items.add(parse());
    }
    return new Expression.ListOf(items);
  }

  private Expression dict() {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.takeOperator("}")) {
      if (!keys.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.takeOperator("}")) {
          break;
        }
      }
      keys.add(parse());
      tokens.expectOperator(":");
      values.add(parse());
    }
    return new Expression.DictOf(keys, values);
  }

  Expression postfix(Expression start) {
    Expression expression = start;
    while (true) {
      int line = tokens.peek().line();
      if (tokens.takeOperator(".")) {
        Token name = tokens.next();
        if (name.kind() == Kind.INTEGER) {
          expression = new Expression.Item(expression, new Expression.Literal(integer(name)), line);
        } else if (name.kind() == Kind.NAME) {
          expression = new Expression.Attribute(expression, name.text(), line);
        } else {
          throw unexpected(name);
        }
      } else if (tokens.takeOperator("[")) {
        expression = subscript(expression, line);
      } else if (tokens.peek().isOperator("(")) {
        expression = new Expression.Call(expression, arguments(), line);
      } else {
        return expression;
      }
    }
  }

  private Expression subscript(Expression of, int line) {
    Expression[] parts = new Expression[3];
    int part = 0;
    while (!tokens.takeOperator("]")) {
      if (tokens.takeOperator(":")) {
        if (++part > 2) {
          throw tokens.unexpected("']'");
        }
      } else if (parts[part] == null) {
        parts[part] = parse();
      } else {
        throw tokens.unexpected("']'");
      }
    }
    if (part > 0) {
      return new Expression.Slice(of, parts[0], parts[1], parts[2], line);
    }
    if (parts[0] == null) {
      throw tokens.error("an empty subscript");
    }
    return new Expression.Item(of, parts[0], line);
  }

  Arguments arguments() {
    tokens.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    while (!tokens.takeOperator(")")) {
      if (!positional.isEmpty() || !named.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.takeOperator(")")) {
          break;
        }
      }
      if (tokens.peek().kind() == Kind.NAME && tokens.peekSecond().isOperator("=")) {
        String name = tokens.name();
        tokens.next();
        named.put(name, parse());
      } else if (named.isEmpty()) {
        positional.add(parse());
      } else {
        throw tokens.unexpected("an argument with a name");
      }
    }
    return new Arguments(positional, named);
  }

  private Expression filters(Expression start) {
    Expression expression = start;
    while (true) {
      if (tokens.takeOperator("|")) {
        expression = filter(expression);
      } else if (tokens.peek().isName("is")) {
        expression = test(expression);
      } else if (tokens.peek().isOperator("(")) {
        int line = tokens.peek().line();
        expression = new Expression.Call(expression, arguments(), line);
      } else {
        return expression;
      }
    }
  }

  Expression.Filter filter(Expression of) {
    int line = tokens.peek().line();
    String name = tokens.name();
    Filters.check(name, line);
    Arguments arguments = tokens.peek().isOperator("(") ? arguments() : Arguments.NONE;
    return new Expression.Filter(of, name, arguments, line);
  }

  private Expression test(Expression of) {
    int line = tokens.next().line();
    boolean negated = tokens.takeName("not");
    String name = tokens.name();
    Tests.check(name, line);
    Arguments arguments = Arguments.NONE;
    Token token = tokens.peek();
    if (token.isOperator("(")) {
      arguments = arguments();
    } else if (beginsArgument(token)) {
      arguments = new Arguments(List.of(postfix(primary())), Map.of());
    }
    return new Expression.Test(of, name, arguments, negated, line);
  }

  private static boolean beginsArgument(Token token) {
    return switch (token.kind()) {
      case STRING, INTEGER, FLOAT -> true;
      case NAME -> !Set.of("else", "or", "and", "if", "is").contains(token.text());
      case OPERATOR -> token.text().equals("[") || token.text().equals("{");
      default -> false;
    };
  }
}
