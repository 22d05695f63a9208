package drover.steering.figures;

import java.util.List;
import java.util.function.Function;

/** What several series span together. */
final class Extent {
  private static final Range NOTHING = new Range(0, 1);

  private Extent() {}

  /** From 0 to 1 if there is no drawable value. */
  static Range of(List<Series> series, Function<Series, double[]> values) {
    return series.stream()
        .map(s -> Range.of(values.apply(s)))
        .filter(range -> range != null)
        .reduce(Range::including)
        .orElse(NOTHING);
  }
}
