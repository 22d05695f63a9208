package drover.steering.figures;

/**
 * How much of each pixel a shape covers, in pixels' coordinates. A pixel's share is estimated from
 * the distance of its centre to the shape's edge, which is exact for straight edges along the axes.
 * Shapes that are added before {@link #paint} count as one: where they overlap, the larger share
 * holds.
 */
final class Coverage {
  private final int width;
  private final int height;
  private final float[] share;
  private int left;
  private int right;
  private int top;
  private int bottom;

  Coverage(int width, int height) {
    this.width = width;
    this.height = height;
    share = new float[width * height];
    clearBounds();
  }

  /** Adds a line segment of a thickness of twice the radius, with round ends. */
  void segment(double x0, double y0, double x1, double y1, double radius) {
    double reach = radius + 0.5;
    double dx = x1 - x0;
    double dy = y1 - y0;
    double square = dx * dx + dy * dy;
    int firstRow = clampRow(Math.floor(Math.min(y0, y1) - reach));
    int lastRow = clampRow(Math.ceil(Math.max(y0, y1) + reach));
    for (int row = firstRow; row <= lastRow; row++) {
      double py = row + 0.5;
      // The part of the segment that this row can see, so that long slanted lines stay cheap.
      double t0 = dy == 0 ? 0 : clamp((py - reach - y0) / dy);
      double t1 = dy == 0 ? 1 : clamp((py + reach - y0) / dy);
      double xa = x0 + t0 * dx;
      double xb = x0 + t1 * dx;
      int first = clampColumn(Math.floor(Math.min(xa, xb) - reach));
      int last = clampColumn(Math.ceil(Math.max(xa, xb) + reach));
      for (int column = first; column <= last; column++) {
        double px = column + 0.5;
        double t = square == 0 ? 0 : clamp(((px - x0) * dx + (py - y0) * dy) / square);
        double ex = px - x0 - t * dx;
        double ey = py - y0 - t * dy;
        cover(row, column, reach - Math.sqrt(ex * ex + ey * ey));
      }
    }
  }

  /**
   * Adds a convex polygon.
   *
   * @param corners x0, y0, x1, y1, ... around (0, 0), clockwise on the screen
   */
  void convex(double[] corners, double cx, double cy, double scale) {
    double reach = 0;
    for (double corner : corners) {
      reach = Math.max(reach, Math.abs(corner) * scale + 1);
    }
    int lastRow = clampRow(Math.ceil(cy + reach));
    int lastColumn = clampColumn(Math.ceil(cx + reach));
    for (int row = clampRow(Math.floor(cy - reach)); row <= lastRow; row++) {
      for (int column = clampColumn(Math.floor(cx - reach)); column <= lastColumn; column++) {
        cover(row, column, 0.5 + depth(corners, column + 0.5 - cx, row + 0.5 - cy, scale));
      }
    }
  }

  /** How far inside the polygon a point lies: its distance to the nearest edge's line. */
  private static double depth(double[] corners, double x, double y, double scale) {
    double depth = Double.POSITIVE_INFINITY;
    for (int i = 0; i < corners.length; i += 2) {
      int next = (i + 2) % corners.length;
      double ex = corners[next] - corners[i];
      double ey = corners[next + 1] - corners[i + 1];
      double cross = ex * (y - corners[i + 1] * scale) - ey * (x - corners[i] * scale);
      depth = Math.min(depth, cross / Math.sqrt(ex * ex + ey * ey));
    }
    return depth;
  }

  /** Adds a rectangle; exact. */
  void rectangle(double x0, double y0, double x1, double y1) {
    int lastRow = clampRow(Math.ceil(y1) - 1);
    int lastColumn = clampColumn(Math.ceil(x1) - 1);
    for (int row = clampRow(Math.floor(y0)); row <= lastRow; row++) {
      double high = Math.max(0, Math.min(y1, row + 1.0) - Math.max(y0, row));
      for (int column = clampColumn(Math.floor(x0)); column <= lastColumn; column++) {
        double wide = Math.max(0, Math.min(x1, column + 1.0) - Math.max(x0, column));
        cover(row, column, high * wide);
      }
    }
  }

  /**
   * Paints what was added since the last call over some pixels [height * width], and forgets it.
   */
  void paint(int[] pixels, int rgb, double opacity) {
    for (int row = top; row <= bottom; row++) {
      for (int i = row * width + left; i <= row * width + right; i++) {
        if (share[i] > 0) {
          pixels[i] = Palette.mix(pixels[i], rgb, share[i] * opacity);
          share[i] = 0;
        }
      }
    }
    clearBounds();
  }

  private void cover(int row, int column, double part) {
    int at = row * width + column;
    if (part > share[at]) {
      share[at] = (float) Math.min(part, 1);
      left = Math.min(left, column);
      right = Math.max(right, column);
      top = Math.min(top, row);
      bottom = Math.max(bottom, row);
    }
  }

  private void clearBounds() {
    left = width;
    right = -1;
    top = height;
    bottom = -1;
  }

  private static double clamp(double t) {
    return Math.clamp(t, 0.0, 1.0);
  }

  private int clampRow(double row) {
    return (int) Math.clamp(row, 0.0, height - 1.0);
  }

  private int clampColumn(double column) {
    return (int) Math.clamp(column, 0.0, width - 1.0);
  }
}
