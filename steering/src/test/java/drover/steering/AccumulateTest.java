package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.io.DroverException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccumulateTest {

  @Test
  void theTutorialsNamesAreRead() {
    assertThat(Accumulate.parse("all")).isEqualTo(new Accumulate.All());
    assertThat(Accumulate.parse("suffix-only")).isEqualTo(new Accumulate.SuffixOnly());
    assertThat(Accumulate.parse("3")).isEqualTo(new Accumulate.Last(3));
  }

  @Test
  void everyKindReadsItsOwnName() {
    for (String name : List.of("all", "suffix-only", "content", "user", "all-but-first:4", "3")) {
      assertThat(Accumulate.parse(name)).hasToString(name);
    }
  }

  @Test
  void whateverElseIsRefusedInOneSentence() {
    for (String text :
        List.of("", "suffix", "1.5", "99999999999", "all-but-first", "all-but-first:x")) {
      assertThatThrownBy(() -> Accumulate.parse(text))
          .isInstanceOf(DroverException.class)
          .hasMessage(
              "accumulate is '%s', but must be all, suffix-only, content, user, all-but-first:N or"
                  + " a number of tokens",
              text);
    }
    assertThatThrownBy(() -> Accumulate.parse("0"))
        .isInstanceOf(DroverException.class)
        .hasMessage("accumulate is 0, but must be at least 1 token");
  }

  @Test
  void methodsAndSemanticsAreReadByName() {
    assertThat(ExtractionMethod.named("pca_center")).isEqualTo(ExtractionMethod.PCA_CENTER);
    assertThat(Semantics.named("reference")).isEqualTo(Semantics.REFERENCE);
    assertThatThrownBy(() -> ExtractionMethod.named("PCA"))
        .hasMessageStartingWith("unknown method 'PCA'; there are pca_pairwise");
    assertThatThrownBy(() -> Semantics.named("both"))
        .hasMessage("unknown semantics 'both'; there are corrected and reference");
  }
}
