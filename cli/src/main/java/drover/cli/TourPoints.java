package drover.cli;

import drover.steering.search.ConditionPoint;
import drover.steering.search.Quality;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Condition points as a table. */
final class TourPoints {
  private TourPoints() {}

  static TextTable table(List<TourCondition> conditions) {
    TextTable table =
        new TextTable(
            "condition", "layer", "met if cosine is", "F1", "held-out F1", "held-out AUC");
    for (int i = 0; i < conditions.size(); i++) {
      ConditionPoint point = conditions.get(i).point();
      Quality heldOut = point.heldOut().orElseThrow();
      boolean below = point.thresholdIs() == drover.steering.search.ThresholdIs.LARGER;
      table.row(
          "C%d %s".formatted(i + 1, conditions.get(i).name()),
          point.layers().stream().map(Object::toString).collect(Collectors.joining(", ")),
          (below ? "below " : "above ") + number(point.threshold()),
          number(point.quality().f1()),
          number(heldOut.f1()),
          number(heldOut.auc()));
    }
    return table;
  }

  /** With three decimals. */
  static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
