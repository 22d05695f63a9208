package drover.cli;

import drover.cli.Progress.Unit;
import drover.cli.Tour.Trained;
import drover.cli.TourData.Contrast;
import drover.cli.TourData.Sides;
import drover.engine.Llama;
import drover.steering.Condition;
import drover.steering.ConditionFinder;
import drover.steering.SearchOptions;
import drover.steering.Semantics;
import drover.steering.SteeringDataset;
import drover.steering.SteeringVector;
import drover.steering.TrainingOptions;
import drover.steering.search.ConditionPoint;
import drover.steering.search.Similarities;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;

/**
 * A condition: its direction from one part of the data, its point from another, its quality from a
 * third.
 *
 * @param name what it asks for
 * @param file its vector's file
 * @param trained its vector, and what its texts look like at each layer
 * @param found its point, whose held-out quality is that on the third part
 * @param condition ready for a plan
 */
record TourCondition(
    String name, String file, Trained trained, ConditionFinder.Found found, Condition condition) {

  /** Finds a condition and saves its vector and its analysis. */
  static TourCondition find(Tour tour, String name, Contrast texts) {
    SequencedMap<String, Contrast> one = new LinkedHashMap<>();
    one.put(name, texts);
    return find(tour, name + " condition", one).getFirst();
  }

  /**
   * Finds several at once: what their texts share is computed once.
   *
   * @param what what they are, for the progress
   * @param texts by name
   */
  static List<TourCondition> find(Tour tour, String what, SequencedMap<String, Contrast> texts) {
    List<SteeringDataset> datasets =
        texts.values().stream().map(each -> SteeringDataset.ofTexts(each.fit())).toList();
    List<Trained> trained = tour.train(what, datasets, TrainingOptions.CONDITION);
    List<ConditionFinder> finders =
        trained.stream().map(each -> finder(tour.model(), each.vector())).toList();
    List<Similarities> calibration =
        similarities(tour, what, finders, texts, Contrast::calibration);
    List<Similarities> heldOut = similarities(tour, what, finders, texts, Contrast::heldOut);
    List<TourCondition> conditions = new ArrayList<>();
    for (String name : texts.keySet()) {
      int i = conditions.size();
      ConditionFinder.Found found = finders.get(i).find(calibration.get(i));
      conditions.add(save(tour, name, trained.get(i), found, heldOut.get(i)));
    }
    return conditions;
  }

  private static ConditionFinder finder(Llama model, SteeringVector vector) {
    return new ConditionFinder(model, vector, SearchOptions.of(vector, Semantics.CORRECTED));
  }

  private static List<Similarities> similarities(
      Tour tour,
      String what,
      List<ConditionFinder> finders,
      SequencedMap<String, Contrast> texts,
      Function<Contrast, Sides> part) {
    List<ConditionFinder.Prompts> prompts = new ArrayList<>();
    for (Contrast each : texts.values()) {
      Sides sides = part.apply(each);
      ConditionFinder finder = finders.get(prompts.size());
      prompts.add(new ConditionFinder.Prompts(finder, sides.positive(), sides.negative()));
    }
    try (Progress progress = new Progress(tour.io(), Unit.ITEMS)) {
      return ConditionFinder.similarities(
          prompts, (done, total) -> progress.update(what + ", tokens", done, total, done));
    }
  }

  private static TourCondition save(
      Tour tour, String name, Trained trained, ConditionFinder.Found sought, Similarities heldOut) {
    ConditionPoint point = sought.point().withHeldOut(heldOut);
    SteeringVector vector = trained.vector().withPoint(point);
    ConditionFinder.Found found =
        new ConditionFinder.Found(point, sought.analysis(), sought.similarities());
    found.analysis().write(tour.file("condition-point-" + name + ".json"));
    return new TourCondition(
        name,
        tour.save(vector, "condition-" + name),
        new Trained(vector, trained.projections()),
        found,
        Condition.at(vector, point));
  }

  ConditionPoint point() {
    return found.point();
  }
}
