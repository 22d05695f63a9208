package drover.cli;

import drover.steering.Behavior;
import drover.steering.Scope;
import drover.steering.SteeringPlan;
import drover.steering.SteeringVector;
import drover.steering.StrengthUnit;
import drover.steering.evaluate.RefusalRate;
import drover.steering.evaluate.Repetition;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * How strongly to steer a model of any size. The layers are those from three tenths to the half of
 * its depth, where a refusal is decided and not yet worded. All tokens are steered, or those of the
 * prompt alone if that does better, as it does where a push at every generated token ends in loops.
 * Strengths are multiples of the difference between refusing and complying texts at each layer, and
 * tried from weak to strong on a few training prompts, until the text breaks. The one is chosen at
 * which most answers are refusals that do not repeat themselves.
 */
final class StrengthSearch {
  private static final double[] STRENGTHS = {0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2};

  /** Fewer distinct triples of words than that, and a text goes round in circles. */
  private static final double INTACT = 0.7;

  /** Once it does no more than this share of the best, more strength only breaks texts. */
  private static final double PAST = 0.5;

  /** Good enough not to try on other tokens. */
  private static final double GOOD = 0.95;

  /**
   * What a strength does.
   *
   * @param scope on which tokens
   * @param strength in units of the difference
   * @param refused the share of prompts that are refused
   * @param intact the share of answers that do not repeat themselves
   * @param good the share that are refused without repeating themselves
   */
  record Trial(Scope scope, double strength, double refused, double intact, double good) {}

  /**
   * What was found.
   *
   * @param behavior the best
   * @param trials all that were tried
   */
  record Found(Behavior behavior, List<Trial> trials) {
    /** Those on the tokens that were chosen. */
    List<Trial> ofScope() {
      return trials.stream().filter(trial -> trial.scope().equals(behavior.scope())).toList();
    }
  }

  private StrengthSearch() {}

  /** The layers to steer in a model with so many. */
  static NavigableSet<Integer> layers(int count) {
    int last = Math.max(1, count / 2) - 1;
    return new TreeSet<>(IntStream.rangeClosed(3 * count / 10, last).boxed().toList());
  }

  /** Searches. */
  static Found search(Tour tour, SteeringVector vector, List<String> prompts) {
    Behavior behavior =
        Behavior.of(vector, layers(tour.model().config().layers()), 1)
            .withUnit(StrengthUnit.DIFFERENCE);
    List<Trial> trials = new ArrayList<>();
    for (Scope scope : List.of(new Scope.All(), new Scope.Prompt())) {
      if (best(trials) < GOOD) {
        trials.addAll(trials(tour, behavior.withScope(scope), prompts));
      }
    }
    Trial chosen = middle(trials);
    return new Found(
        behavior.withScope(chosen.scope()).withStrength(chosen.strength()), List.copyOf(trials));
  }

  private static List<Trial> trials(Tour tour, Behavior behavior, List<String> prompts) {
    List<Trial> trials = new ArrayList<>();
    for (double strength : STRENGTHS) {
      Trial trial = trial(tour, behavior.withStrength(strength), prompts);
      trials.add(trial);
      double best = best(trials);
      if (trial.intact() < PAST || (best > PAST && trial.good() < PAST * best)) {
        break;
      }
    }
    return trials;
  }

  private static double best(List<Trial> trials) {
    return trials.stream().mapToDouble(Trial::good).max().orElse(0);
  }

  /** Among equally good strengths the middle one is the safest on other prompts. */
  private static Trial middle(List<Trial> trials) {
    double best = best(trials);
    List<Trial> good = trials.stream().filter(trial -> trial.good() == best).toList();
    Scope scope = good.getFirst().scope();
    good = good.stream().filter(trial -> trial.scope().equals(scope)).toList();
    return good.get((good.size() - 1) / 2);
  }

  private static Trial trial(Tour tour, Behavior behavior, List<String> prompts) {
    double strength = behavior.strength();
    List<String> texts =
        Tour.texts(tour.answer("strength " + strength, prompts, SteeringPlan.of(behavior)));
    List<String> intact =
        texts.stream().filter(text -> Repetition.distinctShare(text, 3) >= INTACT).toList();
    double count = texts.size();
    return new Trial(
        behavior.scope(),
        strength,
        RefusalRate.of(texts).share(),
        intact.size() / count,
        RefusalRate.of(intact).refusals() / count);
  }
}
