package drover.steering.figures;

import drover.steering.figures.Canvas.Marker;

/** The corners of the markers that have corners. */
final class MarkerShape {
  private static final double[] SQUARE = {-0.89, -0.89, 0.89, -0.89, 0.89, 0.89, -0.89, 0.89};
  private static final double[] TRIANGLE = {0, -1.5, 1.35, 0.85, -1.35, 0.85};
  private static final double[] DIAMOND = {0, -1.25, 1.25, 0, 0, 1.25, -1.25, 0};

  private MarkerShape() {}

  /**
   * The corners around (0, 0), clockwise on the screen, as x0, y0, x1, y1, ...; all have about the
   * area of a circle of radius 1. A circle has none.
   */
  static double[] corners(Marker marker) {
    return switch (marker) {
      case CIRCLE -> new double[0];
      case SQUARE -> SQUARE;
      case TRIANGLE -> TRIANGLE;
      case DIAMOND -> DIAMOND;
    };
  }
}
