package drover.tokenizer.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a template's body. */
final class Interpreter {

  /** How a body was left. */
  private enum Exit {
    END,
    BREAK,
    CONTINUE
  }

  private final Budget budget;
  private final Evaluator evaluator;
  private StringBuilder out = new StringBuilder();
  private int loops;

  Interpreter(Budget budget) {
    this.budget = budget;
    evaluator = new Evaluator(budget);
  }

  String render(List<Statement> body, Scope scope) {
    run(body, scope);
    return out.toString();
  }

  private Exit run(List<Statement> body, Scope scope) {
    budget.enter();
    Exit exit = Exit.END;
    for (Statement statement : body) {
      exit = run(statement, scope);
      if (exit != Exit.END) {
        break;
      }
    }
    budget.leave();
    return exit;
  }

  private Exit run(Statement statement, Scope scope) {
    budget.step();
    switch (statement) {
      case Statement.Data data -> print(data.text());
      case Statement.Output output ->
          print(Printer.str(evaluator.evaluate(output.expression(), scope)));
      case Statement.If choice -> {
        return choose(choice, scope);
      }
      case Statement.For loop -> loop(loop, scope);
      case Statement.Assign assign ->
          assign(assign.targets(), evaluator.evaluate(assign.value(), scope), assign.line(), scope);
      case Statement.AssignAttribute assign -> assignAttribute(assign, scope);
      case Statement.Capture capture -> {
        String text = capture(capture.body(), new Scope(scope));
        scope.set(capture.name(), filter(capture.filters(), text, scope));
      }
      case Statement.Macro macro -> scope.set(macro.name(), macro(macro, scope));
      case Statement.FilterBlock block ->
          print(
              Printer.str(filter(block.filters(), capture(block.body(), new Scope(scope)), scope)));
      case Statement.With with -> {
        return with(with, scope);
      }
      case Statement.Break stop -> {
        return inLoop(Exit.BREAK);
      }
      case Statement.Continue skip -> {
        return inLoop(Exit.CONTINUE);
      }
    }
    return Exit.END;
  }

  private Exit inLoop(Exit exit) {
    if (loops == 0) {
      throw new JinjaException("break or continue outside a loop");
    }
    return exit;
  }

  private void print(String text) {
    budget.characters(text.length());
    if (out.length() + (long) text.length() > Budget.MAX_LENGTH) {
      throw new JinjaException("the template makes too much text");
    }
    out.append(text);
  }

  private String capture(List<Statement> body, Scope scope) {
    StringBuilder before = out;
    out = new StringBuilder();
    run(body, scope);
    String captured = out.toString();
    out = before;
    return captured;
  }

  private Object filter(List<Expression.Filter> filters, Object text, Scope scope) {
    Object value = text;
    for (Expression.Filter filter : filters) {
      value = evaluator.filter(filter, value, scope);
    }
    return value;
  }

  private Exit choose(Statement.If choice, Scope scope) {
    for (Statement.Branch branch : choice.branches()) {
      if (branch.condition() == null
          || Values.isTrue(evaluator.evaluate(branch.condition(), scope))) {
        return run(branch.body(), scope);
      }
    }
    return Exit.END;
  }

  private void loop(Statement.For statement, Scope scope) {
    Object over = evaluator.evaluate(statement.over(), scope);
    List<?> items = itemsOf(over, statement.line());
    if (statement.condition() != null) {
      List<Object> kept = new ArrayList<>();
      for (Object item : items) {
        Scope each = new Scope(scope);
        assign(statement.targets(), item, statement.line(), each);
        if (Values.isTrue(evaluator.evaluate(statement.condition(), each))) {
          kept.add(item);
        }
      }
      items = kept;
    }
    if (items.isEmpty()) {
      run(statement.otherwise(), new Scope(scope));
      return;
    }
    Loop loop = new Loop(items, ++loops);
    for (Object item : items) {
      loop.advance();
      Scope each = new Scope(scope);
      each.set("loop", loop);
      assign(statement.targets(), item, statement.line(), each);
      if (run(statement.body(), each) == Exit.BREAK) {
        break;
      }
    }
    loops--;
  }

  private List<?> itemsOf(Object value, int line) {
    try {
      List<?> items = Values.items(value);
      budget.items(items.size());
      return items;
    } catch (JinjaException e) {
      throw new JinjaException("line " + line + ": " + e.getMessage());
    }
  }

  private void assign(List<String> targets, Object value, int line, Scope scope) {
    if (targets.size() == 1) {
      scope.set(targets.getFirst(), value);
      return;
    }
    List<?> values = itemsOf(value, line);
    if (values.size() != targets.size()) {
      throw new JinjaException(
          "line %d: found %d values for %d names".formatted(line, values.size(), targets.size()));
    }
    for (int i = 0; i < targets.size(); i++) {
      scope.set(targets.get(i), values.get(i));
    }
  }

  private void assignAttribute(Statement.AssignAttribute assign, Scope scope) {
    Object value = evaluator.evaluate(assign.value(), scope);
    if (!(scope.get(assign.namespace()) instanceof Namespace namespace)) {
      throw new JinjaException(
          "line " + assign.line() + ": '" + assign.namespace() + "' is not a namespace");
    }
    namespace.attributes().put(assign.attribute(), value);
  }

  private Exit with(Statement.With with, Scope scope) {
    Scope inner = new Scope(scope);
    for (int i = 0; i < with.names().size(); i++) {
      inner.set(with.names().get(i), evaluator.evaluate(with.values().get(i), scope));
    }
    return run(with.body(), inner);
  }

  private Callable macro(Statement.Macro macro, Scope scope) {
    return (positional, named) -> {
      if (positional.size() > macro.parameters().size()) {
        throw new JinjaException("the macro " + macro.name() + " takes fewer arguments");
      }
      Map<String, Object> given = new LinkedHashMap<>(named);
      Scope inner = new Scope(scope);
      for (int i = 0; i < macro.parameters().size(); i++) {
        String parameter = macro.parameters().get(i);
        Expression otherwise = macro.defaults().get(i);
        if (i < positional.size()) {
          inner.set(parameter, positional.get(i));
        } else if (given.containsKey(parameter)) {
          inner.set(parameter, given.remove(parameter));
        } else if (otherwise != null) {
          inner.set(parameter, evaluator.evaluate(otherwise, inner));
        } else {
          inner.set(parameter, new Undefined("parameter '" + parameter + "' was not provided"));
        }
      }
      if (!given.isEmpty()) {
        throw new JinjaException(
            "the macro " + macro.name() + " has no parameter " + given.keySet().iterator().next());
      }
      int outerLoops = loops;
      loops = 0;
      String text = capture(macro.body(), inner);
      loops = outerLoops;
      return text;
    };
  }
}
