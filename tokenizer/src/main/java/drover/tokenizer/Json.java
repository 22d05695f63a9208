package drover.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON value read whole that knows where it was found, so that a refusal can name the place. The
 * value is a Map, List, String, Long, Double, Boolean or null.
 */
record Json(Object value, String where) {

  private static final int MAX_DEPTH = 64;
  private static final int MAX_SHOWN = 60;

  /** What reads every JSON file here: bounded nesting, no table of all field names ever seen. */
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
          .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
          .build();

  /** Parses a whole document. */
  static Json parse(byte[] json, String source) {
    try (JsonParser parser = FACTORY.createParser(json)) {
      parser.nextToken();
      Json value = read(parser, source);
      if (parser.nextToken() != null) {
        throw value.error("there is more after the end of the JSON value");
      }
      return value;
    } catch (IOException e) {
      throw invalid(source, e);
    }
  }

  /** Reads the value at which the parser stands; leaves the parser at the value's last token. */
  static Json read(JsonParser parser, String where) throws IOException {
    return new Json(readValue(parser, where), where);
  }

  private static Object readValue(JsonParser parser, String where) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new TokenizerException(where + ": the JSON ends too early");
    }
    return switch (token) {
      case START_OBJECT -> readObject(parser, where);
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (next(parser, where) != JsonToken.END_ARRAY) {
          list.add(readValue(parser, where));
        }
        yield list;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? (Object) parser.getDoubleValue()
              : (Object) parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new TokenizerException(where + ": the JSON is broken at " + token);
    };
  }

  private static Map<String, Object> readObject(JsonParser parser, String where)
      throws IOException {
    Map<String, Object> map = new LinkedHashMap<>();
    while (next(parser, where) != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      next(parser, where);
      if (map.containsKey(key)) {
        throw new TokenizerException(where + ": the key " + show(key) + " is there twice");
      }
      map.put(key, readValue(parser, where));
    }
    return map;
  }

  /** Moves on to the next token, which must be there. */
  static JsonToken next(JsonParser parser, String where) throws IOException {
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw new TokenizerException(where + ": the JSON ends too early");
    }
    return token;
  }

  /** The refusal of a file that is not JSON, or of bytes that could not be read. */
  static TokenizerException invalid(String source, IOException e) {
    if (e instanceof JsonProcessingException json) {
      String message = String.valueOf(json.getOriginalMessage());
      int line = message.indexOf('\n');
      String first = shorten(line < 0 ? message : message.substring(0, line), 200);
      String at =
          json.getLocation() == null
              ? ""
              : " (line %d, column %d)"
                  .formatted(json.getLocation().getLineNr(), json.getLocation().getColumnNr());
      return new TokenizerException(source + ": not valid JSON: " + first + at, e);
    }
    return new TokenizerException(source + ": cannot be read: " + e.getMessage(), e);
  }

  boolean isNull() {
    return value == null;
  }

  boolean isString() {
    return value instanceof String;
  }

  /** The member of this object, or a null value where there is none. */
  Json get(String key) {
    return new Json(map().get(key), where + "." + key);
  }

  boolean has(String key) {
    return value instanceof Map<?, ?> map && map.containsKey(key);
  }

  String string() {
    if (value instanceof String string) {
      return string;
    }
    throw expected("a string");
  }

  /** A string of exactly one Unicode character. */
  int character() {
    String string = string();
    if (string.isEmpty() || string.codePointCount(0, string.length()) != 1) {
      throw expected("a string of one character");
    }
    return string.codePointAt(0);
  }

  boolean bool() {
    if (value instanceof Boolean bool) {
      return bool;
    }
    throw expected("true or false");
  }

  boolean bool(boolean whenAbsent) {
    return value == null ? whenAbsent : bool();
  }

  /** A whole number from 0 to 2^31 - 1. */
  int natural() {
    if (value instanceof Long number && number >= 0 && number <= Integer.MAX_VALUE) {
      return number.intValue();
    }
    throw expected("a whole number from 0 to 2147483647");
  }

  List<Json> list() {
    if (!(value instanceof List<?> list)) {
      throw expected("an array");
    }
    List<Json> values = new ArrayList<>(list.size());
    for (int i = 0; i < list.size(); i++) {
      values.add(new Json(list.get(i), where + "[" + i + "]"));
    }
    return values;
  }

  Map<String, Json> object() {
    Map<String, Json> values = new LinkedHashMap<>();
    map().forEach((key, member) -> values.put(key, new Json(member, where + "." + key)));
    return values;
  }

  @SuppressWarnings("unchecked") // readObject makes no other maps
  private Map<String, Object> map() {
    if (value instanceof Map<?, ?> map) {
      return (Map<String, Object>) map;
    }
    throw expected("an object");
  }

  TokenizerException error(String sentence) {
    return new TokenizerException(where + ": " + sentence);
  }

  TokenizerException expected(String what) {
    return error("found " + describe() + ", expected " + what);
  }

  private String describe() {
    return switch (value) {
      case null -> "nothing";
      case String string -> show(string);
      case Map<?, ?> map -> "an object";
      case List<?> list -> "an array";
      default -> shorten(value.toString(), MAX_SHOWN);
    };
  }

  /** The text in quotes on one line, shortened, for messages. */
  static String show(String text) {
    StringBuilder shown = new StringBuilder("\"");
    String cut = shorten(text, MAX_SHOWN);
    for (int i = 0; i < cut.length(); i++) {
      char c = cut.charAt(i);
      boolean plain = c >= ' ' && c != 0x7f && !Character.isSurrogate(c) && !isLineBreak(c);
      shown.append(plain ? String.valueOf(c) : "\\u%04x".formatted((int) c));
    }
    return shown.append('"').toString();
  }

  private static boolean isLineBreak(char c) {
    return c == 0x85 || c == 0x2028 || c == 0x2029;
  }

  private static String shorten(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length) + "...";
  }
}
