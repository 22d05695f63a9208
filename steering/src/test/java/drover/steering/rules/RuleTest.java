package drover.steering.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import drover.engine.io.DroverException;
import java.util.List;
import java.util.function.IntPredicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RuleTest {
  private static final int CONDITIONS = 4;
  private static final int BEHAVIORS = 3;

  @Test
  void theTutorialsRulesMeanWhatTheySay() {
    Rule single = Rule.parse("if C2 then B1", 6, 1);
    assertThat(single.behaviors()).containsExactly(0);
    assertThat(single.holds(met("-X----"))).isTrue();
    assertThat(single.holds(met("X-XXXX"))).isFalse();
    Rule either = Rule.parse("if C3 or C4 then B1", 6, 1);
    assertThat(either.holds(met("--X---"))).isTrue();
    assertThat(either.holds(met("---X--"))).isTrue();
    assertThat(either.holds(met("XX--XX"))).isFalse();
  }

  @Test
  void notBindsTighterThanAndWhichBindsTighterThanOr() {
    Rule rule = Rule.parse("if C1 or not C2 and C3 then B1", 3, 1);
    assertTruth(rule, (a, b, c) -> a || !b && c);
  }

  @Test
  void parenthesesGroup() {
    Rule rule = Rule.parse("if not(C1 or C2)and(C3)then B1", 3, 1);
    assertTruth(rule, (a, b, c) -> !(a || b) && c);
  }

  @Test
  void caseAndWhiteSpaceDoNotMatter() {
    Rule rule = Rule.parse("\tIF c1  And\nNOT C2 THEN b3,B1 and  b2 ", 2, 3);
    assertThat(rule.behaviors()).containsExactly(2, 0, 1);
    assertThat(rule.holds(met("X-"))).isTrue();
    assertThat(rule.holds(met("XX"))).isFalse();
    assertThat(rule).hasToString("\tIF c1  And\nNOT C2 THEN b3,B1 and  b2 ");
  }

  @Test
  void aBehaviourNamedTwiceAppliesOnce() {
    assertThat(Rule.parse("if C1 then B1, B2, B1", 1, 2).behaviors()).containsExactly(0, 1);
  }

  @Test
  void anErrorNamesWhatWasExpectedAndPointsAtThePlace() {
    assertThatThrownBy(() -> Rule.parse("if C1 and then B1", 1, 1))
        .isInstanceOf(DroverException.class)
        .hasMessage(
            """
            rule "if C1 and then B1": expected a condition such as C1, "not" or "(" at column 11
            if C1 and then B1
                      ^\
            """);
    assertThatThrownBy(() -> Rule.parse("if\tC1\n&& C2 then B1", 2, 1))
        .hasMessage(
            """
            rule "if C1 && C2 then B1": expected "and", "or" or "then" at column 7
            if C1 && C2 then B1
                  ^\
            """);
  }

  @Test
  void everyMistakeHasItsPlace() {
    refused("", 1, "\"if\"");
    refused("  C1 then B1", 3, "\"if\"");
    refused("if", 3, "a condition such as C1, \"not\" or \"(\"");
    refused("if then B1", 4, "a condition such as C1, \"not\" or \"(\"");
    refused("if not then B1", 8, "a condition such as C1, \"not\" or \"(\"");
    refused("if not and C1 then B1", 8, "a condition such as C1, \"not\" or \"(\"");
    refused("if () then B1", 5, "a condition such as C1, \"not\" or \"(\"");
    refused("if B1 then B1", 4, "a condition such as C1, \"not\" or \"(\"");
    refused("if C1x then B1", 4, "a condition such as C1, \"not\" or \"(\"");
    refused("if C then B1", 4, "a condition such as C1, \"not\" or \"(\"");
    refused("if C-1 then B1", 4, "a condition such as C1, \"not\" or \"(\"");
    refused("if C\u0661 then B1", 4, "a condition such as C1, \"not\" or \"(\"");
    refused("if C1 C2 then B1", 7, "\"and\", \"or\" or \"then\"");
    refused("if C1) then B1", 6, "\"and\", \"or\" or \"then\"");
    refused("if C1", 6, "\"and\", \"or\" or \"then\"");
    refused("if (C1 or C2 then B1", 14, "\"and\", \"or\" or \")\"");
    refused("if C1 then", 11, "a behaviour such as B1");
    refused("if C1 then C1", 12, "a behaviour such as B1");
    refused("if C1 then (B1)", 12, "a behaviour such as B1");
    refused("if C1 then B1,", 15, "a behaviour such as B1");
    refused("if C1 then B1 or B2", 15, "\",\", \"and\" or the end of the rule");
    refused("if C1 then B1.", 14, "\",\", \"and\" or the end of the rule");
    refused("if C1 then not B1", 12, "a behaviour such as B1");
    refused("if C5 then B1", 4, "a condition from C1 to C4");
    refused("if C0 then B1", 4, "a condition from C1 to C4");
    refused("if C99999999999999999999 then B1", 4, "a condition from C1 to C4");
    refused("if C1 then B1 and B4", 19, "a behaviour from B1 to B3");
  }

  @Test
  void numbersOutOfRangeSayWhatThereIs() {
    assertThatThrownBy(() -> Rule.parse("if C2 then B1", 1, 1))
        .hasMessageContaining("expected C1, the only one there is, at column 4");
    assertThatThrownBy(() -> Rule.parse("if C1 then B1", 1, 0))
        .hasMessageContaining("expected a behaviour, of which there are none, at column 12");
  }

  @Test
  void aLongRuleIsShownAroundThePlace() {
    String rule = "if " + "C1 and ".repeat(50) + "C9 and " + "C1 and ".repeat(50) + "C1 then B1";
    assertThat(catchThrowable(() -> Rule.parse(rule, 4, 1)).getMessage().lines())
        .containsExactly(
            "rule \""
                + rule.substring(0, 60)
                + "...\": expected a condition from C1 to C4 at column 354",
            "..." + rule.substring(293, 383) + "...",
            " ".repeat(63) + "^");
  }

  @Test
  void nestingTooDeepForTheStackIsRefused() {
    for (String opening : List.of("(", "not ", "not(")) {
      Throwable refusal =
          catchThrowable(() -> Rule.parse("if " + opening.repeat(10_000) + "C1 then B1", 1, 1));
      assertThat(refusal)
          .isInstanceOf(DroverException.class)
          .hasMessageContaining(
              ": expected at most 100 levels of \"not\" and parentheses at column");
      assertThat(refusal.getMessage()).hasSizeLessThan(500);
    }
    assertThat(Rule.parse("if " + "(".repeat(99) + "C1" + ")".repeat(99) + " then B1", 1, 1))
        .matches(rule -> rule.holds(met("X")));
    assertThat(Rule.parse("if " + "C1 and ".repeat(100_000) + "C1 then B1", 1, 1))
        .matches(rule -> rule.holds(met("X")));
  }

  @Test
  void rulesAreValues() {
    Rule rule = Rule.parse("if C1 then B1", 2, 2);
    assertThat(rule)
        .isEqualTo(Rule.parse("if C1 then B1", 2, 2))
        .hasSameHashCodeAs(Rule.parse("if C1 then B1", 2, 2))
        .isNotEqualTo(Rule.parse("if C2 then B1", 2, 2))
        .isNotEqualTo(Rule.parse("if C1 then B2", 2, 2));
    assertThatThrownBy(() -> rule.behaviors().add(1))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Property
  void aRuleHoldsExactlyWhereItsTreesTruthTableDoes(@ForAll("trees") Tree tree) {
    Rule rule = Rule.parse("if " + tree.text() + " then B2", CONDITIONS, BEHAVIORS);
    for (int row = 0; row < 1 << CONDITIONS; row++) {
      boolean[] met = row(row, CONDITIONS);
      assertThat(rule.holds(met)).as("%s at %s", rule, row).isEqualTo(tree.value(met));
    }
    assertThat(rule.behaviors()).containsExactly(1);
  }

  @Property
  void garbageIsARuleOrRefusedWithItsPlace(@ForAll("garbage") String text) {
    try {
      assertThat(Rule.parse(text, CONDITIONS, BEHAVIORS).behaviors()).isNotEmpty();
    } catch (DroverException e) {
      assertThat(e.getMessage().split("\n", -1)).hasSize(3);
      assertThat(e.getMessage().split("\n", -1)[2]).matches(" *\\^");
    }
  }

  /**
   * An expression whose truth table is computed beside its text.
   *
   * @param strength how tightly its outermost operation binds: or 0, and 1, not 2, a condition 3
   * @param truth by row, whose bit i says whether condition i is met
   */
  record Tree(String text, int strength, boolean[] truth) {
    boolean value(boolean[] met) {
      int row = 0;
      for (int i = 0; i < met.length; i++) {
        row |= met[i] ? 1 << i : 0;
      }
      return truth[row];
    }

    String within(int strength) {
      return this.strength < strength ? "(" + text + ")" : text;
    }

    static Tree condition(int number) {
      return new Tree("C" + (number + 1), 3, rows(row -> (row >> number & 1) == 1));
    }

    Tree negated() {
      return new Tree("not " + within(2), 2, rows(row -> !truth[row]));
    }

    Tree and(Tree other) {
      return new Tree(
          within(1) + " and " + other.within(1), 1, rows(row -> truth[row] && other.truth[row]));
    }

    Tree or(Tree other) {
      return new Tree(text + " or " + other.text, 0, rows(row -> truth[row] || other.truth[row]));
    }

    Tree inParentheses() {
      return new Tree("( " + text + ")", 3, truth);
    }

    private static boolean[] rows(IntPredicate holds) {
      boolean[] truth = new boolean[1 << CONDITIONS];
      for (int row = 0; row < truth.length; row++) {
        truth[row] = holds.test(row);
      }
      return truth;
    }
  }

  @Provide
  Arbitrary<Tree> trees() {
    return Arbitraries.integers().between(0, 4).flatMap(RuleTest::trees);
  }

  private static Arbitrary<Tree> trees(int depth) {
    Arbitrary<Tree> leaf = Arbitraries.integers().between(0, CONDITIONS - 1).map(Tree::condition);
    if (depth == 0) {
      return leaf;
    }
    Arbitrary<Tree> inner = Arbitraries.lazy(() -> trees(depth - 1));
    return Arbitraries.oneOf(
        leaf,
        inner.map(Tree::negated),
        inner.map(Tree::inParentheses),
        inner.tuple2().map(pair -> pair.get1().and(pair.get2())),
        inner.tuple2().map(pair -> pair.get1().or(pair.get2())));
  }

  @Provide
  Arbitrary<String> garbage() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "if ", "then ", "C1", "C2", "C9", "B1", "B9", " and ", " or ", "not ", "(", ")", ", ",
            "\u00a0", "\ud83d", "\u0130f", "\n", "C", "B", "&");
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(40),
        pieces.list().ofMaxSize(12).map(list -> String.join("", list)),
        pieces.list().ofMaxSize(6).map(list -> "if C1 " + String.join("", list)),
        pieces.list().ofMaxSize(3).map(list -> "if C1 then B1" + String.join("", list)));
  }

  private interface Three {
    boolean holds(boolean a, boolean b, boolean c);
  }

  private static void assertTruth(Rule rule, Three expected) {
    for (int number = 0; number < 8; number++) {
      boolean[] met = row(number, 3);
      assertThat(rule.holds(met))
          .as("row %d", number)
          .isEqualTo(expected.holds(met[0], met[1], met[2]));
    }
  }

  /** Bit i says whether condition i is met. */
  private static boolean[] row(int number, int conditions) {
    boolean[] met = new boolean[conditions];
    for (int i = 0; i < conditions; i++) {
      met[i] = (number >> i & 1) == 1;
    }
    return met;
  }

  /** One character a condition, X where it is met. */
  private static boolean[] met(String marks) {
    boolean[] met = new boolean[marks.length()];
    for (int i = 0; i < met.length; i++) {
      met[i] = marks.charAt(i) == 'X';
    }
    return met;
  }

  private static void refused(String rule, int column, String expected) {
    assertThatThrownBy(() -> Rule.parse(rule, CONDITIONS, BEHAVIORS))
        .as(rule)
        .isInstanceOf(DroverException.class)
        .hasMessage(
            "rule \"%s\": expected %s at column %d\n%s\n%s^"
                .formatted(rule, expected, column, rule, " ".repeat(column - 1)));
  }
}
