package drover.tokenizer.jinja;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Values as text: Python's {@code str} and {@code repr}, and JSON as {@code json.dumps} has it. */
final class Printer {

  private static final int MAX_DEPTH = 100;

  private Printer() {}

  static String str(Object value) {
    return switch (value) {
      case String text -> text;
      case Undefined undefined -> "";
      case null, default -> repr(value);
    };
  }

  static String repr(Object value) {
    StringBuilder out = new StringBuilder();
    repr(value, out, 0);
    return out.toString();
  }

  private static void repr(Object value, StringBuilder out, int depth) {
    guard(out, depth);
    switch (value) {
      case null -> out.append("None");
      case Undefined undefined -> out.append("Undefined");
      case Boolean bool -> out.append(bool ? "True" : "False");
      case Long number -> out.append(number);
      case Double number -> out.append(number(number));
      case String text -> quote(text, out);
      case List<?> list -> {
        boolean tuple = list instanceof Tuple;
        out.append(tuple ? '(' : '[');
        String before = "";
        for (Object item : list) {
          out.append(before);
          repr(item, out, depth + 1);
          before = ", ";
        }
        out.append(tuple ? (list.size() == 1 ? ",)" : ")") : "]");
      }
      case Map<?, ?> map -> {
        String before = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          out.append(before);
          repr(entry.getKey(), out, depth + 1);
          out.append(": ");
          repr(entry.getValue(), out, depth + 1);
          before = ", ";
        }
        out.append(map.isEmpty() ? "{}" : "}");
      }
      default -> out.append('<').append(Values.typeName(value)).append('>');
    }
  }

  private static void guard(StringBuilder out, int depth) {
    if (depth > MAX_DEPTH || out.length() > Budget.MAX_LENGTH) {
      throw new JinjaException("a value is too deep or too large to print");
    }
  }

  private static void quote(String text, StringBuilder out) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default -> {
                  if (c == quote) {
                    out.append('\\').append(quote);
                  } else if (isPrintable(c)) {
                    out.appendCodePoint(c);
                  } else {
                    out.append(
                        String.format(
                            c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
                  }
                }
              }
            });
    out.append(quote);
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }

  /** The shortest decimal that reads back, written as Python writes it. */
  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return Double.toString(value);
    }
    BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = decimal.precision() - decimal.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = decimal.toPlainString();
      return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
    String digits = decimal.unscaledValue().abs().toString();
    return (value < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  /** Options of {@code json.dumps}; {@code indent} below 0 means on one line. */
  record JsonStyle(int indent, boolean ascii, boolean sortKeys, String comma, String colon) {}

  static String json(Object value, JsonStyle style) {
    StringBuilder out = new StringBuilder();
    json(value, style, out, 0);
    return out.toString();
  }

  private static void json(Object value, JsonStyle style, StringBuilder out, int depth) {
    guard(out, depth);
    switch (value) {
      case null -> out.append("null");
      case Boolean bool -> out.append(bool);
      case Long number -> out.append(number);
      case Double number ->
          out.append(
              number.isNaN()
                  ? "NaN"
                  : number.isInfinite() ? (number > 0 ? "Infinity" : "-Infinity") : number(number));
      case String text -> jsonString(text, style, out);
      case List<?> list -> {
        out.append('[');
        String before = "";
        for (Object item : list) {
          out.append(before);
          newLine(style, out, depth + 1);
          json(item, style, out, depth + 1);
          before = style.comma();
        }
        if (!list.isEmpty()) {
          newLine(style, out, depth);
        }
        out.append(']');
      }
      case Map<?, ?> map -> {
        out.append('{');
        String before = "";
        for (Map.Entry<?, ?> entry : entries(map, style)) {
          out.append(before);
          newLine(style, out, depth + 1);
          jsonString(key(entry.getKey()), style, out);
          out.append(style.colon());
          json(entry.getValue(), style, out, depth + 1);
          before = style.comma();
        }
        if (!map.isEmpty()) {
          newLine(style, out, depth);
        }
        out.append('}');
      }
      default -> throw Values.wrong("a value that JSON has", value);
    }
  }

  private static List<? extends Map.Entry<?, ?>> entries(Map<?, ?> map, JsonStyle style) {
    var entries = map.entrySet().stream();
    return style.sortKeys()
        ? entries.sorted((a, b) -> Values.compare(a.getKey(), b.getKey())).toList()
        : entries.toList();
  }

  private static String key(Object key) {
    return switch (key) {
      case String text -> text;
      case null -> "null";
      case Boolean bool -> bool.toString();
      default -> str(key);
    };
  }

  private static void newLine(JsonStyle style, StringBuilder out, int depth) {
    if (style.indent() >= 0) {
      out.append('\n').repeat(' ', style.indent() * depth);
    }
  }

  private static void jsonString(String text, JsonStyle style, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < ' ' || style.ascii() && c > '~') {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
