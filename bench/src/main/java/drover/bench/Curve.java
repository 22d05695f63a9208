package drover.bench;

import drover.steering.figures.Lines;
import drover.steering.figures.Series;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;

/**
 * How time and memory grow with something.
 *
 * @param name what is measured
 * @param x what grows
 * @param points in rising order of that
 */
public record Curve(String name, String x, List<Point> points) {
  private static final double MB = 1e6;

  /**
   * Measured at one place of a curve.
   *
   * @param x the place
   * @param units how many tokens were computed, or new, in the time
   * @param seconds for all of them
   * @param attention seconds of these that attention took
   * @param memory bytes of the Java heap in use
   */
  public record Point(int x, long units, double seconds, double attention, long memory) {
    Point withMemory(long value) {
      return new Point(x, units, seconds, attention, value);
    }

    Point withUnits(long value) {
      return new Point(x, value, seconds, attention, memory);
    }

    /** Attention's share of the time. */
    public double attentionShare() {
      return attention / seconds;
    }
  }

  /** The figures of the curve, by the end of their names. */
  public SequencedMap<String, Lines> figures(String about) {
    String title = name + " on " + about;
    SequencedMap<String, Lines> figures = new LinkedHashMap<>();
    boolean perToken = name.equals("decode");
    double scale = perToken ? 1e3 : 1;
    ToDoubleFunction<Point> per = point -> perToken ? point.units() : 1;
    figures.put(
        "time",
        new Lines(
            title + ": time",
            x,
            perToken ? "ms per token" : "seconds",
            List.of(
                series("all", p -> scale * p.seconds() / per.applyAsDouble(p)),
                series("attention", p -> scale * p.attention() / per.applyAsDouble(p)),
                series(
                    "all but attention",
                    p -> scale * (p.seconds() - p.attention()) / per.applyAsDouble(p)))));
    figures.put(
        "rate",
        new Lines(
            title + ": rate",
            x,
            "tokens/s",
            List.of(series("tokens/s", p -> p.units() / p.seconds()))));
    figures.put(
        "memory",
        new Lines(
            title + ": memory",
            x,
            "MB of Java heap in use",
            List.of(series("MB", p -> p.memory() / MB))));
    return figures;
  }

  private Series series(String label, ToDoubleFunction<Point> y) {
    return new Series(
        label,
        points.stream().mapToDouble(Point::x).toArray(),
        points.stream().mapToDouble(y).toArray());
  }
}
