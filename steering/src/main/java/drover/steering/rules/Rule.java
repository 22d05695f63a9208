package drover.steering.rules;

import drover.engine.io.DroverException;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.function.IntPredicate;

/**
 * A rule such as {@code if C1 and not (C2 or C3) then B1, B2}: conditions and behaviours count from
 * 1 in the text, and from 0 everywhere else. Immutable.
 *
 * <pre>
 * rule       = "if" any "then" behaviour { ("," | "and") behaviour }
 * any        = all { "or" all }
 * all        = term { "and" term }
 * term       = "not" term | "(" any ")" | condition
 * condition  = "C" number
 * behaviour  = "B" number
 * </pre>
 *
 * Upper and lower case mean the same.
 */
public final class Rule {
  private final String text;
  private final Expression condition;
  private final SequencedSet<Integer> behaviors;

  Rule(String text, Expression condition, SequencedSet<Integer> behaviors) {
    this.text = text;
    this.condition = condition;
    this.behaviors = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(behaviors));
  }

  /**
   * Reads a rule.
   *
   * @param conditions how many conditions there are: C1 to Cn
   * @param behaviors how many behaviours there are: B1 to Bn
   * @throws DroverException if it is not one, or names a condition or behaviour that is not there;
   *     under the sentence the message has the rule, and a caret at the place
   */
  public static Rule parse(String text, int conditions, int behaviors) {
    return new RuleParser(text, conditions, behaviors).rule();
  }

  /**
   * Reads a rule as the Python library does ({@code _evaluate_rule} in its {@code leash_layer.py}),
   * without grammar: an {@code or} anywhere makes it hold when any of the words before {@code then}
   * is a condition that is met, an {@code and} when all of them are, and otherwise only the first
   * word counts. Every other word, {@code not} and what touches a parenthesis among them, is a
   * condition that is never met. {@code then} is lower case and stands once, or the rule never
   * holds. The behaviour, one only, is the number between the first and the second {@code B} of the
   * text, where 0 and below count from the last behaviour.
   *
   * @throws DroverException if the library would raise an error for it
   */
  public static Rule parseFlat(String text, int conditions, int behaviors) {
    return FlatRules.parse(text, conditions, behaviors);
  }

  /**
   * Whether the rule's behaviours apply.
   *
   * @param met by a condition's number, from 0, whether it is met; asked only for conditions that
   *     the rule names
   */
  public boolean holds(IntPredicate met) {
    return condition.holds(met);
  }

  /**
   * Whether the rule's behaviours apply.
   *
   * @param met for each condition whether it is met
   */
  public boolean holds(boolean[] met) {
    return condition.holds(number -> met[number]);
  }

  /** The numbers of the rule's behaviours, from 0, in the order of its text. */
  public SequencedSet<Integer> behaviors() {
    return behaviors;
  }

  /** The rule's text. */
  @Override
  public String toString() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Rule rule
        && text.equals(rule.text)
        && condition.equals(rule.condition)
        && behaviors.equals(rule.behaviors);
  }

  @Override
  public int hashCode() {
    return Objects.hash(text, condition, behaviors);
  }
}
