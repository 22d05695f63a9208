package drover.kernels;

/** What one thread needs to multiply tiles by panels. */
final class TileScratch {
  private static final int PANEL = DotTile.PANEL;

  private final Panels panels = new Panels();
  private final Panels otherPanels = new Panels();

  /** Products of two tiles with a panel. */
  private final float[] gate = new float[2 * DotTile.ROWS * PANEL];

  private final float[] up = new float[2 * DotTile.ROWS * PANEL];

  Panels panels() {
    return panels;
  }

  /** The panels of up, where {@link #panels} are those of gate. */
  Panels otherPanels() {
    return otherPanels;
  }

  /**
   * Multiplies tiles by panel {@code i} of gate and of up, and packs SwiGLU of the products.
   *
   * @param begin whether they are the first that are multiplied by these panels
   */
  void gate(int i, PackedRows x, int tile, int tiles, boolean begin, PackedRows inner) {
    panels.multiply(i, x, tile, tiles, begin, false, gate, 0, PANEL);
    otherPanels.multiply(i, x, tile, tiles, begin, false, up, 0, PANEL);
    int chunk = panels.row(i) / PANEL;
    int height = x.tiles().height(tile);
    for (int t = 0; t < tiles; t++) {
      int rows = x.tiles().filled(tile + t);
      long to = inner.first(tile + t) + (long) chunk * height;
      int from = t * height * PANEL;
      RowKernels.swiglu(gate, up, from, rows, panels.outputs(i), inner.memory(), to);
    }
  }
}
