package drover.tokenizer.jinja;

import java.util.ArrayList;
import java.util.List;

/** Python's operators on numbers, strings and lists. */
final class Arithmetic {

  private final Budget budget;

  Arithmetic(Budget budget) {
    this.budget = budget;
  }

  Object binary(String operator, Object left, Object right) {
    try {
      return switch (operator) {
        case "+" -> join(left, right);
        case "-" ->
            whole(left, right)
                ? (Object) Math.subtractExact(Values.whole(left), Values.whole(right))
                : (Object) (Values.number(left) - Values.number(right));
        case "*" -> multiply(left, right);
        case "/" -> Values.number(left) / divisor(right);
        case "//" ->
            whole(left, right) && divisor(right) != 0
                ? (Object) Math.floorDiv(Values.whole(left), Values.whole(right))
                : (Object) Math.floor(Values.number(left) / divisor(right));
        case "%" -> remainder(left, right);
        default -> power(left, right);
      };
    } catch (ArithmeticException e) {
      throw new JinjaException("a number is too large");
    }
  }

  private static boolean whole(Object left, Object right) {
    return Values.isWhole(left) && Values.isWhole(right);
  }

  private static double divisor(Object value) {
    double divisor = Values.number(value);
    if (divisor == 0) {
      throw new JinjaException("division by zero");
    }
    return divisor;
  }

  private Object join(Object left, Object right) {
    if (left instanceof String a) {
      budget.characters((long) a.length() + Values.text(right).length());
      return a + Values.text(right);
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      budget.items((long) a.size() + b.size());
      List<Object> joined = new ArrayList<>(a);
      joined.addAll(b);
      return joined;
    }
    return add(left, right);
  }

  /** The sum of two numbers. */
  static Object add(Object left, Object right) {
    if (!Values.isNumber(left)) {
      throw Values.wrong("a number", left);
    }
    if (!Values.isNumber(right)) {
      throw Values.wrong("a number", right);
    }
    try {
      return whole(left, right)
          ? (Object) Math.addExact(Values.whole(left), Values.whole(right))
          : (Object) (Values.number(left) + Values.number(right));
    } catch (ArithmeticException e) {
      throw new JinjaException("a number is too large");
    }
  }

  private Object multiply(Object left, Object right) {
    if (Values.isWhole(left) && (right instanceof String || right instanceof List)) {
      return repeat(right, Values.whole(left));
    }
    if (Values.isWhole(right) && (left instanceof String || left instanceof List)) {
      return repeat(left, Values.whole(right));
    }
    return whole(left, right)
        ? (Object) Math.multiplyExact(Values.whole(left), Values.whole(right))
        : (Object) (Values.number(left) * Values.number(right));
  }

  private Object repeat(Object value, long times) {
    long count = Math.max(0, times);
    if (value instanceof String text) {
      budget.characters(Math.multiplyExact(count, (long) text.length()));
      return text.isEmpty() ? "" : text.repeat((int) count);
    }
    List<?> list = (List<?>) value;
    budget.items(Math.multiplyExact(count, (long) list.size()));
    List<Object> repeated = new ArrayList<>();
    for (long i = 0; i < count && !list.isEmpty(); i++) {
      repeated.addAll(list);
    }
    return repeated;
  }

  private static Object remainder(Object left, Object right) {
    if (left instanceof String) {
      throw new JinjaException("formatting with % is not supported");
    }
    double divisor = divisor(right);
    if (whole(left, right)) {
      return Math.floorMod(Values.whole(left), Values.whole(right));
    }
    double value = Values.number(left);
    return value - Math.floor(value / divisor) * divisor;
  }

  private static Object power(Object left, Object right) {
    if (whole(left, right) && Values.whole(right) >= 0 && Values.whole(right) < 64) {
      long result = 1;
      for (long i = 0; i < Values.whole(right); i++) {
        result = Math.multiplyExact(result, Values.whole(left));
      }
      return result;
    }
    return Math.pow(Values.number(left), Values.number(right));
  }
}
