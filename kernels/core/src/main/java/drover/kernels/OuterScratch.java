package drover.kernels;

/** What one thread needs to multiply by {@link OuterTile}. */
final class OuterScratch {
  private static final int PANEL = OuterTile.PANEL;
  private static final int PRODUCTS = OuterPanel.TILES * DotTile.ROWS * PANEL;

  private final OuterPanel panel = new OuterPanel();
  private final OuterPanel other = new OuterPanel();
  private final float[] gate = new float[PRODUCTS];
  private final float[] up = new float[PRODUCTS];

  OuterPanel panel() {
    return panel;
  }

  /** The panel of up, where {@link #panel} is one of gate. */
  OuterPanel other() {
    return other;
  }

  /** Multiplies tiles by a panel of gate and of up, and packs SwiGLU of the products. */
  void gate(OuterRows x, int tile, int tiles, OuterRows inner) {
    panel.multiply(x, tile, tiles, gate, 0, PANEL);
    other.multiply(x, tile, tiles, up, 0, PANEL);
    int at = 0;
    for (int t = tile; t < tile + tiles; t++) {
      int n = x.tiles().filled(t) * PANEL;
      RowKernels.swiglu(gate, gate, up, at, n);
      inner.pack(t, panel.row() / Lanes.COUNT, gate, at, PANEL, panel.outputs());
      at += n;
    }
  }
}
