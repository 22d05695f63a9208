package drover.tokenizer.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexTest {

  private static List<String> find(String pattern, String text) {
    List<String> found = new ArrayList<>();
    Regex.compile(pattern).findAll(text, (from, to) -> found.add(text.substring(from, to)));
    return found;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "a|ab;abab;a,a",
        "ab|a;abab;ab,ab",
        "a{2,3};aaaaaaa;aaa,aaa",
        "a{2};aaaaa;aa,aa",
        "a+?b;aabab;aab,ab",
        "a*+a|b;aab;b",
        "(?>a+)a|b;aab;b",
        "x(?=y);xyxz;x",
        "x(?!y);xyxz;x",
        "(?<=a)b;abbb;b",
        "(?<!a)b;abb;b",
        "(?<=a|bc)d;adbcdd;d,d",
        "[a-c&&[^b]]+;abcab;a,ca",
        "[^a-c]+;abxyc;xy",
        "(?i:ab)c;ABc abC aBc;ABc,aBc",
        "(?i)k;Kk\u212a;K,k,\u212a",
        "(?i:'s);'S's'\u017f;'S,'s,'\u017f",
        "\\bfoo\\b;foo foobar foo;foo,foo",
        "^a|b$;ab;a,b",
        "\\p{Lu}\\p{Ll}+;Foo barBaz;Foo,Baz",
        "\\P{L}+;a12b;12",
        "\\p{^L}+;a12b;12",
        "[[:digit:]]+;a12b3;12,3",
        "\\x61\\u0062;ab;ab",
        "(?:ab){2,};ababab ab;ababab",
        "(?:a|b)*c;abac;abac",
        "\\p{Han}+;a中文b;中文",
      })
  void patternsMatchAsInOniguruma(String pattern, String text, String matches) {
    assertThat(find(pattern, text)).containsExactly(matches.split(","));
  }

  @Test
  void emptyMatchesAreFoundExceptAfterAMatch() {
    List<String> places = new ArrayList<>();
    Regex.compile("a*").findAll("baac", (from, to) -> places.add(from + "-" + to));
    assertThat(places).containsExactly("0-0", "1-3", "4-4");
  }

  /** Where the two dialects mean the same, the JDK's engine is the judge. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
            + "(?i:'s|'t)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s+(?!\\S)|\\s+",
        "(?:ab|a)*?b|[^ab]{2,4}+x?|(?<=\\s)\\S|(?>1+2?)2",
      })
  void matchesAgreeWithTheJdkOnRandomTexts(String pattern) {
    Pattern judge =
        Pattern.compile(
            pattern.replace("{2,4}+", "{2,4}"),
            Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);
    String ours = pattern.replace("{2,4}+", "{2,4}");
    Random random = new Random(3);
    String alphabet = "ab'sStTlLvV \t\n\r12ⅣéÉ中ǅʰ\u0301!/.😀\u00a0\u0085";
    int[] letters = alphabet.codePoints().toArray();
    for (int i = 0; i < 5000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(25); n > 0; n--) {
        text.appendCodePoint(letters[random.nextInt(letters.length)]);
      }
      List<String> expected = new ArrayList<>();
      java.util.regex.Matcher matcher = judge.matcher(text);
      while (matcher.find()) {
        if (matcher.end() > matcher.start()) {
          expected.add(matcher.group());
        }
      }
      assertThat(find(ours, text.toString()).stream().filter(match -> !match.isEmpty()))
          .as("%s in %s", ours, text)
          .containsExactlyElementsOf(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        ")",
        "[",
        "[a",
        "a{3,1}",
        "a{9999}",
        "*a",
        "+",
        "?",
        "\\",
        "\\p{Nonsense}",
        "\\pL",
        "\\1",
        "(?<name>a)",
        "(?P<n>a)",
        "(?x)a",
        "(a*)*",
        "(|a)+",
        "\\k<a>",
        "[z-a]",
        "\\x{110000}",
        "\\u12",
        "(?i:ss)",
        "(?<=a+)b",
        "a{",
        "\\G",
        "\\X",
        "(?",
        "(?i",
        "(?<",
        "[[:foo:]]",
        "[[:alpha",
        "(?<=(?:a{1000}){1000}a)b"
      })
  void whatIsWrongOrNotSupportedIsRefused(String pattern) {
    assertThatThrownBy(() -> Regex.compile(pattern)).isInstanceOf(RegexException.class);
  }

  @Test
  void nestingIsBounded() {
    for (String open : List.of("(", "(?:", "[", "(?=", "(?>a", "(?i:")) {
      assertThatThrownBy(() -> Regex.compile(open.repeat(2_000)))
          .isInstanceOf(RegexException.class);
    }
    assertThatThrownBy(() -> Regex.compile("a" + "{1,2}".repeat(1_900)))
        .isInstanceOf(RegexException.class);
    assertThatThrownBy(() -> Regex.compile("a" + "{1}".repeat(3_000)))
        .isInstanceOf(RegexException.class);
  }

  @Test
  @Timeout(60)
  void longTextsNeitherOverflowTheStackNorTakeLong() {
    assertThat(find("(?:a|b)*", "ab".repeat(500_000))).hasSize(1);
    assertThat(find("(?:a|ab)(?:c|bcd)*d*", "a".repeat(100_000))).hasSize(100_000);
    assertThatThrownBy(() -> find("(?:a|aa)+$", "a".repeat(5_000) + "b"))
        .isInstanceOf(RegexException.class)
        .hasMessageContaining("steps");
  }
}
