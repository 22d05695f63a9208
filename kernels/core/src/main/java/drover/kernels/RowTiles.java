package drover.kernels;

/**
 * The rows of a batch cut into tiles of {@link DotTile#ROWS}, with one or two of {@link
 * DotTile#FEWER_ROWS} at the end, so that at most one row of the last tile stays empty (of four or
 * more rows).
 *
 * @param rows how many
 * @param large how many tiles of ROWS there are, before the smaller ones
 * @param count number of tiles
 */
record RowTiles(int rows, int large, int count) {

  RowTiles(int rows) {
    this(rows, large(rows));
  }

  private RowTiles(int rows, int large) {
    this(
        rows,
        large,
        large + Math.ceilDiv(Math.max(0, rows - large * DotTile.ROWS), DotTile.FEWER_ROWS));
  }

  private static int large(int rows) {
    int even = Math.max(rows + rows % 2, DotTile.FEWER_ROWS);
    return switch (even % DotTile.ROWS) {
      case 0 -> even / DotTile.ROWS;
      case 2 -> even / DotTile.ROWS - 1;
      default -> even / DotTile.ROWS;
    };
  }

  /** Rows of tile {@code t}, filled or not. */
  int height(int t) {
    return t < large ? DotTile.ROWS : DotTile.FEWER_ROWS;
  }

  /** How many rows are before tile {@code t}. */
  int row(int t) {
    return t < large ? t * DotTile.ROWS : large * DotTile.ROWS + (t - large) * DotTile.FEWER_ROWS;
  }

  /** Rows of tile {@code t} that are rows of the batch. */
  int filled(int t) {
    return Math.min(height(t), rows - row(t));
  }

  /** Vectors of all tiles, filled or not. */
  long vectors(int chunks) {
    return (long) row(count) * chunks;
  }

  /** Some tiles that follow each other. */
  record Span(int first, int end) {}

  /** How many of a span's tiles from {@code t} on to multiply at a time: two of the same height. */
  int together(int t, Span span) {
    return t + 1 < span.end() && height(t + 1) == height(t) ? 2 : 1;
  }

  /**
   * The tiles in turn, in spans of about the same size and at most {@code most} rows, or a tile.
   */
  Span[] spans(long most) {
    return cut((int) Math.min(count, (rows + most - 1) / most));
  }

  /** The tiles in turn, in at most {@code most} spans of about the same size. */
  Span[] shares(int most) {
    return cut(Math.min(count, most));
  }

  private Span[] cut(int spans) {
    Span[] all = new Span[spans];
    for (int i = 0; i < spans; i++) {
      all[i] = new Span(count * i / spans, count * (i + 1) / spans);
    }
    return all;
  }
}
