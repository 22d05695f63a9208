package drover.tokenizer.jinja;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What can follow {@code is}. */
final class Tests {

  private static final Set<String> NAMES =
      Set.of(
          "defined",
          "undefined",
          "none",
          "string",
          "number",
          "integer",
          "float",
          "boolean",
          "true",
          "false",
          "mapping",
          "sequence",
          "iterable",
          "callable",
          "sameas",
          "eq",
          "equalto",
          "ne",
          "lt",
          "lessthan",
          "le",
          "gt",
          "greaterthan",
          "ge",
          "in",
          "odd",
          "even",
          "divisibleby",
          "lower",
          "upper");

  private Tests() {}

  static void check(String name, int line) {
    if (!NAMES.contains(name)) {
      throw new JinjaException("line " + line + ": there is no test named '" + name + "'");
    }
  }

  static boolean test(String name, Object value, Arguments in) {
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == null;
      case "string" -> value instanceof String;
      case "number" -> Values.isNumber(value);
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "boolean" -> value instanceof Boolean;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "mapping" -> value instanceof Map;
      case "sequence", "iterable" ->
          value instanceof String
              || value instanceof List
              || value instanceof Map
              || value instanceof Undefined;
      case "callable" -> value instanceof Callable;
      case "odd" -> Math.floorMod(Values.whole(value), 2L) == 1;
      case "even" -> Math.floorMod(Values.whole(value), 2L) == 0;
      case "lower" -> isCase(Printer.str(value), false);
      case "upper" -> isCase(Printer.str(value), true);
      default -> compare(name, value, in.get(0, "other"));
    };
  }

  private static boolean isCase(String text, boolean upper) {
    String same = upper ? text.toUpperCase(Locale.ROOT) : text.toLowerCase(Locale.ROOT);
    return text.equals(same) && text.codePoints().anyMatch(Character::isLetter);
  }

  private static boolean compare(String name, Object value, Object other) {
    return switch (name) {
      case "sameas" -> Objects.equals(value, other);
      case "eq", "equalto" -> Values.equal(value, other);
      case "ne" -> !Values.equal(value, other);
      case "lt", "lessthan" -> Values.compare(value, other) < 0;
      case "le" -> Values.compare(value, other) <= 0;
      case "gt", "greaterthan" -> Values.compare(value, other) > 0;
      case "ge" -> Values.compare(value, other) >= 0;
      case "in" -> Values.contains(other, value);
      default -> {
        if (Values.whole(other) == 0) {
          throw new JinjaException("divisibleby 0");
        }
        yield Values.whole(value) % Values.whole(other) == 0;
      }
    };
  }
}
