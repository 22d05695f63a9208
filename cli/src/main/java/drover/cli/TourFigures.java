package drover.cli;

import drover.cli.StrengthSearch.Trial;
import drover.cli.Tour.Trained;
import drover.steering.PcaProjection;
import drover.steering.figures.Figure;
import drover.steering.figures.Lines;
import drover.steering.figures.Range;
import drover.steering.figures.Series;
import java.util.Collection;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The pictures of the tour, by the names of their files. */
final class TourFigures {
  /** More points of a kind do not show more. */
  private static final int POINTS = 200;

  private static final int MOST_LAYERS = 6;

  private TourFigures() {}

  /** Of Part I: the texts at the steered layers, variance over layers, refusal over strength. */
  static SequencedMap<String, Figure> of(TourRefusal part) {
    SequencedMap<String, Figure> figures = new TreeMap<>();
    figures.put("refusal-variance", FiguresOption.figure(part.trained().vector()));
    figures.put("refusal-strengths", strengths(part.strength().trials()));
    scatter(figures, "refusal", part.trained(), part.behavior().layers());
    return figures;
  }

  /** Of Part II: the texts where the condition is read, variance over layers, F1. */
  static SequencedMap<String, Figure> of(TourConditional part) {
    SequencedMap<String, Figure> figures = new TreeMap<>();
    TourCondition condition = part.condition();
    figures.put("harmful-variance", FiguresOption.figure(condition.trained().vector()));
    figures.put("harmful-heatmap", condition.found().heatmap());
    scatter(figures, "harmful", condition.trained(), condition.point().layers());
    return figures;
  }

  /** Writes each as PNG and SVG. */
  static void write(Tour tour, SequencedMap<String, Figure> figures) {
    figures.forEach(
        (name, figure) -> {
          figure.write(tour.file(name + ".png"));
          figure.write(tour.file(name + ".svg"));
        });
  }

  private static void scatter(
      SequencedMap<String, Figure> figures,
      String name,
      Trained trained,
      Collection<Integer> layers) {
    layers.stream()
        .limit(MOST_LAYERS)
        .map(trained.projections()::get)
        .forEach(
            p ->
                figures.put(
                    "%s-pca-layer-%02d".formatted(name, p.layer()),
                    FiguresOption.figure(
                        new PcaProjection(
                            p.layer(),
                            thin(p.positive()),
                            thin(p.negative()),
                            p.explainedVariance()))));
  }

  private static double[][] thin(double[][] points) {
    int kept = Math.min(POINTS, points.length);
    return IntStream.range(0, kept)
        .mapToObj(i -> points[(int) ((long) i * points.length / kept)])
        .toArray(double[][]::new);
  }

  private static Lines strengths(List<Trial> trials) {
    return new Lines(
        "Refusal and repetition over strength, training prompts",
        "strength, times the difference between the classes",
        "share of the answers",
        List.of(
            series("refused", trials, Trial::refused),
            series("not repetitive", trials, Trial::intact),
            series("both", trials, Trial::good)),
        new Range(0, 1));
  }

  private static Series series(String name, List<Trial> trials, ToDoubleFunction<Trial> value) {
    return new Series(
        name,
        trials.stream().mapToDouble(Trial::strength).toArray(),
        trials.stream().mapToDouble(value).toArray());
  }
}
