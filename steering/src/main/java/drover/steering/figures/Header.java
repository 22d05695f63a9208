package drover.steering.figures;

import drover.steering.figures.Canvas.Anchor;
import drover.steering.figures.Canvas.TextStyle;
import java.util.ArrayList;
import java.util.List;

/** What stands above a plot: the title, and the legend in as many rows as it takes. */
final class Header {
  private static final double TITLE_SIZE = 16;
  private static final double TITLE_LINE = 21;
  private static final int TITLE_LINES = 3;
  private static final double LEGEND_SIZE = 12.5;
  private static final double LEGEND_LINE = 20;
  private static final double SYMBOL_WIDTH = 28;
  private static final double ENTRY_GAP = 18;
  private static final double TOP = 14;
  private static final double BOTTOM = 8;

  /** Draws an entry's sample around a point. */
  interface Symbol {
    void paint(Canvas canvas, double x, double y);
  }

  /** One entry of the legend. */
  record Entry(String text, Symbol symbol) {}

  private record Placed(Entry entry, double x, int row) {}

  private final double left;
  private final List<String> title;
  private final List<Placed> legend = new ArrayList<>();
  private final int legendRows;

  /** Lays out a header as wide as the plot beneath it, which begins at {@code left}. */
  Header(String title, List<Entry> entries, double left, double width) {
    this.left = left;
    this.title = Texts.wrap(title, width, TITLE_SIZE, true, TITLE_LINES);
    double x = 0;
    int row = 0;
    for (Entry entry : entries) {
      String text = Texts.fit(entry.text(), width - SYMBOL_WIDTH, LEGEND_SIZE, false);
      double size = SYMBOL_WIDTH + StrokeFont.room(text, LEGEND_SIZE, false);
      if (x > 0 && x + size > width) {
        x = 0;
        row++;
      }
      legend.add(new Placed(new Entry(text, entry.symbol()), x, row));
      x += size + ENTRY_GAP;
    }
    legendRows = entries.isEmpty() ? 0 : row + 1;
  }

  double height() {
    return TOP + title.size() * TITLE_LINE + legendRows * LEGEND_LINE + BOTTOM;
  }

  void paint(Canvas canvas) {
    TextStyle bold = new TextStyle(TITLE_SIZE, Anchor.START, true, false);
    for (int i = 0; i < title.size(); i++) {
      canvas.text(title.get(i), left, TOP + i * TITLE_LINE + TITLE_SIZE - 2, bold, Palette.TEXT);
    }
    for (Placed placed : legend) {
      double x = left + placed.x;
      double y = TOP + title.size() * TITLE_LINE + (placed.row + 0.5) * LEGEND_LINE;
      placed.entry.symbol().paint(canvas, x + SYMBOL_WIDTH / 2 - 3, y);
      TextStyle style = TextStyle.of(LEGEND_SIZE, Anchor.START);
      canvas.text(
          placed.entry.text(), x + SYMBOL_WIDTH, y + LEGEND_SIZE * 0.36, style, Palette.TEXT);
    }
  }
}
