package drover.steering.figures;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lays out {@link Lines}. */
final class LinesDrawing implements Drawing {
  private static final double THICKNESS = 2;
  private static final double MARGIN = 0.03;
  private static final double Y_MARGIN = 0.06;

  /** Series of more points are drawn without markers. */
  private static final int MOST_MARKERS = 200;

  private final List<Series> series;
  private final Plot plot;

  LinesDrawing(Lines lines) {
    series = lines.series();
    List<Series> drawable = series.stream().map(Series::drawable).toList();
    List<Header.Entry> legend = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      legend.add(entry(i));
    }
    Range x = Extent.of(drawable, Series::x);
    boolean whole =
        drawable.stream()
            .flatMapToDouble(s -> Arrays.stream(s.x()))
            .allMatch(v -> v == Math.rint(v));
    Range wide = whole && x.span() == 0 ? new Range(x.from() - 1, x.to() + 1) : x.widened();
    plot =
        new Plot(
            lines.title(),
            lines.xLabel(),
            lines.yLabel(),
            legend,
            Axis.horizontal(wide.padded(MARGIN, MARGIN), Plot.WIDTH, whole),
            Axis.vertical(yRange(drawable, lines.yRange()), Plot.HEIGHT));
  }

  /** Starts at zero where the values come near to it, and has room above and below the curves. */
  private static Range yRange(List<Series> drawable, Range atLeast) {
    Range values = Extent.of(drawable, Series::y);
    if (atLeast != null) {
      boolean none = drawable.stream().allMatch(s -> s.y().length == 0);
      Range all = none ? atLeast : values.including(atLeast);
      return all.widened().padded(Y_MARGIN / 2, Y_MARGIN / 2);
    }
    Range wide = values.widened();
    if (values.from() >= 0 && values.from() <= values.to() / 2) {
      wide = wide.including(new Range(0, 0));
    }
    return wide.padded(Y_MARGIN, Y_MARGIN);
  }

  private Header.Entry entry(int index) {
    return new Header.Entry(
        series.get(index).name(),
        (canvas, x, y) -> {
          int rgb = Palette.ofClass(index);
          canvas.polyline(new double[] {x - 10, x + 10}, new double[] {y, y}, THICKNESS, rgb);
          markers(canvas, index, new double[] {x}, new double[] {y}, 3.5);
        });
  }

  private static void markers(Canvas canvas, int index, double[] x, double[] y, double radius) {
    canvas.markers(ScatterDrawing.shape(index), x, y, radius, Palette.ofClass(index), 1);
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
    boolean empty = series.stream().allMatch(s -> s.drawable().x().length == 0);
    plot.paint(canvas, empty);
    for (int i = 0; i < series.size(); i++) {
      paintSeries(canvas, i);
    }
  }

  /** Draws a curve in the runs between points that cannot be drawn. */
  private void paintSeries(Canvas canvas, int index) {
    Series curve = series.get(index);
    int count = curve.x().length;
    int start = 0;
    while (start < count) {
      int end = start;
      while (end < count && curve.drawable(end)) {
        end++;
      }
      if (end > start) {
        double[] x = plot.xs(Arrays.copyOfRange(curve.x(), start, end));
        double[] y = plot.ys(Arrays.copyOfRange(curve.y(), start, end));
        if (x.length > 1) {
          canvas.polyline(x, y, THICKNESS, Palette.ofClass(index));
        }
        if (x.length == 1 || count <= MOST_MARKERS) {
          markers(canvas, index, x, y, count <= 50 ? 3.2 : 2.2);
        }
      }
      start = end + 1;
    }
  }
}
