package drover.steering.figures;

/** A figure laid out: its size is known, and it can be drawn on any canvas. */
interface Drawing {
  /** In CSS pixels. */
  double width();

  /** In CSS pixels. */
  double height();

  void paint(Canvas canvas);

  static Drawing of(Figure figure) {
    return switch (figure) {
      case Scatter scatter -> new ScatterDrawing(scatter);
      case Lines lines -> new LinesDrawing(lines);
      case Heatmap heatmap -> new HeatmapDrawing(heatmap);
    };
  }
}
