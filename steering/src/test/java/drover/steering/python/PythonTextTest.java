package drover.steering.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class PythonTextTest {

  @Test
  void wordsLieBetweenAnyWhiteSpaceOfUnicode() {
    assertThat(PythonText.words(" if\tc1\u00a0or\u0085 c2\u3000\u001c"))
        .containsExactly("if", "c1", "or", "c2");
    assertThat(PythonText.words(" \n")).isEmpty();
    assertThat(PythonText.words("a\u200bb \ud835\udfce"))
        .containsExactly("a\u200bb", "\ud835\udfce");
  }

  @Test
  void integersAreThoseThatPythonsIntTakes() {
    assertInteger("1", 1);
    assertInteger(" 12\u00a0", 12);
    assertInteger("-3", -3);
    assertInteger("+007", 7);
    assertInteger("1_000", 1000);
    assertInteger("\u0663\uff11", 31);
    assertInteger("\t5\u0085", 5);
    assertInteger("\ud835\udfcf\ud835\udfce", 10);
  }

  @Test
  void otherTextsAreNone() {
    for (String text :
        new String[] {
          "",
          " ",
          "+",
          "- 1",
          "--1",
          "_1",
          "1_",
          "1__0",
          "1.0",
          "0x1",
          "1 2",
          "\u00b2",
          "1,",
          "one",
          "5\u001f",
          "5\u001f\u00a0"
        }) {
      assertThat(PythonText.integer(text)).as(text).isEmpty();
    }
  }

  @Test
  void numbersBeyondPythonsLimitOfDigitsAreNone() {
    assertThat(PythonText.integer("-" + "9".repeat(4300))).isPresent();
    assertThat(PythonText.integer("9_".repeat(4299) + "9")).isPresent();
    assertThat(PythonText.integer("9".repeat(4301))).isEmpty();
    assertThat(PythonText.integer("9_".repeat(1_000_000) + "9")).isEmpty();
  }

  private static void assertInteger(String text, int value) {
    assertThat(PythonText.integer(text)).as(text).contains(BigInteger.valueOf(value));
  }
}
