package drover.tokenizer.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The methods of Python's strings, dicts and lists that change nothing. */
final class Methods {

  private final Budget budget;

  Methods(Budget budget) {
    this.budget = budget;
  }

  /** The method of this name, or null. */
  Callable find(Object of, String name) {
    return switch (of) {
      case String text -> bind(name, arguments -> string(text, name, arguments));
      case Map<?, ?> map -> bind(name, arguments -> dict(map, name, arguments));
      case List<?> list -> bind(name, arguments -> list(list, name, arguments));
      case null, default -> null;
    };
  }

  @FunctionalInterface
  private interface Method {
    Object call(Arguments arguments);
  }

  private static final List<String> STRING =
      List.of(
          "strip",
          "lstrip",
          "rstrip",
          "split",
          "rsplit",
          "splitlines",
          "startswith",
          "endswith",
          "upper",
          "lower",
          "title",
          "capitalize",
          "replace",
          "join",
          "find",
          "rfind",
          "count",
          "removeprefix",
          "removesuffix",
          "isdigit",
          "isalpha",
          "isalnum",
          "isspace",
          "isupper",
          "islower",
          "index",
          "zfill",
          "partition");
  private static final List<String> DICT = List.of("items", "keys", "values", "get", "copy");
  private static final List<String> LIST = List.of("index", "count", "copy");

  static boolean has(Object of, String name) {
    return switch (of) {
      case String text -> STRING.contains(name);
      case Map<?, ?> map -> DICT.contains(name);
      case List<?> list -> LIST.contains(name);
      case null, default -> false;
    };
  }

  private static Callable bind(String name, Method method) {
    return (positional, named) -> method.call(new Arguments(name, positional, named));
  }

  private Object string(String text, String name, Arguments in) {
    budget.characters(text.length());
    return switch (name) {
      case "strip" -> strip(text, in, true, true);
      case "lstrip" -> strip(text, in, true, false);
      case "rstrip" -> strip(text, in, false, true);
      case "split" -> split(text, in.get(0, "sep", null), limit(in, 1, "maxsplit"));
      case "rsplit" -> splitFromRight(text, in.get(0, "sep", null), limit(in, 1, "maxsplit"));
      case "splitlines" -> text.lines().map(line -> (Object) line).toList();
      case "startswith" -> affixes(in).stream().anyMatch(text::startsWith);
      case "endswith" -> affixes(in).stream().anyMatch(text::endsWith);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "title" -> title(text);
      case "capitalize" -> capitalize(text);
      case "replace" ->
          replace(text, in.text(0, "old"), in.text(1, "new"), limit(in, 2, "count"), budget);
      case "join" -> join(Values.items(in.get(0, "iterable")), text, budget);
      case "find" -> position(text, text.indexOf(in.text(0, "sub")));
      case "rfind" -> position(text, text.lastIndexOf(in.text(0, "sub")));
      case "index" -> {
        int at = text.indexOf(in.text(0, "sub"));
        if (at < 0) {
          throw new JinjaException("the string that index looks for is not there");
        }
        yield position(text, at);
      }
      case "count" -> count(text, in.text(0, "sub"));
      case "removeprefix" ->
          text.startsWith(in.text(0, "prefix"))
              ? text.substring(in.text(0, "prefix").length())
              : text;
      case "removesuffix" ->
          text.endsWith(in.text(0, "suffix"))
              ? text.substring(0, text.length() - in.text(0, "suffix").length())
              : text;
      case "zfill" -> zeroFill(text, Values.whole(in.get(0, "width")));
      case "partition" -> partition(text, in.text(0, "sep"));
      default -> is(text, name);
    };
  }

  private static Object is(String text, String name) {
    boolean some = !text.isEmpty();
    return switch (name) {
      case "isdigit" -> some && text.codePoints().allMatch(Character::isDigit);
      case "isalpha" -> some && text.codePoints().allMatch(Character::isLetter);
      case "isalnum" -> some && text.codePoints().allMatch(Character::isLetterOrDigit);
      case "isspace" -> some && Text.isBlank(text);
      case "isupper" ->
          text.codePoints().anyMatch(Character::isUpperCase)
              && text.codePoints().noneMatch(Character::isLowerCase);
      default ->
          text.codePoints().anyMatch(Character::isLowerCase)
              && text.codePoints().noneMatch(Character::isUpperCase);
    };
  }

  static String strip(String text, Arguments in, boolean left, boolean right) {
    Object characters = in.get(0, "chars", null);
    if (characters != null) {
      return Text.strip(text, Values.text(characters), left, right);
    }
    String stripped = left ? Text.stripLeft(text) : text;
    return right ? Text.stripRight(stripped) : stripped;
  }

  private static long limit(Arguments in, int position, String name) {
    long limit = Values.whole(in.get(position, name, -1L));
    return limit < 0 ? Long.MAX_VALUE : limit;
  }

  private static List<String> affixes(Arguments in) {
    Object affix = in.get(0, "prefix");
    return affix instanceof List<?> several
        ? several.stream().map(Values::text).toList()
        : List.of(Values.text(affix));
  }

  private List<Object> split(String text, Object separator, long limit) {
    List<Object> parts = new ArrayList<>();
    if (separator == null) {
      String rest = Text.stripLeft(text);
      while (!rest.isEmpty()) {
        int end = 0;
        while (end < rest.length() && !Text.isSpace(rest.charAt(end))) {
          end++;
        }
        if (parts.size() == limit) {
          parts.add(rest);
          return parts;
        }
        budget.characters(rest.length());
        parts.add(rest.substring(0, end));
        rest = Text.stripLeft(rest.substring(end));
      }
      return parts;
    }
    String mark = separator(separator);
    int from = 0;
    for (int at = text.indexOf(mark); at >= 0 && parts.size() < limit; ) {
      parts.add(text.substring(from, at));
      from = at + mark.length();
      at = text.indexOf(mark, from);
    }
    parts.add(text.substring(from));
    budget.items(parts.size());
    return parts;
  }

  private List<Object> splitFromRight(String text, Object separator, long limit) {
    if (separator == null) {
      if (limit == Long.MAX_VALUE) {
        return split(text, null, limit);
      }
      throw new JinjaException("rsplit needs a separator here");
    }
    String mark = separator(separator);
    List<Object> parts = new ArrayList<>();
    int to = text.length();
    for (int at = text.lastIndexOf(mark); at >= 0 && parts.size() < limit; ) {
      parts.add(text.substring(at + mark.length(), to));
      to = at;
      at = to < mark.length() ? -1 : text.lastIndexOf(mark, to - mark.length());
    }
    parts.add(text.substring(0, to));
    budget.items(parts.size());
    return new ArrayList<>(parts.reversed());
  }

  private static String separator(Object separator) {
    String mark = Values.text(separator);
    if (mark.isEmpty()) {
      throw new JinjaException("an empty separator");
    }
    return mark;
  }

  static String replace(String text, String from, String to, long limit, Budget budget) {
    StringBuilder replaced = new StringBuilder();
    int at = 0;
    long done = 0;
    for (int found = text.indexOf(from); found >= 0 && done < limit; done++) {
      replaced.append(text, at, found).append(to);
      if (replaced.length() > Budget.MAX_LENGTH) {
        break;
      }
      at = found + from.length();
      if (from.isEmpty()) {
        if (found == text.length()) {
          break;
        }
        int c = text.codePointAt(found);
        replaced.appendCodePoint(c);
        at = found + Character.charCount(c);
      }
      found = text.indexOf(from, at);
    }
    budget.characters(replaced.length());
    return replaced.append(text, Math.min(at, text.length()), text.length()).toString();
  }

  static String join(List<?> items, String separator, Budget budget) {
    StringBuilder joined = new StringBuilder();
    String before = "";
    for (Object item : items) {
      joined.append(before).append(Printer.str(item));
      before = separator;
      if (joined.length() > Budget.MAX_LENGTH) {
        break;
      }
    }
    budget.characters(joined.length());
    return joined.toString();
  }

  private static long position(String text, int index) {
    return index < 0 ? -1 : text.codePointCount(0, index);
  }

  private static long count(String text, String part) {
    if (part.isEmpty()) {
      return text.codePointCount(0, text.length()) + 1L;
    }
    long count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int end = Character.charCount(text.codePointAt(0));
    return text.substring(0, end).toUpperCase(Locale.ROOT)
        + text.substring(end).toLowerCase(Locale.ROOT);
  }

  static String title(String text) {
    StringBuilder title = new StringBuilder();
    boolean inside = false;
    for (int c : text.codePoints().toArray()) {
      title.appendCodePoint(inside ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inside = Character.isLetter(c);
    }
    return title.toString();
  }

  private String zeroFill(String text, long width) {
    long missing = Math.max(0, width - text.length());
    budget.characters(missing);
    boolean signed = text.startsWith("-") || text.startsWith("+");
    String sign = signed ? text.substring(0, 1) : "";
    return sign + "0".repeat((int) missing) + text.substring(sign.length());
  }

  private static Object partition(String text, String mark) {
    int at = text.indexOf(mark);
    return at < 0
        ? new Tuple(text, "", "")
        : new Tuple(text.substring(0, at), mark, text.substring(at + mark.length()));
  }

  private Object dict(Map<?, ?> map, String name, Arguments in) {
    budget.items(map.size());
    return switch (name) {
      case "items" -> pairs(map);
      case "keys" -> new ArrayList<Object>(map.keySet());
      case "values" -> new ArrayList<Object>(map.values());
      case "get" -> {
        Object key = in.get(0, "key");
        yield map.containsKey(key) ? map.get(key) : in.get(1, "default", null);
      }
      default -> map;
    };
  }

  static List<Object> pairs(Map<?, ?> map) {
    List<Object> pairs = new ArrayList<>();
    map.forEach((key, value) -> pairs.add(new Tuple(key, value)));
    return pairs;
  }

  private Object list(List<?> list, String name, Arguments in) {
    budget.items(list.size());
    return switch (name) {
      case "count" -> list.stream().filter(item -> Values.equal(item, in.get(0, "value"))).count();
      case "index" -> {
        for (int i = 0; i < list.size(); i++) {
          if (Values.equal(list.get(i), in.get(0, "value"))) {
            yield (long) i;
          }
        }
        throw new JinjaException("the value that index looks for is not in the list");
      }
      default -> list;
    };
  }
}
