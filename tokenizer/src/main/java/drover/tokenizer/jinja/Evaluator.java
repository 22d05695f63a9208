package drover.tokenizer.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Works out expressions. */
final class Evaluator {

  private final Budget budget;
  private final Arithmetic arithmetic;
  private final Filters filters;
  private final Methods methods;

  Evaluator(Budget budget) {
    this.budget = budget;
    arithmetic = new Arithmetic(budget);
    filters = new Filters(budget);
    methods = new Methods(budget);
  }

  Object evaluate(Expression expression, Scope scope) {
    budget.enter();
    Object value =
        switch (expression) {
          case Expression.Literal literal -> literal.value();
          case Expression.Name name -> scope.get(name.name());
          case Expression.ListOf list -> evaluateAll(list.items(), scope);
          case Expression.TupleOf tuple -> new Tuple(evaluateAll(tuple.items(), scope).toArray());
          case Expression.DictOf dict -> dict(dict, scope);
          case Expression.Attribute attribute -> attribute(attribute, scope);
          case Expression.Item item -> item(item, scope);
          case Expression.Slice slice -> slice(slice, scope);
          case Expression.Call call -> call(call, scope);
          case Expression.Filter filter -> filter(filter, evaluate(filter.of(), scope), scope);
          case Expression.Test test -> test(test, scope);
          case Expression.Unary unary -> unary(unary, scope);
          case Expression.Binary binary -> binary(binary, scope);
          case Expression.Compare compare -> compare(compare, scope);
          case Expression.Conditional conditional -> conditional(conditional, scope);
        };
    budget.leave();
    return value;
  }

  private List<Object> evaluateAll(List<Expression> expressions, Scope scope) {
    List<Object> values = new ArrayList<>(expressions.size());
    expressions.forEach(expression -> values.add(evaluate(expression, scope)));
    return values;
  }

  private Map<String, Object> evaluateAll(Map<String, Expression> expressions, Scope scope) {
    Map<String, Object> values = new LinkedHashMap<>();
    expressions.forEach((name, expression) -> values.put(name, evaluate(expression, scope)));
    return values;
  }

  private Object dict(Expression.DictOf dict, Scope scope) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < dict.keys().size(); i++) {
      Object key = evaluate(dict.keys().get(i), scope);
      if (key instanceof List || key instanceof Map) {
        throw Values.wrong("a dict key that cannot change", key);
      }
      map.put(key, evaluate(dict.values().get(i), scope));
    }
    return map;
  }

  /** {@code value.name}: a method if there is one, else the item of that name. */
  private Object attribute(Expression.Attribute attribute, Scope scope) {
    Object value = evaluate(attribute.of(), scope);
    String name = attribute.name();
    return at(
        attribute.line(),
        () ->
            switch (value) {
              case Undefined undefined -> throw Values.wrong("", undefined);
              case Loop loop -> loop.attribute(name);
              case Namespace namespace -> member(namespace.attributes(), value, name);
              case null, default ->
                  Methods.has(value, name)
                      ? methods.find(value, name)
                      : value instanceof Map<?, ?> map
                          ? member(map, value, name)
                          : noAttribute(value, name);
            });
  }

  private static Object member(Map<?, ?> map, Object value, String name) {
    return map.containsKey(name) ? map.get(name) : noAttribute(value, name);
  }

  private static Undefined noAttribute(Object value, String name) {
    return new Undefined("'" + Values.typeName(value) + " object' has no attribute '" + name + "'");
  }

  /** {@code value[index]}: the item if there is one, else the method of that name. */
  private Object item(Expression.Item item, Scope scope) {
    Object value = evaluate(item.of(), scope);
    Object index = evaluate(item.index(), scope);
    return at(
        item.line(),
        () -> {
          if (value instanceof Loop loop && index instanceof String name) {
            return loop.attribute(name);
          }
          if (value instanceof Namespace namespace && index instanceof String name) {
            return member(namespace.attributes(), value, name);
          }
          if (value instanceof String text) {
            budget.characters(text.length());
          }
          Object found = Values.item(value, index);
          boolean method =
              found instanceof Undefined
                  && index instanceof String name
                  && Methods.has(value, name);
          return method ? methods.find(value, (String) index) : found;
        });
  }

  private Object slice(Expression.Slice slice, Scope scope) {
    Object value = evaluate(slice.of(), scope);
    Object from = slice.from() == null ? null : evaluate(slice.from(), scope);
    Object to = slice.to() == null ? null : evaluate(slice.to(), scope);
    Object step = slice.step() == null ? null : evaluate(slice.step(), scope);
    return at(
        slice.line(),
        () -> {
          budget.scan(value);
          return Values.slice(value, from, to, step);
        });
  }

  private Object call(Expression.Call call, Scope scope) {
    Object callee = evaluate(call.callee(), scope);
    List<Object> positional = evaluateAll(call.arguments().positional(), scope);
    Map<String, Object> named = evaluateAll(call.arguments().named(), scope);
    return at(
        call.line(),
        () -> {
          if (callee instanceof Callable callable) {
            return callable.call(positional, named);
          }
          throw Values.wrong("a function", callee);
        });
  }

  Object filter(Expression.Filter filter, Object value, Scope scope) {
    Arguments arguments = arguments(filter.name(), filter.arguments(), scope);
    return at(filter.line(), () -> filters.apply(filter.name(), value, arguments));
  }

  private Arguments arguments(String of, Expression.Arguments arguments, Scope scope) {
    return new Arguments(
        of, evaluateAll(arguments.positional(), scope), evaluateAll(arguments.named(), scope));
  }

  private Object test(Expression.Test test, Scope scope) {
    Object value = evaluate(test.of(), scope);
    Arguments arguments = arguments(test.name(), test.arguments(), scope);
    return at(
        test.line(),
        () -> {
          budget.scan(value);
          return Tests.test(test.name(), value, arguments) != test.negated();
        });
  }

  private Object unary(Expression.Unary unary, Scope scope) {
    Object value = evaluate(unary.of(), scope);
    if (unary.operator().equals("not")) {
      return !Values.isTrue(value);
    }
    return at(
        unary.line(),
        () ->
            unary.operator().equals("-")
                ? arithmetic.binary("-", 0L, value)
                : arithmetic.binary("+", 0L, value));
  }

  /** {@code and} and {@code or} give one of their operands and may leave the other alone. */
  private Object binary(Expression.Binary binary, Scope scope) {
    Object left = evaluate(binary.left(), scope);
    if (binary.operator().equals("and")) {
      return Values.isTrue(left) ? evaluate(binary.right(), scope) : left;
    }
    if (binary.operator().equals("or")) {
      return Values.isTrue(left) ? left : evaluate(binary.right(), scope);
    }
    Object right = evaluate(binary.right(), scope);
    return at(
        binary.line(),
        () -> {
          if (!binary.operator().equals("~")) {
            return arithmetic.binary(binary.operator(), left, right);
          }
          String a = Printer.str(left);
          String b = Printer.str(right);
          budget.characters((long) a.length() + b.length());
          return a + b;
        });
  }

  private Object compare(Expression.Compare compare, Scope scope) {
    Object left = evaluate(compare.first(), scope);
    for (int i = 0; i < compare.operators().size(); i++) {
      Object right = evaluate(compare.rest().get(i), scope);
      String operator = compare.operators().get(i);
      Object before = left;
      if (!at(compare.line(), () -> compare(operator, before, right))) {
        return false;
      }
      left = right;
    }
    return true;
  }

  private boolean compare(String operator, Object left, Object right) {
    budget.scan(right);
    return switch (operator) {
      case "==" -> Values.equal(left, right);
      case "!=" -> !Values.equal(left, right);
      case "<" -> Values.compare(left, right) < 0;
      case "<=" -> Values.compare(left, right) <= 0;
      case ">" -> Values.compare(left, right) > 0;
      case ">=" -> Values.compare(left, right) >= 0;
      case "in" -> Values.contains(right, left);
      default -> !Values.contains(right, left);
    };
  }

  private Object conditional(Expression.Conditional conditional, Scope scope) {
    if (Values.isTrue(evaluate(conditional.condition(), scope))) {
      return evaluate(conditional.then(), scope);
    }
    return conditional.otherwise() == null
        ? new Undefined("the condition does not hold and there is no else")
        : evaluate(conditional.otherwise(), scope);
  }

  @FunctionalInterface
  private interface Step<T> {
    T run();
  }

  /** Puts the line in front of a failure's message, once. */
  private static <T> T at(int line, Step<T> step) {
    try {
      return step.run();
    } catch (JinjaException e) {
      if (e.getMessage().startsWith("line ") || e.isRaised()) {
        throw e;
      }
      throw new JinjaException("line " + line + ": " + e.getMessage());
    }
  }
}
