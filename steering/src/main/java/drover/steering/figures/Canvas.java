package drover.steering.figures;

/** What figures are drawn on. Coordinates and sizes are CSS pixels, y downwards. */
interface Canvas {
  /** Where a text stands relative to the point that it is given. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /** The shape that stands for one value. */
  enum Marker {
    CIRCLE,
    SQUARE,
    TRIANGLE,
    DIAMOND
  }

  /**
   * How a text looks.
   *
   * @param size the font's size
   * @param anchor which point of the baseline is given
   * @param bold whether its strokes are thick
   * @param upwards whether it is turned to run from bottom to top
   */
  record TextStyle(double size, Anchor anchor, boolean bold, boolean upwards) {
    static TextStyle of(double size, Anchor anchor) {
      return new TextStyle(size, anchor, false, false);
    }
  }

  /** A filled rectangle. */
  void rectangle(double x, double y, double width, double height, int rgb);

  /** A line through points, with round ends and corners. */
  void polyline(double[] x, double[] y, double width, int rgb);

  /** One shape of a kind at each point. */
  void markers(Marker shape, double[] x, double[] y, double radius, int rgb, double opacity);

  /** A line of text with its anchor at a point of the baseline. */
  void text(String text, double x, double y, TextStyle style, int rgb);

  /** Coloured cells, row by row, stretched over a rectangle without smoothing. */
  void cells(Cells cells, double x, double y, double width, double height);

  /**
   * A grid of colours.
   *
   * @param rgb [rows * columns]
   */
  record Cells(int columns, int rows, int[] rgb) {}
}
