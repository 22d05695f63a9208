package drover.steering.figures;

/** Draws pixels, antialiased, two for each CSS pixel's width and height. */
final class RasterCanvas implements Canvas {
  static final int SCALE = 2;

  private final int width;
  private final int height;
  private final int[] pixels;
  private final Coverage coverage;

  RasterCanvas(double width, double height) {
    this.width = (int) Math.ceil(width * SCALE);
    this.height = (int) Math.ceil(height * SCALE);
    pixels = new int[this.width * this.height];
    coverage = new Coverage(this.width, this.height);
  }

  @Override
  public void rectangle(double x, double y, double w, double h, int rgb) {
    coverage.rectangle(x * SCALE, y * SCALE, (x + w) * SCALE, (y + h) * SCALE);
    coverage.paint(pixels, rgb, 1);
  }

  @Override
  public void polyline(double[] x, double[] y, double thickness, int rgb) {
    for (int i = 1; i < x.length; i++) {
      coverage.segment(
          x[i - 1] * SCALE, y[i - 1] * SCALE, x[i] * SCALE, y[i] * SCALE, thickness * SCALE / 2);
    }
    coverage.paint(pixels, rgb, 1);
  }

  @Override
  public void markers(
      Marker shape, double[] x, double[] y, double radius, int rgb, double opacity) {
    double[] corners = MarkerShape.corners(shape);
    for (int i = 0; i < x.length; i++) {
      double cx = x[i] * SCALE;
      double cy = y[i] * SCALE;
      if (corners.length == 0) {
        coverage.segment(cx, cy, cx, cy, radius * SCALE);
      } else {
        coverage.convex(corners, cx, cy, radius * SCALE);
      }
      coverage.paint(pixels, rgb, opacity);
    }
  }

  @Override
  public void text(String text, double x, double y, TextStyle style, int rgb) {
    double size = style.size() * SCALE;
    double along =
        switch (style.anchor()) {
          case START -> 0;
          case MIDDLE -> -StrokeFont.width(text, size) / 2;
          case END -> -StrokeFont.width(text, size);
        };
    double radius = size * (style.bold() ? StrokeFont.BOLD_THICKNESS : StrokeFont.THICKNESS) / 2;
    double ox = x * SCALE;
    double oy = y * SCALE;
    StrokeFont.Pen pen =
        style.upwards()
            ? (x0, y0, x1, y1) ->
                coverage.segment(ox + y0, oy - along - x0, ox + y1, oy - along - x1, radius)
            : (x0, y0, x1, y1) ->
                coverage.segment(ox + along + x0, oy + y0, ox + along + x1, oy + y1, radius);
    StrokeFont.draw(text, size, pen);
    coverage.paint(pixels, rgb, 1);
  }

  @Override
  public void cells(Cells cells, double x, double y, double w, double h) {
    int firstRow = (int) Math.round(y * SCALE);
    int lastRow = (int) Math.round((y + h) * SCALE);
    int firstColumn = (int) Math.round(x * SCALE);
    int lastColumn = (int) Math.round((x + w) * SCALE);
    double high = (double) cells.rows() / (lastRow - firstRow);
    double wide = (double) cells.columns() / (lastColumn - firstColumn);
    for (int row = firstRow; row < lastRow; row++) {
      double top = (row - firstRow) * high;
      for (int column = firstColumn; column < lastColumn; column++) {
        double left = (column - firstColumn) * wide;
        pixels[row * width + column] = average(cells, left, left + wide, top, top + high);
      }
    }
  }

  /** The mean colour of a rectangle of cells, in cells' coordinates. */
  private static int average(Cells cells, double x0, double x1, double y0, double y1) {
    double red = 0;
    double green = 0;
    double blue = 0;
    double area = 0;
    for (int row = (int) y0; row < Math.min(cells.rows(), y1); row++) {
      double high = Math.min(y1, row + 1.0) - Math.max(y0, row);
      for (int column = (int) x0; column < Math.min(cells.columns(), x1); column++) {
        double part = high * (Math.min(x1, column + 1.0) - Math.max(x0, column));
        int rgb = cells.rgb()[row * cells.columns() + column];
        red += part * (rgb >> 16 & 0xff);
        green += part * (rgb >> 8 & 0xff);
        blue += part * (rgb & 0xff);
        area += part;
      }
    }
    return Palette.rgb(red / area, green / area, blue / area);
  }

  byte[] toPng() {
    return Png.encode(width, height, pixels, SCALE);
  }
}
