package drover.steering.figures;

import drover.steering.figures.Canvas.Anchor;
import drover.steering.figures.Canvas.TextStyle;
import java.util.Arrays;
import java.util.List;

/** The paper of {@link Scatter} and {@link Lines}: header, axes, grid and frame. */
final class Plot {
  static final double WIDTH = 600;
  static final double HEIGHT = 400;

  /** The size of the texts along the axes. */
  static final double LABEL_SIZE = 13;

  /** Room for the labels and the text below a plot. */
  static final double BELOW = 52;

  static final double RIGHT = 24;
  private static final double TICK = 4;

  private final String xLabel;
  private final String yLabel;
  private final Axis x;
  private final Axis y;
  private final Header header;
  private final double left;
  private final double top;

  Plot(String title, String xLabel, String yLabel, List<Header.Entry> legend, Axis x, Axis y) {
    this.xLabel = Texts.fit(xLabel, WIDTH, LABEL_SIZE, false);
    this.yLabel = Texts.fit(yLabel, HEIGHT, LABEL_SIZE, false);
    this.x = x;
    this.y = y;
    left = Math.ceil(y.labelWidth()) + 44;
    header = new Header(title, legend, left, WIDTH);
    top = header.height();
  }

  double width() {
    return left + WIDTH + RIGHT;
  }

  double height() {
    return top + HEIGHT + BELOW;
  }

  double x(double value) {
    return left + x.place(value);
  }

  double y(double value) {
    return top + HEIGHT - y.place(value);
  }

  /** Values as places along the horizontal axis. */
  double[] xs(double[] values) {
    return Arrays.stream(values).map(this::x).toArray();
  }

  /** Values as places along the vertical axis. */
  double[] ys(double[] values) {
    return Arrays.stream(values).map(this::y).toArray();
  }

  /** Paints everything but the values, and says so where there are none. */
  void paint(Canvas canvas, boolean empty) {
    canvas.rectangle(0, 0, width(), height(), Palette.BACKGROUND);
    header.paint(canvas);
    for (Axis.Tick tick : y.ticks()) {
      double at = Math.rint(y(tick.value()));
      canvas.rectangle(left, at, WIDTH, 1, tick.value() == 0 ? Palette.ZERO : Palette.GRID);
      TextStyle style = TextStyle.of(Axis.LABEL_SIZE, Anchor.END);
      canvas.text(tick.label(), left - 8, at + 4.8, style, Palette.TEXT);
    }
    for (Axis.Tick tick : x.ticks()) {
      double at = Math.rint(x(tick.value()));
      canvas.rectangle(at, top, 1, HEIGHT, tick.value() == 0 ? Palette.ZERO : Palette.GRID);
    }
    paintTicksBelow(canvas, x, left, top + HEIGHT);
    paintFrame(canvas, left, top, WIDTH, HEIGHT);
    paintLabels(canvas, xLabel, yLabel, left, top, WIDTH, HEIGHT);
    if (empty) {
      TextStyle style = TextStyle.of(LABEL_SIZE, Anchor.MIDDLE);
      canvas.text("nothing to show", left + WIDTH / 2, top + HEIGHT / 2, style, Palette.FRAME);
    }
  }

  /** The ticks of a horizontal axis that begins at a point, with their labels. */
  static void paintTicksBelow(Canvas canvas, Axis axis, double left, double bottom) {
    for (Axis.Tick tick : axis.ticks()) {
      double at = left + axis.place(tick.value());
      canvas.rectangle(Math.rint(at), bottom + 1, 1, TICK, Palette.FRAME);
      TextStyle style = TextStyle.of(Axis.LABEL_SIZE, Anchor.MIDDLE);
      canvas.text(tick.label(), at + 0.5, bottom + 18, style, Palette.TEXT);
    }
  }

  static void paintFrame(Canvas canvas, double left, double top, double width, double height) {
    canvas.rectangle(left, top, width + 1, 1, Palette.FRAME);
    canvas.rectangle(left, top + height, width + 1, 1, Palette.FRAME);
    canvas.rectangle(left, top, 1, height, Palette.FRAME);
    canvas.rectangle(left + width, top, 1, height, Palette.FRAME);
  }

  /** The texts below and at the left edge of a figure. */
  static void paintLabels(
      Canvas canvas, String x, String y, double left, double top, double width, double height) {
    TextStyle along = TextStyle.of(LABEL_SIZE, Anchor.MIDDLE);
    canvas.text(x, left + width / 2, top + height + 40, along, Palette.TEXT);
    TextStyle upwards = new TextStyle(LABEL_SIZE, Anchor.MIDDLE, false, true);
    canvas.text(y, 20, top + height / 2, upwards, Palette.TEXT);
  }
}
