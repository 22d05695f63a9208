package drover.steering.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class TextsTest {
  @Property(tries = 300)
  void anyTextIsFitForXmlAndComesBackAsItWas(@ForAll @StringLength(max = 60) String text) {
    String clean = Texts.clean(text);
    assertThat(Rendered.xml("<a>" + Texts.xml(clean) + "</a>").getTextContent()).isEqualTo(clean);
    assertThat(Texts.clean(clean)).isEqualTo(clean);
  }

  @Property(tries = 300)
  void aTextIsCutToItsWidthBetweenCharacters(@ForAll @StringLength(max = 60) String text) {
    String fit = Texts.fit(Texts.clean(text), 100, 12, false);
    assertThat(StrokeFont.room(fit, 12, false)).isLessThanOrEqualTo(100);
    assertThat(Texts.clean(fit)).as("no half characters").isEqualTo(fit);
  }

  @Test
  void aTextThatFitsStays() {
    assertThat(Texts.fit("layer", 100, 12, false)).isEqualTo("layer");
    assertThat(Texts.fit("a longer text than fits", 60, 12, false))
        .startsWith("a long")
        .endsWith("...");
  }

  @Test
  void linesBreakAtBlanks() {
    assertThat(Texts.wrap("one two three four", 75, 12, false, 5))
        .containsExactly("one two", "three four");
    assertThat(Texts.wrap("one two three four five", 60, 12, false, 2))
        .hasSize(2)
        .last()
        .asString()
        .endsWith("...");
    assertThat(Texts.wrap("", 60, 12, false, 2)).isEmpty();
  }

  @Test
  void aWordWithoutEndIsCut() {
    List<String> lines = Texts.wrap("x".repeat(100) + " yes", 60, 12, false, 3);
    assertThat(lines).hasSize(2).last().isEqualTo("yes");
    assertThat(lines.getFirst()).endsWith("...");
  }
}
