package drover.steering.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.io.DroverException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The Python library's reading of rules, quirks included. */
class FlatRuleTest {
  private static final int CONDITIONS = 3;
  private static final int BEHAVIORS = 2;

  @Test
  void anOrAnywhereMakesTheWholeRuleOr() {
    Rule flat = flat("if C1 and C2 or C3 then B1");
    assertThat(flat.holds(new boolean[] {true, false, false})).isTrue();
    assertThat(
            Rule.parse("if C1 and C2 or C3 then B1", 3, 1)
                .holds(new boolean[] {true, false, false}))
        .isFalse();
    assertThat(holding("if C1 and C2 then B1")).isEqualTo("12 123");
    assertThat(holding("if C1 or C3 then B1")).isEqualTo("1 12 3 13 23 123");
  }

  @Test
  void whatIsNoConditionIsNeverMet() {
    assertThat(holding("if not C1 then B1")).isEmpty();
    assertThat(holding("if (C1 or C2) then B1")).isEmpty();
    assertThat(holding("if ( C1 or C2 ) then B1")).isEqualTo("1 2 12 13 23 123");
    assertThat(holding("if C9 or C0 or C-1 or x then B1")).isEmpty();
    assertThat(holding("if C1 and C9 then B1")).isEmpty();
  }

  @Test
  void withoutAConnectiveOnlyTheFirstWordCounts() {
    assertThat(holding("if C1 C2 then B1")).isEqualTo("1 12 13 123");
    assertThat(holding("C2, then B1")).isEmpty();
  }

  @Test
  void ifIsOnlyCutOutAndThenIsCountedInsideWords() {
    assertThat(holding("C1 then B1")).isEqualTo("1 12 13 123");
    assertThat(holding("if Cif1 thenB1")).isEqualTo("1 12 13 123");
    assertThat(holding("if C1 THEN B1")).isEmpty();
    assertThat(holding("if then C1 then B1")).isEmpty();
    assertThat(holding("if C1 or authentic then B1")).isEmpty();
    assertThat(holding("if and then B1")).isEqualTo("- 1 2 12 3 13 23 123");
    assertThat(holding("if or then B1")).isEmpty();
  }

  @Test
  void numbersAreWhatPythonTakesForThem() {
    assertThat(holding("if C\u0661 then B1")).isEqualTo("1 12 13 123");
    assertThat(holding("if c+02 then B1")).isEqualTo("2 12 23 123");
    assertThat(flat("if C1 then B 2 ").behaviors()).containsExactly(1);
    assertThat(flat("if C1 then B1B9").behaviors()).containsExactly(0);
  }

  @Test
  void behavioursFromZeroDownCountFromTheLast() {
    assertThat(flat("if C1 then B0").behaviors()).containsExactly(1);
    assertThat(flat("if C1 then B-1").behaviors()).containsExactly(0);
    refused("if C1 then B-2", "names behaviour '-2', but there are 2");
    refused("if C1 then B3", "names behaviour '3', but there are 2");
  }

  @Test
  void aRuleThatNeverHoldsMayNameAnyBehaviour() {
    assertThat(flat("if not C1 then B99").behaviors()).isEmpty();
  }

  @Test
  void whatMakesTheLibraryRaiseIsRefused() {
    refused("if C1 then b1", "expects a number after the first \"B\", not no \"B\"");
    refused("if C1 then B1, B2", "not '1, '");
    refused("if C1 then B1 and B2", "not '1 and '");
    refused("if B1 then B2", "not '1 then '");
    refused("if C1 then B", "not ''");
    refused("if then B1", "expected a condition such as C1 before \"then\"");
    refused("then B1", "expected a condition such as C1 before \"then\"");
  }

  @Property
  void anyWordsAgreeWithTheLibrarysRule(@ForAll("words") List<String> words) {
    String text = String.join(" ", words) + " then B1";
    for (int row = 0; row < 1 << CONDITIONS; row++) {
      int met = row;
      assertThat(flat(text).holds(i -> (met >> i & 1) == 1)).as(text).isEqualTo(oracle(words, met));
    }
  }

  @Property
  void garbageIsARuleOrRefusedInOneSentence(@ForAll String text) {
    try {
      assertThat(Rule.parseFlat(text, CONDITIONS, BEHAVIORS).behaviors()).hasSizeLessThan(2);
    } catch (DroverException e) {
      assertThat(e.getMessage().lines()).hasSize(1);
    }
  }

  /** {@code _evaluate_rule} for words of which none holds "if" or "then" but as a whole. */
  private static boolean oracle(List<String> words, int met) {
    List<String> lower =
        words.stream().map(w -> w.toLowerCase(Locale.ROOT)).filter(w -> !w.equals("if")).toList();
    List<Boolean> values =
        lower.stream()
            .filter(w -> !w.equals("or") && !w.equals("and"))
            .map(w -> w.matches("c[123]") && (met >> (w.charAt(1) - '1') & 1) == 1)
            .toList();
    if (lower.contains("or")) {
      return values.contains(true);
    }
    return lower.contains("and") ? !values.contains(false) : values.getFirst();
  }

  @Provide
  Arbitrary<List<String>> words() {
    return Arbitraries.of(
            "if", "IF", "C1", "c1", "C2", "C3", "C4", "c0", "or", "OR", "and", "And", "not", "(C1)")
        .list()
        .ofMaxSize(8)
        .filter(list -> list.stream().anyMatch(word -> !word.equalsIgnoreCase("if")));
  }

  /** The sets of conditions for which a rule holds, each as its numbers from 1, "-" for none. */
  private static String holding(String rule) {
    return IntStream.range(0, 1 << CONDITIONS)
        .filter(row -> flat(rule).holds(i -> (row >> i & 1) == 1))
        .mapToObj(FlatRuleTest::numbers)
        .collect(Collectors.joining(" "));
  }

  private static String numbers(int row) {
    return List.of("-", "1", "2", "12", "3", "13", "23", "123").get(row);
  }

  private static Rule flat(String text) {
    return Rule.parseFlat(text, CONDITIONS, BEHAVIORS);
  }

  private static void refused(String rule, String reason) {
    assertThatThrownBy(() -> flat(rule))
        .as(rule)
        .isInstanceOf(DroverException.class)
        .hasMessageStartingWith("rule \"" + rule + "\"")
        .hasMessageContaining(reason);
  }
}
