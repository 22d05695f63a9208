package drover.steering.rules;

import drover.engine.io.DroverException;
import drover.steering.python.PythonText;
import java.math.BigInteger;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Rules as the Python library reads them. Its conditions are a dictionary in which whatever was
 * never met is false, so that a word may name any condition; its behaviours are lists, in which
 * Python counts indexes below 0 from the end, and looks nothing up for a rule that does not hold.
 */
final class FlatRules {
  private static final Set<String> CONNECTIVES = Set.of("or", "and");
  private static final String THEN = "then";

  private FlatRules() {}

  static Rule parse(String text, int conditions, int behaviors) {
    BigInteger behavior = behavior(text);
    Expression condition = condition(text, conditions);
    LinkedHashSet<Integer> applied = new LinkedHashSet<>();
    // Without "not", what holds at all holds when every condition is met.
    if (condition.holds(_ -> true)) {
      applied.add(index(text, behavior, behaviors));
    }
    return new Rule(text, condition, applied);
  }

  /** The number between the first B and the second. */
  private static BigInteger behavior(String text) {
    int first = text.indexOf('B');
    int second = text.indexOf('B', first + 1);
    String number = first < 0 ? "" : text.substring(first + 1, second < 0 ? text.length() : second);
    Optional<BigInteger> read = PythonText.integer(number);
    if (read.isEmpty()) {
      throw new DroverException(
          "%s: the flat reading of rules expects a number after the first \"B\", not %s"
              .formatted(
                  RuleErrors.quoted(text), first < 0 ? "no \"B\"" : DroverException.quote(number)));
    }
    return read.get();
  }

  private static int index(String text, BigInteger behavior, int behaviors) {
    BigInteger count = BigInteger.valueOf(behaviors);
    BigInteger index = behavior.subtract(BigInteger.ONE);
    BigInteger wrapped = index.signum() < 0 ? index.add(count) : index;
    if (wrapped.signum() < 0 || wrapped.compareTo(count) >= 0) {
      throw new DroverException(
          "%s names behaviour %s, but there are %d"
              .formatted(RuleErrors.quoted(text), shortened(behavior), behaviors));
    }
    return wrapped.intValueExact();
  }

  private static String shortened(BigInteger number) {
    return DroverException.quote(number.toString());
  }

  private static Expression condition(String text, int conditions) {
    int then = text.indexOf(THEN);
    if (then < 0 || text.indexOf(THEN, then + THEN.length()) >= 0) {
      return Expression.NEVER;
    }
    List<String> words =
        PythonText.words(text.substring(0, then).toLowerCase(Locale.ROOT).replace("if", ""));
    if (words.isEmpty()) {
      throw new DroverException(
          RuleErrors.quoted(text) + ": expected a condition such as C1 before \"then\"");
    }
    List<Expression> operands =
        words.stream()
            .filter(word -> !CONNECTIVES.contains(word))
            .map(word -> operand(word, conditions))
            .toList();
    if (words.contains("or")) {
      return new Expression.Any(operands);
    }
    return words.contains("and") ? new Expression.All(operands) : operands.getFirst();
  }

  private static Expression operand(String word, int conditions) {
    return (word.startsWith("c")
            ? PythonText.integer(word.substring(1))
            : Optional.<BigInteger>empty())
        .filter(n -> n.signum() > 0 && n.compareTo(BigInteger.valueOf(conditions)) <= 0)
        .<Expression>map(n -> new Expression.Condition(n.intValueExact() - 1))
        .orElse(Expression.NEVER);
  }
}
