package drover.kernels;

import jdk.incubator.vector.FloatVector;

/**
 * The register tile of a matrix product: {@link #ROWS} activation rows by {@link #COLUMNS} weight
 * rows, as sums of outer products.
 *
 * <p>Both operands are packed. With C = ceil(inputs / lanes), a tile of activations is {@code
 * [ROWS, lanes, C]} and a panel of weights {@code [lanes, C, COLUMNS]}, input {@code c * lanes + l}
 * standing at {@code [l, c]}, zeros beyond the last input. One pass per l sums that lane's products
 * in the order in which {@link DotKernel} does, and the passes' results are added as {@link
 * Lanes#sum} adds lanes: the bits are the same.
 */
final class OuterProduct {
  /** Activation rows of a tile. */
  static final int ROWS = 6;

  /** Weight rows (outputs) of a tile: two vectors. */
  static final int COLUMNS = 2 * Lanes.COUNT;

  /** Elements of {@code partial}: one tile for each lane. */
  static final int PARTIAL = Lanes.COUNT * ROWS * COLUMNS;

  private static final int TILE = ROWS * COLUMNS;

  private OuterProduct() {}

  /** Leaves the tile {@code [ROWS, COLUMNS]} in the first elements of {@code partial}. */
  static void tile(float[] x, int xAt, float[] panel, int panelAt, int chunks, float[] partial) {
    for (int l = 0; l < Lanes.COUNT; l++) {
      lane(x, xAt + l * chunks, panel, panelAt + l * chunks * COLUMNS, chunks, partial, l * TILE);
    }
    for (int half = Lanes.COUNT / 2; half > 0; half /= 2) {
      int distance = half * TILE;
      for (int i = 0; i < distance; i += Lanes.COUNT) {
        FloatVector.fromArray(Lanes.F, partial, i)
            .add(FloatVector.fromArray(Lanes.F, partial, i + distance))
            .intoArray(partial, i);
      }
    }
  }

  private static void lane(
      float[] x, int xAt, float[] panel, int panelAt, int chunks, float[] partial, int at) {
    FloatVector s00 = FloatVector.zero(Lanes.F);
    FloatVector s01 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    FloatVector s40 = s00;
    FloatVector s41 = s00;
    FloatVector s50 = s00;
    FloatVector s51 = s00;
    int step = Lanes.COUNT * chunks;
    int xAt1 = xAt + step;
    int xAt2 = xAt1 + step;
    int xAt3 = xAt2 + step;
    int xAt4 = xAt3 + step;
    int xAt5 = xAt4 + step;
    for (int c = 0; c < chunks; c++) {
      FloatVector w0 = FloatVector.fromArray(Lanes.F, panel, panelAt + c * COLUMNS);
      FloatVector w1 = FloatVector.fromArray(Lanes.F, panel, panelAt + c * COLUMNS + Lanes.COUNT);
      FloatVector x0 = FloatVector.broadcast(Lanes.F, x[xAt + c]);
      s00 = x0.fma(w0, s00);
      s01 = x0.fma(w1, s01);
      FloatVector x1 = FloatVector.broadcast(Lanes.F, x[xAt1 + c]);
      s10 = x1.fma(w0, s10);
      s11 = x1.fma(w1, s11);
      FloatVector x2 = FloatVector.broadcast(Lanes.F, x[xAt2 + c]);
      s20 = x2.fma(w0, s20);
      s21 = x2.fma(w1, s21);
      FloatVector x3 = FloatVector.broadcast(Lanes.F, x[xAt3 + c]);
      s30 = x3.fma(w0, s30);
      s31 = x3.fma(w1, s31);
      FloatVector x4 = FloatVector.broadcast(Lanes.F, x[xAt4 + c]);
      s40 = x4.fma(w0, s40);
      s41 = x4.fma(w1, s41);
      FloatVector x5 = FloatVector.broadcast(Lanes.F, x[xAt5 + c]);
      s50 = x5.fma(w0, s50);
      s51 = x5.fma(w1, s51);
    }
    s00.intoArray(partial, at);
    s01.intoArray(partial, at + Lanes.COUNT);
    s10.intoArray(partial, at + COLUMNS);
    s11.intoArray(partial, at + COLUMNS + Lanes.COUNT);
    s20.intoArray(partial, at + 2 * COLUMNS);
    s21.intoArray(partial, at + 2 * COLUMNS + Lanes.COUNT);
    s30.intoArray(partial, at + 3 * COLUMNS);
    s31.intoArray(partial, at + 3 * COLUMNS + Lanes.COUNT);
    s40.intoArray(partial, at + 4 * COLUMNS);
    s41.intoArray(partial, at + 4 * COLUMNS + Lanes.COUNT);
    s50.intoArray(partial, at + 5 * COLUMNS);
    s51.intoArray(partial, at + 5 * COLUMNS + Lanes.COUNT);
  }
}
