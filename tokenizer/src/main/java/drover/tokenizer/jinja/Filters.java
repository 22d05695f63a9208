package drover.tokenizer.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What can follow a bar. */
final class Filters {

  private static final Set<String> NAMES =
      Set.of(
          "trim",
          "length",
          "count",
          "upper",
          "lower",
          "title",
          "capitalize",
          "join",
          "default",
          "d",
          "replace",
          "first",
          "last",
          "list",
          "items",
          "map",
          "select",
          "reject",
          "selectattr",
          "rejectattr",
          "indent",
          "string",
          "int",
          "float",
          "abs",
          "round",
          "reverse",
          "sort",
          "unique",
          "dictsort",
          "safe",
          "min",
          "max",
          "sum",
          "tojson",
          "attr");

  private final Budget budget;

  Filters(Budget budget) {
    this.budget = budget;
  }

  static void check(String name, int line) {
    if (!NAMES.contains(name)) {
      throw new JinjaException("line " + line + ": there is no filter named '" + name + "'");
    }
  }

  Object apply(String name, Object value, Arguments in) {
    return switch (name) {
      case "trim" -> Methods.strip(printed(value), in, true, true);
      case "length", "count" -> Values.length(value);
      case "upper" -> printed(value).toUpperCase(Locale.ROOT);
      case "lower" -> printed(value).toLowerCase(Locale.ROOT);
      case "title" -> Methods.title(printed(value));
      case "capitalize" -> Methods.capitalize(printed(value));
      case "string", "safe" -> printed(value);
      case "replace" -> replace(value, in);
      case "indent" -> indent(printed(value), in);
      case "tojson" -> json(value, in);
      case "default", "d" ->
          value instanceof Undefined || in.isTrue(1, "boolean") && !Values.isTrue(value)
              ? in.get(0, "default_value", "")
              : value;
      case "int" -> toInt(value, in);
      case "float" -> toFloat(value, in);
      case "abs" ->
          value instanceof Double number
              ? (Object) Math.abs(number)
              : Math.abs(Values.whole(value));
      case "round" -> round(value, in);
      case "attr" -> attribute(value, in.text(0, "name"));
      default -> ofList(name, value, in);
    };
  }

  private String printed(Object value) {
    String text = Printer.str(value);
    budget.characters(text.length());
    return text;
  }

  private Object ofList(String name, Object value, Arguments in) {
    if (name.equals("items")) {
      return value instanceof Undefined ? List.of() : pairs(value);
    }
    if (name.equals("dictsort")) {
      List<Object> pairs = pairs(value);
      pairs.sort((a, b) -> Values.compare(key(Values.item(a, 0L)), key(Values.item(b, 0L))));
      return pairs;
    }
    List<?> items = Values.items(value);
    budget.items(items.size());
    return switch (name) {
      case "list" -> new ArrayList<Object>(items);
      case "first" -> items.isEmpty() ? new Undefined("there is no first item") : items.getFirst();
      case "last" -> items.isEmpty() ? new Undefined("there is no last item") : items.getLast();
      case "reverse" -> reverse(value, items);
      case "join" -> join(items, in);
      case "map" -> map(items, in);
      case "select" -> pick(items, in, 0, null, true);
      case "reject" -> pick(items, in, 0, null, false);
      case "selectattr" -> pick(items, in, 1, in.text(0, "attribute"), true);
      case "rejectattr" -> pick(items, in, 1, in.text(0, "attribute"), false);
      case "sort" -> sort(items, in);
      case "unique" -> unique(items);
      case "min" -> extreme(items, Values::compare);
      case "max" -> extreme(items, (a, b) -> Values.compare(b, a));
      default -> sum(items);
    };
  }

  private static List<Object> pairs(Object value) {
    if (value instanceof Map<?, ?> map) {
      return Methods.pairs(map);
    }
    throw Values.wrong("a dict", value);
  }

  private static Object reverse(Object value, List<?> items) {
    List<Object> reversed = new ArrayList<>(items.reversed());
    return value instanceof String
        ? String.join("", reversed.stream().map(Printer::str).toList())
        : reversed;
  }

  private Object replace(Object value, Arguments in) {
    Object count = in.get(2, "count", null);
    return Methods.replace(
        printed(value),
        printed(in.get(0, "old")),
        printed(in.get(1, "new")),
        count == null ? Long.MAX_VALUE : Values.whole(count),
        budget);
  }

  private Object join(List<?> items, Arguments in) {
    Object attribute = in.get(1, "attribute", null);
    List<?> values =
        attribute == null
            ? items
            : items.stream().map(item -> attribute(item, Values.text(attribute))).toList();
    return Methods.join(values, Printer.str(in.get(0, "d", "")), budget);
  }

  /** {@code a.b.0} of a value. */
  private static Object attribute(Object of, String path) {
    Object value = of;
    for (String part : path.split("\\.", -1)) {
      boolean index = !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
      value =
          value instanceof Namespace namespace
              ? Values.item(namespace.attributes(), part)
              : Values.item(value, index ? (Object) Long.valueOf(part) : part);
    }
    return value;
  }

  private Object map(List<?> items, Arguments in) {
    List<Object> mapped = new ArrayList<>();
    boolean byAttribute = in.positional().isEmpty();
    String name = byAttribute ? in.text(0, "attribute") : in.text(0, "filter");
    if (!byAttribute) {
      check(name, 0);
    }
    Arguments rest = byAttribute ? in : rest(name, in, 1);
    for (Object item : items) {
      budget.step();
      Object value = byAttribute ? attribute(item, name) : apply(name, item, rest);
      boolean missing =
          byAttribute && value instanceof Undefined && in.named().containsKey("default");
      mapped.add(missing ? in.named().get("default") : value);
    }
    return mapped;
  }

  private static Arguments rest(String of, Arguments in, int from) {
    int first = Math.min(from, in.positional().size());
    return new Arguments(of, in.positional().subList(first, in.positional().size()), in.named());
  }

  private Object pick(List<?> items, Arguments in, int from, String attribute, boolean wanted) {
    List<Object> picked = new ArrayList<>();
    String test = from < in.positional().size() ? in.text(from, "test") : null;
    Arguments rest = rest(String.valueOf(test), in, from + 1);
    if (test != null) {
      Tests.check(test, 0);
    }
    for (Object item : items) {
      budget.step();
      Object value = attribute == null ? item : attribute(item, attribute);
      boolean holds = test == null ? Values.isTrue(value) : Tests.test(test, value, rest);
      if (holds == wanted) {
        picked.add(item);
      }
    }
    return picked;
  }

  private static Object key(Object value) {
    return value instanceof String text ? text.toLowerCase(Locale.ROOT) : value;
  }

  private Object sort(List<?> items, Arguments in) {
    Object attribute = in.get(2, "attribute", null);
    boolean exact = in.isTrue(1, "case_sensitive");
    Comparator<Object> order =
        (a, b) -> {
          budget.step();
          Object left = attribute == null ? a : attribute(a, Values.text(attribute));
          Object right = attribute == null ? b : attribute(b, Values.text(attribute));
          return Values.compare(exact ? left : key(left), exact ? right : key(right));
        };
    List<Object> sorted = new ArrayList<>(items);
    sorted.sort(in.isTrue(0, "reverse") ? order.reversed() : order);
    return sorted;
  }

  private static Object unique(List<?> items) {
    Set<Object> seen = new LinkedHashSet<>();
    List<Object> unique = new ArrayList<>();
    for (Object item : items) {
      if (seen.add(key(item))) {
        unique.add(item);
      }
    }
    return unique;
  }

  private static Object extreme(List<?> items, Comparator<Object> order) {
    return items.isEmpty()
        ? new Undefined("there is no item")
        : items.stream().map(item -> (Object) item).min(order).orElseThrow();
  }

  private static Object sum(List<?> items) {
    Object sum = 0L;
    for (Object item : items) {
      sum = Arithmetic.add(sum, item);
    }
    return sum;
  }

  private String indent(String text, Arguments in) {
    Object width = in.get(0, "width", 4L);
    long spaces = width instanceof String ? 0 : Values.whole(width);
    budget.characters(spaces);
    String prefix = width instanceof String given ? given : " ".repeat((int) Math.max(0, spaces));
    boolean blank = in.isTrue(2, "blank");
    StringBuilder indented = new StringBuilder();
    String[] lines = text.split("\n", -1);
    budget.characters((long) lines.length * prefix.length() + text.length());
    for (int i = 0; i < lines.length; i++) {
      indented.append(i > 0 ? "\n" : "");
      boolean here = i == 0 ? in.isTrue(1, "first") : blank || !lines[i].isEmpty();
      indented.append(here ? prefix : "").append(lines[i]);
    }
    return indented.toString();
  }

  /** As transformers replaces the filter: {@code json.dumps(x, ensure_ascii=False, ...)}. */
  private String json(Object value, Arguments in) {
    Object indent = in.get(1, "indent", null);
    int width = indent == null ? -1 : Math.clamp(Values.whole(indent), 0, 100);
    String comma = indent == null ? ", " : ",";
    String colon = ": ";
    if (in.get(2, "separators", null) instanceof List<?> separators && separators.size() == 2) {
      comma = Values.text(separators.getFirst());
      colon = Values.text(separators.getLast());
    }
    String json =
        Printer.json(
            value,
            new Printer.JsonStyle(
                width, in.isTrue(0, "ensure_ascii"), in.isTrue(3, "sort_keys"), comma, colon));
    budget.characters(json.length());
    return json;
  }

  private static Object toInt(Object value, Arguments in) {
    Object otherwise = in.get(0, "default", 0L);
    return switch (value) {
      case Double number ->
          Double.isFinite(number) && Math.abs(number) < Long.MAX_VALUE
              ? (Object) number.longValue()
              : otherwise;
      case Long number -> number;
      case Boolean bool -> bool ? 1L : 0L;
      case String text -> parseInt(text.strip(), otherwise);
      case null, default -> otherwise;
    };
  }

  private static Object parseInt(String text, Object otherwise) {
    try {
      return text.matches("[+-]?[0-9]+")
          ? (Object) Long.valueOf(text)
          : (Object) new BigDecimal(shortNumber(text)).longValue();
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  private static Object toFloat(Object value, Arguments in) {
    Object otherwise = in.get(0, "default", 0.0);
    try {
      return switch (value) {
        case String text -> Double.valueOf(shortNumber(text.strip()));
        case Long number -> number.doubleValue();
        case Double number -> number;
        case Boolean bool -> bool ? 1.0 : 0.0;
        case null, default -> otherwise;
      };
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  private static String shortNumber(String text) {
    if (!text.matches("[+-]?[0-9]{0,40}(\\.[0-9]{0,40})?([eE][+-]?[0-9]{1,3})?")) {
      throw new NumberFormatException("not a number");
    }
    return text;
  }

  private static Object round(Object value, Arguments in) {
    double number = Values.number(value);
    int precision = Math.clamp(Values.whole(in.get(0, "precision", 0L)), -300, 300);
    RoundingMode mode =
        switch (Values.text(in.get(1, "method", "common"))) {
          case "common" -> RoundingMode.HALF_EVEN;
          case "ceil" -> RoundingMode.CEILING;
          case "floor" -> RoundingMode.FLOOR;
          default -> throw new JinjaException("round takes common, ceil or floor");
        };
    if (!Double.isFinite(number)) {
      return number;
    }
    return new BigDecimal(number).setScale(precision, mode).doubleValue();
  }
}
