package drover.tokenizer.regex;

import java.util.Locale;
import java.util.Map;

/**
 * The named classes of Oniguruma with Unicode, on the JDK's Unicode tables. Compared over all code
 * points with HuggingFace tokenizers 0.23 on Unicode 16: no difference.
 */
final class CharClasses {

  private static final int LETTER = mask(1, 2, 3, 4, 5);
  private static final int MARK = mask(6, 7, 8);
  private static final int NUMBER = mask(9, 10, 11);
  private static final int PUNCTUATION = mask(20, 21, 22, 23, 24, 29, 30);
  private static final int SYMBOL = mask(25, 26, 27, 28);
  private static final int DECIMAL_DIGIT = 1 << Character.DECIMAL_DIGIT_NUMBER;

  private static final Map<String, Integer> CATEGORIES =
      Map.ofEntries(
          Map.entry("l", LETTER),
          Map.entry("letter", LETTER),
          Map.entry("lu", 1 << Character.UPPERCASE_LETTER),
          Map.entry("uppercaseletter", 1 << Character.UPPERCASE_LETTER),
          Map.entry("ll", 1 << Character.LOWERCASE_LETTER),
          Map.entry("lowercaseletter", 1 << Character.LOWERCASE_LETTER),
          Map.entry("lt", 1 << Character.TITLECASE_LETTER),
          Map.entry("titlecaseletter", 1 << Character.TITLECASE_LETTER),
          Map.entry("lm", 1 << Character.MODIFIER_LETTER),
          Map.entry("modifierletter", 1 << Character.MODIFIER_LETTER),
          Map.entry("lo", 1 << Character.OTHER_LETTER),
          Map.entry("otherletter", 1 << Character.OTHER_LETTER),
          Map.entry("m", MARK),
          Map.entry("mark", MARK),
          Map.entry("mn", 1 << Character.NON_SPACING_MARK),
          Map.entry("nonspacingmark", 1 << Character.NON_SPACING_MARK),
          Map.entry("mc", 1 << Character.COMBINING_SPACING_MARK),
          Map.entry("me", 1 << Character.ENCLOSING_MARK),
          Map.entry("n", NUMBER),
          Map.entry("number", NUMBER),
          Map.entry("nd", DECIMAL_DIGIT),
          Map.entry("decimalnumber", DECIMAL_DIGIT),
          Map.entry("nl", 1 << Character.LETTER_NUMBER),
          Map.entry("no", 1 << Character.OTHER_NUMBER),
          Map.entry("p", PUNCTUATION),
          Map.entry("punctuation", PUNCTUATION),
          Map.entry("pc", 1 << Character.CONNECTOR_PUNCTUATION),
          Map.entry("pd", 1 << Character.DASH_PUNCTUATION),
          Map.entry("ps", 1 << Character.START_PUNCTUATION),
          Map.entry("pe", 1 << Character.END_PUNCTUATION),
          Map.entry("pi", 1 << Character.INITIAL_QUOTE_PUNCTUATION),
          Map.entry("pf", 1 << Character.FINAL_QUOTE_PUNCTUATION),
          Map.entry("po", 1 << Character.OTHER_PUNCTUATION),
          Map.entry("s", SYMBOL),
          Map.entry("symbol", SYMBOL),
          Map.entry("sm", 1 << Character.MATH_SYMBOL),
          Map.entry("sc", 1 << Character.CURRENCY_SYMBOL),
          Map.entry("sk", 1 << Character.MODIFIER_SYMBOL),
          Map.entry("so", 1 << Character.OTHER_SYMBOL),
          Map.entry("z", mask(12, 13, 14)),
          Map.entry("separator", mask(12, 13, 14)),
          Map.entry("zs", 1 << Character.SPACE_SEPARATOR),
          Map.entry("zl", 1 << Character.LINE_SEPARATOR),
          Map.entry("zp", 1 << Character.PARAGRAPH_SEPARATOR),
          Map.entry("c", mask(0, 15, 16, 18, 19)),
          Map.entry("other", mask(0, 15, 16, 18, 19)),
          Map.entry("cc", 1 << Character.CONTROL),
          Map.entry("cf", 1 << Character.FORMAT),
          Map.entry("cn", 1 << Character.UNASSIGNED),
          Map.entry("co", 1 << Character.PRIVATE_USE),
          Map.entry("cs", 1 << Character.SURROGATE));

  static final CharSet ANY = CharSet.of(c -> true);
  static final CharSet NOT_NEWLINE = CharSet.of(c -> c != '\n');
  static final CharSet SPACE = CharSet.of(CharClasses::isSpace);
  static final CharSet DIGIT = CharSet.categories(DECIMAL_DIGIT);
  static final CharSet WORD = CharSet.of(CharClasses::isWord);
  static final CharSet HEX_DIGIT = CharSet.of(c -> c < 128 && Character.digit(c, 16) >= 0);

  private CharClasses() {}

  private static int mask(int... types) {
    int mask = 0;
    for (int type : types) {
      mask |= 1 << type;
    }
    return mask;
  }

  /** Unicode's White_Space property. */
  static boolean isSpace(int c) {
    return c >= 9 && c <= 13
        || c == ' '
        || c == 0x85
        || c == 0xa0
        || c == 0x1680
        || c >= 0x2000 && c <= 0x200a
        || c == 0x2028
        || c == 0x2029
        || c == 0x202f
        || c == 0x205f
        || c == 0x3000;
  }

  /** Oniguruma's word characters: those of UTS 18, and Latin-1's superscripts and fractions. */
  private static boolean isWord(int c) {
    int type = 1 << Character.getType(c);
    int always = MARK | DECIMAL_DIGIT | 1 << Character.CONNECTOR_PUNCTUATION;
    return (type & always) != 0
        || Character.isAlphabetic(c)
        || c == 0xb2
        || c == 0xb3
        || c == 0xb9
        || c >= 0xbc && c <= 0xbe;
  }

  /** The set of a name in {@code \p{name}} or {@code [:name:]}. */
  static CharSet named(String name) {
    String key = name.replaceAll("[ _-]", "").toLowerCase(Locale.ROOT);
    Integer category = CATEGORIES.get(key);
    if (category != null) {
      return CharSet.categories(category);
    }
    return switch (key) {
      case "any" -> ANY;
      case "alpha", "alphabetic" -> CharSet.of(Character::isAlphabetic);
      case "alnum" -> CharSet.of(Character::isAlphabetic).or(DIGIT);
      case "ascii" -> CharSet.range(0, 127);
      case "blank" -> CharSet.categories(1 << Character.SPACE_SEPARATOR).or(CharSet.range(9, 9));
      case "cntrl" -> CharSet.categories(1 << Character.CONTROL);
      case "digit" -> DIGIT;
      case "lower", "lowercase" -> CharSet.of(Character::isLowerCase);
      case "upper", "uppercase" -> CharSet.of(Character::isUpperCase);
      case "punct" -> CharSet.categories(PUNCTUATION | SYMBOL);
      case "space", "whitespace" -> SPACE;
      case "xdigit" -> HEX_DIGIT;
      case "word" -> WORD;
      default -> script(name, key);
    };
  }

  private static CharSet script(String name, String key) {
    for (Character.UnicodeScript script : Character.UnicodeScript.values()) {
      if (script.name().replace("_", "").toLowerCase(Locale.ROOT).equals(key)) {
        return CharSet.of(c -> Character.UnicodeScript.of(c) == script);
      }
    }
    throw new RegexException("the property " + name + " is not known");
  }
}
