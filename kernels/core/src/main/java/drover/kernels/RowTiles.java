package drover.kernels;

/**
 * Some rows of a batch cut into tiles of {@link DotTile#ROWS}, with one or two of {@link
 * DotTile#FEWER_ROWS} at the end, so that at most one row of the last tile stays empty (of four or
 * more rows).
 *
 * @param first the first row
 * @param rows how many
 * @param large how many tiles of ROWS there are, before the smaller ones
 * @param count number of tiles
 */
record RowTiles(int first, int rows, int large, int count) {

  RowTiles(int first, int rows) {
    this(first, rows, large(rows));
  }

  private RowTiles(int first, int rows, int large) {
    this(
        first,
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

  /** The first vector of the packed tile {@code t}. */
  long at(int t, int chunks) {
    return (long) row(t) * chunks;
  }

  /** Packs tile {@code t} of x {@code [rows, columns]}. */
  void pack(int t, float[] x, int columns, int chunks, Operands packed) {
    int from = (first + row(t)) * columns;
    DotTile.packRows(x, from, filled(t), columns, height(t), chunks, packed, at(t, chunks));
  }
}
