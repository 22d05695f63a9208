package drover.tokenizer.jinja;

import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The functions every template has: Jinja's, and the two that transformers adds. */
final class Builtins {

  private static final int MAX_RANGE = 100_000; // as in Jinja's sandbox

  private Builtins() {}

  static void define(Scope scope, Budget budget, Clock clock) {
    scope.set("range", (Callable) (positional, named) -> range(positional, budget));
    scope.set(
        "namespace", (Callable) (positional, named) -> new Namespace(dict(positional, named)));
    scope.set("dict", (Callable) Builtins::dict);
    scope.set(
        "raise_exception",
        (Callable)
            (positional, named) -> {
              Arguments in = new Arguments("raise_exception", positional, named);
              throw JinjaException.raised(Printer.str(in.get(0, "message")));
            });
    scope.set(
        "strftime_now",
        (Callable)
            (positional, named) -> {
              Arguments in = new Arguments("strftime_now", positional, named);
              return strftime(in.text(0, "format"), LocalDateTime.now(clock));
            });
  }

  private static Map<String, Object> dict(List<Object> positional, Map<String, Object> named) {
    Map<String, Object> dict = new LinkedHashMap<>();
    for (Object from : positional) {
      if (!(from instanceof Map<?, ?> map)) {
        throw Values.wrong("a dict", from);
      }
      map.forEach((key, value) -> dict.put(Printer.str(key), value));
    }
    dict.putAll(named);
    return dict;
  }

  private static List<Object> range(List<Object> in, Budget budget) {
    if (in.isEmpty() || in.size() > 3) {
      throw new JinjaException("range takes one to three numbers");
    }
    long from = in.size() == 1 ? 0 : Values.whole(in.get(0));
    long to = Values.whole(in.get(in.size() == 1 ? 0 : 1));
    long step = in.size() == 3 ? Values.whole(in.get(2)) : 1;
    if (step == 0) {
      throw new JinjaException("range with step 0");
    }
    List<Object> numbers = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      if (numbers.size() == MAX_RANGE) {
        throw new JinjaException("a range of more than " + MAX_RANGE + " numbers");
      }
      numbers.add(i);
      if (step > 0 ? i > Long.MAX_VALUE - step : i < Long.MIN_VALUE - step) {
        break;
      }
    }
    budget.items(numbers.size());
    return numbers;
  }

  /** C's strftime, in English. */
  private static String strftime(String format, LocalDateTime time) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        out.append(c);
        continue;
      }
      char directive = format.charAt(++i);
      boolean unpadded = directive == '-' && i + 1 < format.length();
      if (unpadded) {
        directive = format.charAt(++i);
      }
      String text = directive(directive, time);
      out.append(unpadded ? withoutZeros(text) : text);
    }
    return out.toString();
  }

  private static String withoutZeros(String text) {
    int from = 0;
    while (from < text.length() - 1 && text.charAt(from) == '0') {
      from++;
    }
    return text.substring(from);
  }

  private static String directive(char directive, LocalDateTime time) {
    return switch (directive) {
      case 'Y' -> pattern("yyyy", time);
      case 'y' -> pattern("yy", time);
      case 'm' -> pattern("MM", time);
      case 'd' -> pattern("dd", time);
      case 'e' -> "%2d".formatted(time.getDayOfMonth());
      case 'b', 'h' -> pattern("MMM", time);
      case 'B' -> pattern("MMMM", time);
      case 'a' -> pattern("EEE", time);
      case 'A' -> pattern("EEEE", time);
      case 'H' -> pattern("HH", time);
      case 'I' -> pattern("hh", time);
      case 'M' -> pattern("mm", time);
      case 'S' -> pattern("ss", time);
      case 'f' -> pattern("SSSSSS", time);
      case 'p' -> time.getHour() < 12 ? "AM" : "PM";
      case 'j' -> pattern("DDD", time);
      case 'u' -> String.valueOf(time.getDayOfWeek().getValue());
      case 'w' -> String.valueOf(time.getDayOfWeek().getValue() % 7);
      case 'F' -> pattern("yyyy-MM-dd", time);
      case 'T' -> pattern("HH:mm:ss", time);
      case 'R' -> pattern("HH:mm", time);
      case 'D' -> pattern("MM/dd/yy", time);
      case 'x' -> pattern("MM/dd/yy", time);
      case 'X' -> pattern("HH:mm:ss", time);
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'z', 'Z' -> "";
      case '%' -> "%";
      default -> throw new JinjaException("strftime_now does not know %" + directive);
    };
  }

  private static String pattern(String pattern, LocalDateTime time) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
  }
}
