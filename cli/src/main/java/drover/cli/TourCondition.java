package drover.cli;

import drover.cli.Progress.Unit;
import drover.cli.Tour.Trained;
import drover.cli.TourData.Contrast;
import drover.cli.TourData.Sides;
import drover.steering.Condition;
import drover.steering.ConditionFinder;
import drover.steering.SearchOptions;
import drover.steering.Semantics;
import drover.steering.SteeringDataset;
import drover.steering.SteeringVector;
import drover.steering.TrainingOptions;
import drover.steering.search.ConditionPoint;
import drover.steering.search.Similarities;

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
    Trained trained =
        tour.train(name, SteeringDataset.ofTexts(texts.fit()), TrainingOptions.CONDITION);
    SearchOptions options = SearchOptions.of(trained.vector(), Semantics.CORRECTED);
    ConditionFinder finder = new ConditionFinder(tour.model(), trained.vector(), options);
    ConditionFinder.Found found;
    Similarities heldOut;
    try (Progress progress = new Progress(tour.io(), Unit.ITEMS)) {
      drover.steering.Progress listener =
          (done, total) -> progress.update(name + " condition, tokens", done, total, done);
      Sides calibration = texts.calibration();
      found = finder.find(calibration.positive(), calibration.negative(), listener);
      heldOut =
          finder.similarities(texts.heldOut().positive(), texts.heldOut().negative(), listener);
    }
    ConditionPoint point = found.point().withHeldOut(heldOut);
    SteeringVector vector = trained.vector().withPoint(point);
    found = new ConditionFinder.Found(point, found.analysis(), found.similarities());
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
