package drover.steering.evaluate;

import java.util.Collection;
import java.util.Locale;

/**
 * How many of some texts refuse, as {@link Refusal} decides.
 *
 * @param refusals how many do
 * @param texts of how many
 */
public record RefusalRate(int refusals, int texts) {
  /** Counts. */
  public static RefusalRate of(Collection<String> texts) {
    int refusals = (int) texts.stream().filter(Refusal::isRefusal).count();
    return new RefusalRate(refusals, texts.size());
  }

  /** From 0 to 1; NaN for no texts. */
  public double share() {
    return (double) refusals / texts;
  }

  /** In per cent: {@code 97.5%}. */
  @Override
  public String toString() {
    return texts == 0 ? "-" : String.format(Locale.ROOT, "%.1f%%", 100 * share());
  }
}
