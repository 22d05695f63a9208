package drover.tokenizer;

import java.util.List;
import java.util.Random;

/** Makes strings that are hard on tokenizers. */
final class TextGenerator {

  private static final List<String> PIECES =
      List.of(
          "the",
          "Drover",
          "SHEEP",
          "sheep",
          "drover",
          "fair",
          "Fair",
          "don't",
          "I'LL",
          "we'Ve",
          "'s",
          "'S",
          "'\u017f",
          "it's",
          "''",
          "O'Reilly",
          "ﬁne",
          "ﬀ",
          "ß",
          "İstanbul",
          "ΣΊΣΥΦΟΣ",
          "naïve",
          "cafe\u0301",
          "e\u0323\u0301",
          "가",
          "\u1100\u1161\u11a8",
          "中文",
          "日本語",
          "ひらがな",
          "한국어",
          "العربية",
          "עברית",
          "हिन्दी",
          "ไทย",
          "Привет",
          "Ελλάδα",
          "ＦＵＬＬ",
          "①②",
          "½",
          "²",
          "٣٤٥",
          "१२३",
          "一二",
          "Ⅳ",
          "😀",
          "👍🏽",
          "👩\u200d👩\u200d👧\u200d👦",
          "🇩🇪🇫🇷",
          "❤\ufe0f",
          "🏴\u200d☠\ufe0f",
          "https://example.org/a?b=c&d=1",
          "user@example.org",
          "foo_bar-baz",
          "x==1",
          "{\"a\":[1,2]}",
          "</s>",
          "<s>",
          "<unk>",
          "[UNK]",
          "[CLS]",
          "<|endoftext|>",
          "<|begin|>",
          "<|end|>",
          "<|end|>x",
          "<|end|",
          "<|im_start|>",
          "<|im_end|>",
          "<|begin_of_text|>",
          "<|eot_id|>",
          "<|",
          "|>",
          "<mask>",
          "[gap]",
          "<tool>",
          "</tool>",
          "<0x41>",
          "<0x0A>",
          "▁",
          "Ġ",
          "Ċ",
          "##",
          "</w>",
          "\ufffd",
          "\ufeff",
          "\u200b",
          "\u00ad",
          "\u0000",
          "\u001f",
          "\u007f",
          "\u0085",
          "\u00a0",
          "\u1680",
          "\u180e",
          "\u2028",
          "\u2029",
          "\u3000",
          "\u001c",
          "\u000b",
          "\u000c",
          "...",
          "—",
          "“quoted”",
          "¡",
          "$5.00",
          "€",
          "\ue000",
          "\u0378",
          "\ud83d",
          "\ude00",
          "𝔘𝔫𝔦",
          "𐍈",
          "\udb80\udc00",
          "\ud87e\udc00");

  /**
   * Digits and capitals of Unicode 17, which the library that made the reference data knows and the
   * one that DJL carries does not.
   */
  private static final CodePoints YOUNGER_THAN_DJL =
      CodePoints.of("a7ce a7d2 a7d4 11de0-11de9 16ea0-16eb8 16ff4-16ff6");

  private final Random random;

  TextGenerator(long seed) {
    random = new Random(seed);
  }

  String next() {
    StringBuilder text = new StringBuilder();
    int parts = random.nextInt(random.nextInt(10) == 0 ? 40 : 9);
    for (int i = 0; i < parts; i++) {
      part(text);
    }
    return text.toString();
  }

  private void part(StringBuilder text) {
    switch (random.nextInt(14)) {
      case 0, 1, 2, 3 -> text.append(PIECES.get(random.nextInt(PIECES.size())));
      case 4, 5 -> text.repeat(' ', 1 + random.nextInt(random.nextInt(6) + 1));
      case 6 -> text.append(pick("\n", "\r\n", "\r", "\t", "\n\n", " \n", "\n ", "\t\t ", "\n\r"));
      case 7 -> text.repeat('0' + random.nextInt(10), 1 + random.nextInt(7));
      case 8 -> letters(text, 'a', 26, 12);
      case 9 -> text.appendCodePoint(codePoint(0x20, 0x250));
      case 10 -> text.appendCodePoint(codePoint(0x250, 0x3100));
      case 11 -> text.appendCodePoint(codePoint(0x3100, 0x10000));
      case 12 -> text.appendCodePoint(codePoint(0x10000, 0x20000));
      default -> mixed(text);
    }
  }

  private void mixed(StringBuilder text) {
    switch (random.nextInt(6)) {
      case 0 -> text.appendCodePoint(codePoint(0, 0x110000));
      case 1 -> letters(text, 0x300, 0x70, 5);
      case 2 -> letters(text, 0x4e00, 0x5000, 5);
      case 3 -> text.repeat("=-_*#!.".charAt(random.nextInt(7)), 1 + random.nextInt(20));
      case 4 -> letters(text, 'A', 26, 6);
      default -> letters(text, 0x1f300, 0x300, 3);
    }
  }

  private void letters(StringBuilder text, int first, int count, int most) {
    for (int i = random.nextInt(most) + 1; i > 0; i--) {
      text.appendCodePoint(first + random.nextInt(count));
    }
  }

  private int codePoint(int from, int to) {
    int c = from + random.nextInt(to - from);
    boolean surrogate = c >= 0xd800 && c <= 0xdfff;
    return surrogate || YOUNGER_THAN_DJL.contains(c) ? 0xfffd : c;
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
