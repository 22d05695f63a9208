package drover.tokenizer;

import java.text.Normalizer;
import java.text.Normalizer.Form;

/**
 * What HuggingFace's tokenizers 0.23 takes for white space, digits, punctuation, marks and the
 * normal forms. Its parts carry tables of different Unicode versions (normal forms and marks 9,
 * punctuation 8, numbers 17), the JDK has version 16; the code points on which they differ, found
 * by comparing over all of them, are listed here.
 */
final class Unicode {

  private static final int MARKS =
      1 << Character.NON_SPACING_MARK
          | 1 << Character.ENCLOSING_MARK
          | 1 << Character.COMBINING_SPACING_MARK;
  private static final int NUMBERS =
      1 << Character.DECIMAL_DIGIT_NUMBER
          | 1 << Character.LETTER_NUMBER
          | 1 << Character.OTHER_NUMBER;
  private static final int PUNCTUATION =
      1 << Character.CONNECTOR_PUNCTUATION
          | 1 << Character.DASH_PUNCTUATION
          | 1 << Character.START_PUNCTUATION
          | 1 << Character.END_PUNCTUATION
          | 1 << Character.INITIAL_QUOTE_PUNCTUATION
          | 1 << Character.FINAL_QUOTE_PUNCTUATION
          | 1 << Character.OTHER_PUNCTUATION;

  /** Characters younger than Unicode 9 that have a decomposition or a combining class. */
  private static final CodePoints NOT_NORMALIZED =
      CodePoints.of(
          "7fd 897-89f 8ca-8d3 9fe c3c d3b-d3c eba 1715 1abf-1ace 1df6-1dfa 32ff "
              + "a7f2-a7f4 a82c ab69 105c9 105d2 105da 105e4 10781-10785 10787-107b0 "
              + "107b2-107ba 10d24-10d27 10d69-10d6d 10eab-10eac 10efd-10eff 10f46-10f50 "
              + "10f82-10f85 11070 1133b 11382-11385 1138b 1138e 11390-11391 113b8 113bb "
              + "113c2 113c5 113c7-113c9 113ce-113d0 1145e 11839-1183a 11930 11935 11938 "
              + "1193d-1193e 11943 119e0 11a34 11a47 11a99 11d42 11d44-11d45 11d97 "
              + "11f41-11f42 1611e-16129 1612f 16d63 16d67-16d6a 16ff0-16ff1 1ccd6-1ccf9 "
              + "1e030-1e06d 1e08f 1e130-1e136 1e2ae 1e2ec-1e2ef 1e4ec-1e4ef 1e5ee-1e5ef "
              + "1f16c 1fbf0-1fbf9");

  /** Marks younger than Unicode 9. */
  private static final CodePoints NOT_MARKS =
      CodePoints.of(
          "7fd 897-89f 8ca-8d3 9fe afa-aff b55 c04 c3c cf3 d00 d3b-d3c d81 eba ece 1715 "
              + "180f 1abf-1ace 1cf7 1df6-1dfa a82c a8ff 10d24-10d27 10d69-10d6d 10eab-10eac "
              + "10efc-10eff 10f46-10f50 10f82-10f85 11070 11073-11074 110c2 11145-11146 "
              + "111c9 111ce-111cf 11241 1133b 113b8-113c0 113c2 113c5 113c7-113ca "
              + "113cc-113d0 113d2 113e1-113e2 1145e 1182c-1183a 11930-11935 11937-11938 "
              + "1193b-1193e 11940 11942-11943 119d1-119d7 119da-119e0 119e4 11a01-11a0a "
              + "11a33-11a39 11a3b-11a3e 11a47 11a51-11a5b 11a8a-11a99 11d31-11d36 11d3a "
              + "11d3c-11d3d 11d3f-11d45 11d47 11d8a-11d8e 11d90-11d91 11d93-11d97 "
              + "11ef3-11ef6 11f00-11f01 11f03 11f34-11f3a 11f3e-11f42 11f5a 13440 "
              + "13447-13455 1611e-1612f 16f4f 16f7f-16f87 16fe4 16ff0-16ff1 1cf00-1cf2d "
              + "1cf30-1cf46 1e08f 1e130-1e136 1e2ae 1e2ec-1e2ef 1e4ec-1e4ef 1e5ee-1e5ef");

  /** Punctuation younger than Unicode 8. */
  private static final CodePoints NOT_PUNCTUATION =
      CodePoints.of(
          "61d 9fd a76 c77 c84 1b4e-1b4f 1b7d-1b7f 2e43-2e4f 2e52-2e5d 10d6e 10ead "
              + "10f55-10f59 10f86-10f89 113d4-113d5 113d7-113d8 1144b-1144f 1145a-1145b "
              + "1145d 11660-1166c 116b9 1183b 11944-11946 119e2 11a3f-11a46 11a9a-11a9c "
              + "11a9e-11aa2 11b00-11b09 11be1 11c41-11c45 11c70-11c71 11ef7-11ef8 "
              + "11f43-11f4f 11fff 12ff1-12ff2 16d6d-16d6f 16e97-16e9a 16fe2 1e5ff "
              + "1e95e-1e95f");

  /** Numbers of Unicode 17. */
  private static final CodePoints MORE_NUMBERS = CodePoints.of("11de0-11de9 16ff4-16ff6");

  private Unicode() {}

  private static boolean is(int c, int types) {
    return (types >>> Character.getType(c) & 1) != 0;
  }

  /** Unicode's White_Space property. */
  static boolean isWhitespace(int c) {
    if (c < 0x85) {
      return c >= 9 && c <= 13 || c == ' ';
    }
    return c == 0x85
        || c == 0xa0
        || c == 0x1680
        || c >= 0x2000 && c <= 0x200a
        || c == 0x2028
        || c == 0x2029
        || c == 0x202f
        || c == 0x205f
        || c == 0x3000;
  }

  /** What {@code \w} matches in Rust's regex crate. */
  static boolean isWord(int c) {
    return is(c, MARKS | 1 << Character.DECIMAL_DIGIT_NUMBER | 1 << Character.CONNECTOR_PUNCTUATION)
        || Character.isAlphabetic(c)
        || c == 0x200c
        || c == 0x200d;
  }

  /** Rust's {@code char::is_numeric}. */
  static boolean isNumeric(int c) {
    return is(c, NUMBERS) || c > 0xffff && MORE_NUMBERS.contains(c);
  }

  static boolean isPunctuation(int c) {
    if (c < 128) {
      return c > ' ' && c < 127 && !Character.isLetterOrDigit(c);
    }
    return is(c, PUNCTUATION) && !NOT_PUNCTUATION.contains(c) || c == 0x166d || c == 0x111c9;
  }

  static boolean isCombiningMark(int c) {
    return is(c, MARKS) && !NOT_MARKS.contains(c) || c == 0x1cf2 || c == 0x1cf3;
  }

  /** Each character's own lower case, whatever stands around it. */
  static String lowercase(String text) {
    StringBuilder lower = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c == 0x130) {
                lower.append("i\u0307");
              } else {
                lower.appendCodePoint(lowercase(c));
              }
            });
    return lower.toString();
  }

  private static int lowercase(int c) {
    if (c == 0xa7ce || c == 0xa7d2 || c == 0xa7d4) {
      return c + 1; // of Unicode 17, as are the next
    }
    return c >= 0x16ea0 && c <= 0x16eb8 ? c + 27 : Character.toLowerCase(c);
  }

  /**
   * The normal form, with what is younger than Unicode 9 left alone and nothing moved across it.
   */
  static String normalize(String text, Form form) {
    if (text.codePoints().allMatch(c -> c < 0x80)) {
      return text;
    }
    StringBuilder normal = new StringBuilder(text.length());
    int from = 0;
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      int next = at + Character.charCount(c);
      if (c >= 0x7fd && NOT_NORMALIZED.contains(c)) {
        normal.append(normalizeAll(text.substring(from, at), form)).appendCodePoint(c);
        from = next;
      }
      at = next;
    }
    return normal.append(normalizeAll(text.substring(from), form)).toString();
  }

  private static String normalizeAll(String text, Form form) {
    return Normalizer.normalize(LongMarks.order(text), form);
  }

  /** The text with every surrogate that has no partner replaced by U+FFFD. */
  static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSurrogatePair(
            text.charAt(i), i + 1 < text.length() ? text.charAt(i + 1) : 0)) {
          return replaceLoneSurrogates(text, i);
        }
        i++;
      }
    }
    return text;
  }

  private static String replaceLoneSurrogates(String text, int from) {
    StringBuilder fixed = new StringBuilder(text.length()).append(text, 0, from);
    text.substring(from)
        .codePoints()
        .forEach(c -> fixed.appendCodePoint(c >= 0xd800 && c <= 0xdfff ? 0xfffd : c));
    return fixed.toString();
  }
}
