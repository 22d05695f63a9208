package drover.engine.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DroverExceptionTest {

  @Test
  void aSentenceMayPointAtAPlaceInAText() {
    DroverException refusal = DroverException.pointingAt("a word is missing", "if then", 4);
    assertThat(refusal)
        .hasMessage(
            """
            a word is missing
            if then
               ^\
            """);
  }

  @Test
  void thePlaceStaysUnderTheSentenceWhenAFileIsNamedInFront() {
    DroverException inner = DroverException.pointingAt("a word is missing", "if", 3);
    assertThat(inner.in("plan\n.json").in("--steer"))
        .hasMessage("--steer: plan\uFFFD.json: a word is missing\nif\n  ^")
        .hasCauseInstanceOf(DroverException.class);
    assertThat(new DroverException("it is empty").in("plan.json"))
        .hasMessage("plan.json: it is empty");
  }

  @Test
  void neitherSentenceNorTextCanBreakTheLine() {
    assertThat(DroverException.pointingAt("a\nb", "c\r\nd\u001b[2J", 1))
        .hasMessage("a\uFFFDb\nc\uFFFD\uFFFDd\uFFFD[2J\n^");
    assertThat(new DroverException("a\nb", new DroverException("c"))).hasMessage("a\uFFFDb");
  }
}
