package drover.steering.figures;

import drover.steering.figures.Canvas.Anchor;
import drover.steering.figures.Canvas.TextStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lays out a {@link Heatmap}: the matrix with its axes, and the colour bar at its right. */
final class HeatmapDrawing implements Drawing {
  private static final double WIDTH = 560;
  private static final double ROW = 15;
  private static final double LEAST_HEIGHT = 140;
  private static final double MOST_HEIGHT = 520;
  private static final double LABEL_LINE = 14;
  private static final double LONGEST_LABEL = 120;
  private static final double BAR_GAP = 22;
  private static final double BAR_WIDTH = 14;
  private static final double RIGHT = BAR_GAP + BAR_WIDTH + 62;
  private static final int BAR_STEPS = 128;

  /** The marked cell's frame is drawn at least this large around the cell's middle. */
  private static final double LEAST_MARK = 9;

  private final Heatmap heatmap;
  private final List<String> rowLabels;
  private final Axis x;
  private final Header header;
  private final double left;
  private final double top;
  private final double plotHeight;

  HeatmapDrawing(Heatmap heatmap) {
    this.heatmap = heatmap;
    rowLabels =
        heatmap.rowLabels().stream()
            .map(label -> Texts.fit(label, LONGEST_LABEL, Axis.LABEL_SIZE, false))
            .toList();
    plotHeight = Math.clamp(heatmap.rows() * ROW, LEAST_HEIGHT, MOST_HEIGHT);
    x = columnAxis(heatmap);
    double widest =
        rowLabels.stream()
            .mapToDouble(l -> StrokeFont.room(l, Axis.LABEL_SIZE, false))
            .max()
            .orElse(0);
    left = Math.ceil(widest) + 44;
    header = new Header(heatmap.title(), legend(heatmap), left, WIDTH + RIGHT - Plot.RIGHT);
    top = header.height();
  }

  /** The columns' values lie in the cells' middles, so the axis goes half a cell further. */
  private static Axis columnAxis(Heatmap heatmap) {
    if (heatmap.columns().span() == 0 || heatmap.width() == 1) {
      double value = heatmap.columns().from();
      Range around =
          new Range(value - Math.max(1, Math.abs(value)), value + Math.max(1, Math.abs(value)));
      return new Axis(around, WIDTH, List.of(new Axis.Tick(value, Numbers.shortest(value))));
    }
    double half = 0.5 / (heatmap.width() - 1);
    return Axis.horizontal(heatmap.columns().padded(half, half).widened(), WIDTH, false);
  }

  private static List<Header.Entry> legend(Heatmap heatmap) {
    List<Header.Entry> legend = new ArrayList<>();
    Heatmap.Cell best = heatmap.marked();
    if (best != null) {
      String text =
          "best: %s %s, %s %s, %s %s"
              .formatted(
                  heatmap.yLabel(),
                  heatmap.rowLabels().get(best.row()),
                  heatmap.xLabel(),
                  Numbers.shortest(heatmap.columnValue(best.column())),
                  heatmap.valueLabel(),
                  Numbers.shortest(heatmap.values()[best.row()][best.column()]));
      legend.add(new Header.Entry(text, (canvas, x, y) -> paintMark(canvas, x, y, 10, 10)));
    }
    boolean missing =
        Arrays.stream(heatmap.values())
            .flatMapToDouble(Arrays::stream)
            .anyMatch(value -> !Numbers.drawable(value));
    if (missing) {
      legend.add(
          new Header.Entry(
              "no value",
              (canvas, x, y) -> canvas.rectangle(x - 6, y - 6, 12, 12, Palette.MISSING)));
    }
    return legend;
  }

  @Override
  public double width() {
    return left + WIDTH + RIGHT;
  }

  @Override
  public double height() {
    return top + plotHeight + Plot.BELOW;
  }

  @Override
  public void paint(Canvas canvas) {
    canvas.rectangle(0, 0, width(), height(), Palette.BACKGROUND);
    header.paint(canvas);
    canvas.cells(cells(), left, top, WIDTH, plotHeight);
    Plot.paintFrame(canvas, left, top, WIDTH, plotHeight);
    paintRowLabels(canvas);
    Plot.paintTicksBelow(canvas, x, left, top + plotHeight);
    Plot.paintLabels(
        canvas,
        Texts.fit(heatmap.xLabel(), WIDTH, Plot.LABEL_SIZE, false),
        Texts.fit(heatmap.yLabel(), plotHeight, Plot.LABEL_SIZE, false),
        left,
        top,
        WIDTH,
        plotHeight);
    paintBar(canvas);
    Heatmap.Cell marked = heatmap.marked();
    if (marked != null) {
      double wide = WIDTH / heatmap.width();
      double high = plotHeight / heatmap.rows();
      double cx = left + (marked.column() + 0.5) * wide;
      double cy = top + (marked.row() + 0.5) * high;
      paintMark(canvas, cx, cy, Math.max(LEAST_MARK, wide), Math.max(LEAST_MARK, high));
    }
  }

  private Canvas.Cells cells() {
    int[] rgb =
        Arrays.stream(heatmap.values())
            .flatMapToDouble(Arrays::stream)
            .mapToInt(v -> Numbers.drawable(v) ? Palette.ofScale(v) : Palette.MISSING)
            .toArray();
    return new Canvas.Cells(heatmap.width(), heatmap.rows(), rgb);
  }

  /** A white frame between dark ones, to be seen on every colour. */
  private static void paintMark(Canvas canvas, double cx, double cy, double wide, double high) {
    double[] x = {cx - wide / 2, cx + wide / 2, cx + wide / 2, cx - wide / 2, cx - wide / 2};
    double[] y = {cy - high / 2, cy - high / 2, cy + high / 2, cy + high / 2, cy - high / 2};
    canvas.polyline(x, y, 4, 0x000000);
    canvas.polyline(x, y, 1.8, 0xffffff);
  }

  private void paintRowLabels(Canvas canvas) {
    double high = plotHeight / heatmap.rows();
    TextStyle style = TextStyle.of(Axis.LABEL_SIZE, Anchor.END);
    for (int row : RowLabels.shown(rowLabels, (int) Math.ceil(LABEL_LINE / high))) {
      double y = top + (row + 0.5) * high;
      canvas.text(rowLabels.get(row), left - 8, y + 4.3, style, Palette.TEXT);
    }
  }

  private void paintBar(Canvas canvas) {
    double barLeft = left + WIDTH + BAR_GAP;
    int[] rgb = new int[BAR_STEPS];
    for (int i = 0; i < BAR_STEPS; i++) {
      rgb[i] = Palette.ofScale(1 - (i + 0.5) / BAR_STEPS);
    }
    canvas.cells(new Canvas.Cells(1, BAR_STEPS, rgb), barLeft, top, BAR_WIDTH, plotHeight);
    Plot.paintFrame(canvas, barLeft, top, BAR_WIDTH, plotHeight);
    Axis scale = Axis.vertical(new Range(0, 1), plotHeight);
    for (Axis.Tick tick : scale.ticks()) {
      double y = top + plotHeight - scale.place(tick.value());
      TextStyle style = TextStyle.of(Axis.LABEL_SIZE, Anchor.START);
      canvas.text(tick.label(), barLeft + BAR_WIDTH + 6, y + 4.8, style, Palette.TEXT);
    }
    TextStyle upwards = new TextStyle(Plot.LABEL_SIZE, Anchor.MIDDLE, false, true);
    String label = Texts.fit(heatmap.valueLabel(), plotHeight, Plot.LABEL_SIZE, false);
    canvas.text(label, width() - 10, top + plotHeight / 2, upwards, Palette.TEXT);
  }
}
