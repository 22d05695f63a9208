package drover.tokenizer.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Python's rules for values. None is null, the rest is Boolean, Long, Double, String, List, Map,
 * {@link Undefined}, {@link Namespace} and {@link Callable}.
 */
final class Values {

  private Values() {}

  static boolean isTrue(Object value) {
    return switch (value) {
      case null -> false;
      case Undefined undefined -> false;
      case Boolean bool -> bool;
      case Long number -> number != 0;
      case Double number -> number != 0;
      case String text -> !text.isEmpty();
      case List<?> list -> !list.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      default -> true;
    };
  }

  static String typeName(Object value) {
    return switch (value) {
      case null -> "None";
      case Undefined undefined -> "undefined";
      case Boolean bool -> "bool";
      case Long number -> "int";
      case Double number -> "float";
      case String text -> "str";
      case List<?> list -> "list";
      case Map<?, ?> map -> "dict";
      case Namespace namespace -> "namespace";
      default -> "function";
    };
  }

  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  static boolean isWhole(Object value) {
    return value instanceof Long || value instanceof Boolean;
  }

  static long whole(Object value) {
    return switch (value) {
      case Long number -> number;
      case Boolean bool -> bool ? 1 : 0;
      case null, default -> throw wrong("a whole number", value);
    };
  }

  static double number(Object value) {
    return value instanceof Double number ? number : whole(value);
  }

  static String text(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw wrong("a string", value);
  }

  /** The refusal of a value; an undefined one says what it would have been. */
  static JinjaException wrong(String expected, Object value) {
    return value instanceof Undefined undefined
        ? new JinjaException(undefined.message())
        : new JinjaException("found " + typeName(value) + ", expected " + expected);
  }

  /** What a loop over the value sees. */
  static List<?> items(Object value) {
    return switch (value) {
      case List<?> list -> list;
      case Map<?, ?> map -> new ArrayList<Object>(map.keySet());
      case String text -> characters(text);
      case Undefined undefined -> List.of();
      case null, default -> throw wrong("something to go through", value);
    };
  }

  private static List<String> characters(String text) {
    if (text.length() > Budget.MAX_ITEMS) {
      throw new JinjaException("a loop over more than " + Budget.MAX_ITEMS + " characters");
    }
    return text.codePoints().mapToObj(Character::toString).toList();
  }

  static long length(Object value) {
    return switch (value) {
      case String text -> text.codePointCount(0, text.length());
      case List<?> list -> list.size();
      case Map<?, ?> map -> map.size();
      case Undefined undefined -> 0;
      case null, default -> throw wrong("something with a length", value);
    };
  }

  static boolean equal(Object left, Object right) {
    if (isNumber(left) && isNumber(right)) {
      return isWhole(left) && isWhole(right)
          ? whole(left) == whole(right)
          : number(left) == number(right);
    }
    return switch (left) {
      case null -> right == null;
      case Undefined undefined -> right instanceof Undefined;
      case List<?> list ->
          right instanceof List<?> other && list.size() == other.size() && equalItems(list, other);
      case Map<?, ?> map ->
          right instanceof Map<?, ?> other
              && map.size() == other.size()
              && map.entrySet().stream()
                  .allMatch(
                      entry ->
                          other.containsKey(entry.getKey())
                              && equal(entry.getValue(), other.get(entry.getKey())));
      default -> left.equals(right);
    };
  }

  private static boolean equalItems(List<?> left, List<?> right) {
    for (int i = 0; i < left.size(); i++) {
      if (!equal(left.get(i), right.get(i))) {
        return false;
      }
    }
    return true;
  }

  static int compare(Object left, Object right) {
    if (isNumber(left) && isNumber(right)) {
      return isWhole(left) && isWhole(right)
          ? Long.compare(whole(left), whole(right))
          : Double.compare(number(left), number(right));
    }
    if (left instanceof String a && right instanceof String b) {
      return compareText(a, b);
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
        if (!equal(a.get(i), b.get(i))) {
          return compare(a.get(i), b.get(i));
        }
      }
      return Integer.compare(a.size(), b.size());
    }
    throw left instanceof Undefined ? wrong("", left) : wrong("a " + typeName(left), right);
  }

  /** By code points, as Python compares. */
  private static int compareText(String left, String right) {
    int[] a = left.codePoints().toArray();
    int[] b = right.codePoints().toArray();
    return Arrays.compare(a, b);
  }

  static boolean contains(Object container, Object item) {
    return switch (container) {
      case String text -> text.contains(text(item));
      case Map<?, ?> map -> map.containsKey(item);
      case List<?> list -> list.stream().anyMatch(member -> equal(member, item));
      case Undefined undefined -> false;
      case null, default -> throw wrong("something that can contain others", container);
    };
  }

  /** {@code value[index]}; undefined where there is none. */
  static Object item(Object value, Object index) {
    return switch (value) {
      case Undefined undefined -> throw wrong("", undefined);
      case Map<?, ?> map when map.containsKey(index) -> map.get(index);
      case List<?> list when isWhole(index) -> at(list, whole(index));
      case String text when isWhole(index) -> at(characters(text), whole(index));
      case null, default ->
          new Undefined("'" + typeName(value) + " object' has no element " + Printer.repr(index));
    };
  }

  private static Object at(List<?> list, long index) {
    long from = index < 0 ? index + list.size() : index;
    return from >= 0 && from < list.size()
        ? list.get((int) from)
        : new Undefined("the index " + index + " is out of range");
  }

  /** {@code value[from:to:step]}, each of which may be None. */
  static Object slice(Object value, Object from, Object to, Object step) {
    if (value instanceof String text) {
      List<?> sliced = slice(characters(text), from, to, step);
      StringBuilder joined = new StringBuilder();
      sliced.forEach(joined::append);
      return joined.toString();
    }
    if (value instanceof List<?> list) {
      return slice(list, from, to, step);
    }
    throw wrong("a list or string to slice", value);
  }

  private static List<Object> slice(List<?> list, Object from, Object to, Object step) {
    long by = step == null ? 1 : whole(step);
    if (by == 0) {
      throw new JinjaException("a slice with step 0");
    }
    int size = list.size();
    long low = by > 0 ? 0 : -1;
    long high = by > 0 ? size : size - 1L;
    long start = from == null ? (by > 0 ? low : high) : bound(whole(from), size, low, high);
    long end = to == null ? (by > 0 ? high : low) : bound(whole(to), size, low, high);
    List<Object> sliced = new ArrayList<>();
    for (long i = start; by > 0 ? i < end : i > end; i = Math.addExact(i, clamp(by, size))) {
      sliced.add(list.get((int) i));
    }
    return sliced;
  }

  private static long clamp(long step, int size) {
    return Math.clamp(step, -size - 1L, size + 1L);
  }

  private static long bound(long index, int size, long low, long high) {
    return Math.clamp(index < 0 ? index + size : index, low, high);
  }
}
