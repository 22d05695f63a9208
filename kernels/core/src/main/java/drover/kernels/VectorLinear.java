package drover.kernels;

import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * {@code out = x weight^T + bias} on all threads: few rows by dot products with the mapped weights,
 * many rows by tiles of outer products over packed copies. Both give the same bits.
 */
final class VectorLinear {
  /** From this many rows on, packing the weights pays. */
  private static final int ROWS_TO_PACK = 6;

  /** Weight rows of one item of work in the dot-product path. */
  private static final int DOT_BLOCK = 32;

  private final Workers workers;
  private final ConcurrentLinkedQueue<Scratch> scratches = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<float[]> packedInputs = new ConcurrentLinkedQueue<>();

  VectorLinear(Workers workers) {
    this.workers = workers;
  }

  /** What one thread needs to multiply by one panel of weights. */
  private static final class Scratch {
    private float[] rows = new float[0];
    private float[] panel = new float[0];
    private final float[] partial = new float[OuterProduct.PARTIAL];

    void reserve(int paddedColumns) {
      int elements = OuterProduct.COLUMNS * paddedColumns;
      if (panel.length < elements) {
        rows = new float[elements];
        panel = new float[elements];
      }
    }
  }

  /** As {@link Device#linear}, shapes already checked. */
  void linear(float[] out, float[] x, int rows, HostWeight weight, float[] bias) {
    if (rows < ROWS_TO_PACK) {
      byDotProducts(out, x, rows, weight);
    } else {
      byOuterProducts(out, x, rows, weight);
    }
    if (bias != null) {
      for (int i = 0; i < out.length; i++) {
        out[i] += bias[i % bias.length];
      }
    }
  }

  private void byDotProducts(float[] out, float[] x, int rows, HostWeight weight) {
    DotKernel kernel = DotKernel.of(weight.type());
    int blocks = (weight.rows() + DOT_BLOCK - 1) / DOT_BLOCK;
    workers.forEach(
        blocks,
        block -> {
          int first = block * DOT_BLOCK;
          int last = Math.min(first + DOT_BLOCK, weight.rows());
          for (int r = 0; r < rows; r++) {
            dotBlock(kernel, out, r * weight.rows(), x, r * weight.columns(), weight, first, last);
          }
        });
  }

  /** Rows a quarter of the block apart go together: that keeps more memory pages in flight. */
  private static void dotBlock(
      DotKernel kernel,
      float[] out,
      int outAt,
      float[] x,
      int xAt,
      HostWeight weight,
      int first,
      int last) {
    int quarter = (last - first) / 4;
    long step = weight.rowOffset(quarter);
    for (int n = first; n < first + quarter; n++) {
      kernel.four(
          x,
          xAt,
          weight.columns(),
          weight.data(),
          weight.rowOffset(n),
          step,
          out,
          outAt + n,
          quarter);
    }
    for (int n = first + 4 * quarter; n < last; n++) {
      out[outAt + n] = kernel.one(x, xAt, weight.columns(), weight.data(), weight.rowOffset(n));
    }
  }

  private void byOuterProducts(float[] out, float[] x, int rows, HostWeight weight) {
    int chunks = (weight.columns() + Lanes.COUNT - 1) / Lanes.COUNT;
    int tiles = (rows + OuterProduct.ROWS - 1) / OuterProduct.ROWS;
    int tileElements = OuterProduct.ROWS * chunks * Lanes.COUNT;
    float[] packed = takePacked(Math.multiplyExact(tiles, tileElements));
    workers.forEach(
        tiles,
        t ->
            packTile(
                x,
                t * OuterProduct.ROWS,
                rows,
                weight.columns(),
                chunks,
                packed,
                t * tileElements));
    int panels = (weight.rows() + OuterProduct.COLUMNS - 1) / OuterProduct.COLUMNS;
    workers.forEach(
        panels,
        p -> {
          Scratch scratch = scratches.poll();
          if (scratch == null) {
            scratch = new Scratch();
          }
          scratch.reserve(chunks * Lanes.COUNT);
          multiplyPanel(out, rows, weight, p * OuterProduct.COLUMNS, chunks, packed, scratch);
          scratches.add(scratch);
        });
    packedInputs.add(packed);
  }

  private float[] takePacked(int elements) {
    float[] packed = packedInputs.poll();
    return packed != null && packed.length >= elements ? packed : new float[elements];
  }

  /** Packs up to ROWS rows of x from {@code first} on as {@code [lanes, chunks, ROWS]}. */
  private static void packTile(
      float[] x, int first, int rows, int columns, int chunks, float[] packed, int at) {
    for (int i = 0; i < OuterProduct.ROWS; i++) {
      int row = (first + i) * columns;
      for (int l = 0; l < Lanes.COUNT; l++) {
        int to = at + l * chunks * OuterProduct.ROWS + i;
        int filled = first + i < rows ? (columns - l + Lanes.COUNT - 1) / Lanes.COUNT : 0;
        for (int c = 0; c < filled; c++) {
          packed[to + c * OuterProduct.ROWS] = x[row + c * Lanes.COUNT + l];
        }
        for (int c = filled; c < chunks; c++) {
          packed[to + c * OuterProduct.ROWS] = 0;
        }
      }
    }
  }

  /** All rows of x with the weight rows {@code [first, first + COLUMNS)}. */
  private static void multiplyPanel(
      float[] out,
      int rows,
      HostWeight weight,
      int first,
      int chunks,
      float[] packed,
      Scratch scratch) {
    int columns = Math.min(OuterProduct.COLUMNS, weight.rows() - first);
    packPanel(weight, first, columns, chunks, scratch);
    int tileElements = OuterProduct.ROWS * chunks * Lanes.COUNT;
    for (int row = 0; row < rows; row += OuterProduct.ROWS) {
      OuterProduct.tile(
          packed,
          row / OuterProduct.ROWS * tileElements,
          scratch.panel,
          0,
          chunks,
          scratch.partial);
      int valid = Math.min(OuterProduct.ROWS, rows - row);
      for (int i = 0; i < valid; i++) {
        System.arraycopy(
            scratch.partial,
            i * OuterProduct.COLUMNS,
            out,
            (row + i) * weight.rows() + first,
            columns);
      }
    }
  }

  /** Packs weight rows as {@code [lanes, chunks, COLUMNS]}. */
  private static void packPanel(
      HostWeight weight, int first, int rows, int chunks, Scratch scratch) {
    int padded = chunks * Lanes.COUNT;
    float[] decoded = scratch.rows;
    for (int j = 0; j < OuterProduct.COLUMNS; j++) {
      int at = j * padded;
      int filled = 0;
      if (j < rows) {
        weight.decodeRow(first + j, decoded, at);
        filled = weight.columns();
      }
      Arrays.fill(decoded, at + filled, at + padded, 0f);
    }
    float[] panel = scratch.panel;
    int to = 0;
    for (int l = 0; l < Lanes.COUNT; l++) {
      for (int c = 0; c < chunks; c++) {
        int from = c * Lanes.COUNT + l;
        for (int j = 0; j < OuterProduct.COLUMNS; j++) {
          panel[to + j] = decoded[from + j * padded];
        }
        to += OuterProduct.COLUMNS;
      }
    }
  }
}
