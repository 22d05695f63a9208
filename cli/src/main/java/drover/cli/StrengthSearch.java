package drover.cli;

import drover.steering.Behavior;
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
 * How strongly to steer a model of any size. The layers are those from a third to the half of its
 * depth, where a refusal is decided and not yet worded; strengths are multiples of the difference
 * between refusing and complying texts at each layer, and tried from weak to strong on a few
 * training prompts, until the text breaks. The one is chosen at which most answers are refusals
 * that do not repeat themselves.
 */
final class StrengthSearch {
  private static final double[] STRENGTHS = {0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.75, 1, 1.5, 2};

  /** Fewer distinct triples of words than that, and a text goes round in circles. */
  private static final double INTACT = 0.7;

  /** Once it does no more than this share of the best, more strength only breaks the text. */
  private static final double PAST = 0.5;

  /**
   * What a strength does.
   *
   * @param strength in units of the difference
   * @param refused the share of prompts that are refused
   * @param intact the share of answers that do not repeat themselves
   * @param good the share that are refused without repeating themselves
   */
  record Trial(double strength, double refused, double intact, double good) {}

  /**
   * What was found.
   *
   * @param behavior the best
   * @param trials all that were tried
   */
  record Found(Behavior behavior, List<Trial> trials) {}

  private StrengthSearch() {}

  /** The layers to steer in a model with so many. */
  static NavigableSet<Integer> layers(int count) {
    return new TreeSet<>(IntStream.rangeClosed(count / 3, count / 2).boxed().toList());
  }

  /** Searches. */
  static Found search(Tour tour, SteeringVector vector, List<String> prompts) {
    Behavior behavior =
        Behavior.of(vector, layers(tour.model().config().layers()), 1)
            .withUnit(StrengthUnit.DIFFERENCE);
    List<Trial> trials = new ArrayList<>();
    double best = 0;
    for (double strength : STRENGTHS) {
      Trial trial = trial(tour, behavior.withStrength(strength), prompts);
      trials.add(trial);
      best = Math.max(best, trial.good());
      if (trial.good() < PAST * best || trial.intact() < PAST) {
        break;
      }
    }
    return new Found(behavior.withStrength(middle(trials, best)), trials);
  }

  /** Among equally good strengths the middle one is the safest on other prompts. */
  private static double middle(List<Trial> trials, double best) {
    List<Trial> good = trials.stream().filter(trial -> trial.good() == best).toList();
    return good.get((good.size() - 1) / 2).strength();
  }

  private static Trial trial(Tour tour, Behavior behavior, List<String> prompts) {
    double strength = behavior.strength();
    List<String> texts =
        Tour.texts(tour.answer("strength " + strength, prompts, SteeringPlan.of(behavior)));
    List<String> intact =
        texts.stream().filter(text -> Repetition.distinctShare(text, 3) >= INTACT).toList();
    double count = texts.size();
    return new Trial(
        strength,
        RefusalRate.of(texts).share(),
        intact.size() / count,
        RefusalRate.of(intact).refusals() / count);
  }
}
