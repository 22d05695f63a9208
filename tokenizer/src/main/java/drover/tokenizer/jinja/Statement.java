package drover.tokenizer.jinja;

import java.util.List;

/** A part of a template's body. */
sealed interface Statement {

  record Data(String text) implements Statement {}

  record Output(Expression expression) implements Statement {}

  /** A branch without condition (null) is the else. */
  record If(List<Branch> branches) implements Statement {}

  record Branch(Expression condition, List<Statement> body) {}

  record For(
      List<String> targets,
      Expression over,
      Expression condition,
      List<Statement> body,
      List<Statement> otherwise,
      int line)
      implements Statement {}

  /** {@code set a, b = value}. */
  record Assign(List<String> targets, Expression value, int line) implements Statement {}

  /** {@code set namespace.attribute = value}. */
  record AssignAttribute(String namespace, String attribute, Expression value, int line)
      implements Statement {}

  /** {@code set name | filters} ... {@code endset}. */
  record Capture(String name, List<Statement> body, List<Expression.Filter> filters, int line)
      implements Statement {}

  record Macro(
      String name, List<String> parameters, List<Expression> defaults, List<Statement> body)
      implements Statement {}

  record FilterBlock(List<Expression.Filter> filters, List<Statement> body) implements Statement {}

  /** {@code with}, and {@code generation}, which marks the assistant's text and does nothing. */
  record With(List<String> names, List<Expression> values, List<Statement> body)
      implements Statement {}

  record Break() implements Statement {}

  record Continue() implements Statement {}
}
