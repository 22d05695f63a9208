package drover.tokenizer.jinja;

import java.util.List;
import java.util.Map;

/** What can stand between {@code {{} and {@code }}}. */
sealed interface Expression {

  record Literal(Object value) implements Expression {}

  record Name(String name, int line) implements Expression {}

  record ListOf(List<Expression> items) implements Expression {}

  record TupleOf(List<Expression> items) implements Expression {}

  record DictOf(List<Expression> keys, List<Expression> values) implements Expression {}

  record Attribute(Expression of, String name, int line) implements Expression {}

  record Item(Expression of, Expression index, int line) implements Expression {}

  record Slice(Expression of, Expression from, Expression to, Expression step, int line)
      implements Expression {}

  record Call(Expression callee, Arguments arguments, int line) implements Expression {}

  record Filter(Expression of, String name, Arguments arguments, int line) implements Expression {}

  record Test(Expression of, String name, Arguments arguments, boolean negated, int line)
      implements Expression {}

  record Unary(String operator, Expression of, int line) implements Expression {}

  record Binary(String operator, Expression left, Expression right, int line)
      implements Expression {}

  /** {@code first op next op next ...}, all of which must hold. */
  record Compare(Expression first, List<String> operators, List<Expression> rest, int line)
      implements Expression {}

  /** {@code then if condition else otherwise}; otherwise may be null. */
  record Conditional(Expression condition, Expression then, Expression otherwise)
      implements Expression {}

  record Arguments(List<Expression> positional, Map<String, Expression> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());
  }
}
