package drover.steering.figures;

import drover.steering.figures.Canvas.Marker;
import java.util.ArrayList;
import java.util.List;

/** Lays out a {@link Scatter}: smaller and paler points the more there are. */
final class ScatterDrawing implements Drawing {
  private static final double MARGIN = 0.05;

  private final List<Series> classes;
  private final int points;
  private final Plot plot;

  ScatterDrawing(Scatter scatter) {
    classes = scatter.classes().stream().map(Series::drawable).toList();
    points = classes.stream().mapToInt(c -> c.x().length).sum();
    List<Header.Entry> legend = new ArrayList<>();
    for (int i = 0; i < classes.size(); i++) {
      legend.add(entry(i, scatter.classes().get(i).x().length));
    }
    Range x = Extent.of(classes, Series::x).widened().padded(MARGIN, MARGIN);
    Range y = Extent.of(classes, Series::y).widened().padded(MARGIN, MARGIN);
    plot =
        new Plot(
            scatter.title(),
            scatter.xLabel(),
            scatter.yLabel(),
            legend,
            Axis.horizontal(x, Plot.WIDTH, false),
            Axis.vertical(y, Plot.HEIGHT));
  }

  private Header.Entry entry(int index, int given) {
    Series drawn = classes.get(index);
    int count = drawn.x().length;
    String counted =
        count == given ? Integer.toString(count) : count + " of " + given + " drawable";
    return new Header.Entry(
        drawn.name() + " (" + counted + ")",
        (canvas, x, y) ->
            canvas.markers(
                shape(index),
                new double[] {x},
                new double[] {y},
                4.5,
                Palette.ofClass(index),
                0.9));
  }

  static Marker shape(int index) {
    return Marker.values()[index % Marker.values().length];
  }

  @Override
  public double width() {
    return plot.width();
  }

  @Override
  public double height() {
    return plot.height();
  }

  @Override
  public void paint(Canvas canvas) {
    plot.paint(canvas, points == 0);
    for (int i = 0; i < classes.size(); i++) {
      Series series = classes.get(i);
      canvas.markers(
          shape(i),
          plot.xs(series.x()),
          plot.ys(series.y()),
          radius(),
          Palette.ofClass(i),
          opacity());
    }
  }

  private double radius() {
    return points <= 500 ? 3.5 : points <= 4000 ? 2.5 : 1.6;
  }

  private double opacity() {
    return points <= 500 ? 0.65 : points <= 4000 ? 0.5 : 0.35;
  }
}
