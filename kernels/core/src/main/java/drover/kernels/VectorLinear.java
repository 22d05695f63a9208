package drover.kernels;

import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * {@code out = x weight^T + bias} on all threads: few rows by dot products with the mapped weights,
 * many rows by tiles of outer products over packed copies. Both give the same bits.
 */
final class VectorLinear {
  /**
   * From this many rows on, packing the weights pays. To pack a weight takes as long as about ten
   * rows of dot products with it; after that, a row costs half as much (BF16, 256-bit vectors).
   */
  static final int ROWS_TO_PACK = 24;

  /** Weight rows of one item of work in the dot-product path. */
  private static final int DOT_BLOCK = 32;

  private final Workers workers;
  private final ColdStart start;
  private final ConcurrentLinkedQueue<Scratch> scratches = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<float[]> packedInputs = new ConcurrentLinkedQueue<>();

  VectorLinear(Workers workers, ColdStart start) {
    this.workers = workers;
    this.start = start;
  }

  /** What one thread needs to multiply by one panel or block of weights. */
  private static final class Scratch {
    private float[] panel = new float[0];
    private final float[] block = new float[Packing.BLOCK];
    private final float[] partial = new float[OuterProduct.PARTIAL];

    /** Room for one panel in the packed order, or for some decoded rows. */
    float[] panel(int chunks) {
      int elements = OuterProduct.COLUMNS * chunks * Lanes.COUNT;
      if (panel.length < elements) {
        panel = new float[elements];
      }
      return panel;
    }
  }

  /** As {@link Device#linear}, shapes already checked. */
  void linear(float[] out, float[] x, int rows, HostWeight weight, float[] bias) {
    if (start.takes(rows, weight)) {
      PlainLinear.linear(workers, out, x, rows, weight);
    } else if (rows < ROWS_TO_PACK) {
      byDotProducts(out, x, rows, weight);
    } else {
      byOuterProducts(out, x, rows, weight);
    }
    if (bias != null) {
      for (int r = 0; r < rows; r++) {
        PlainKernels.addScaled(out, r * bias.length, bias, 0, 1, bias.length);
      }
    }
  }

  private void byDotProducts(float[] out, float[] x, int rows, HostWeight weight) {
    int blocks = (weight.rows() + DOT_BLOCK - 1) / DOT_BLOCK;
    workers.forEach(
        blocks,
        block -> {
          Scratch scratch = takeScratch();
          DotKernel kernel = DotKernel.of(weight.type(), scratch.panel(chunks(weight)));
          int first = block * DOT_BLOCK;
          int last = Math.min(first + DOT_BLOCK, weight.rows());
          for (int r = 0; r < rows; r++) {
            dotBlock(kernel, out, r * weight.rows(), x, r * weight.columns(), weight, first, last);
          }
          scratches.add(scratch);
        });
  }

  private Scratch takeScratch() {
    Scratch scratch = scratches.poll();
    return scratch != null ? scratch : new Scratch();
  }

  /** Vectors that a weight row takes. */
  private static int chunks(HostWeight weight) {
    return (weight.columns() + Lanes.COUNT - 1) / Lanes.COUNT;
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
    int chunks = chunks(weight);
    int tiles = (rows + OuterProduct.ROWS - 1) / OuterProduct.ROWS;
    int tileElements = OuterProduct.ROWS * chunks * Lanes.COUNT;
    float[] packed = takePacked((long) tiles * tileElements);
    workers.forEach(
        tiles,
        t ->
            Packing.activations(
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
          Scratch scratch = takeScratch();
          multiplyPanel(out, rows, weight, p * OuterProduct.COLUMNS, chunks, packed, scratch);
          scratches.add(scratch);
        });
    packedInputs.add(packed);
  }

  private float[] takePacked(long elements) {
    float[] packed = packedInputs.poll();
    return packed != null && packed.length >= elements
        ? packed
        : Heap.floats(elements, "The packed copy of a layer's input");
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
    float[] panel = scratch.panel(chunks);
    Packing.weights(weight, first, columns, chunks, scratch.block, panel);
    int tileElements = OuterProduct.ROWS * chunks * Lanes.COUNT;
    for (int row = 0; row < rows; row += OuterProduct.ROWS) {
      OuterProduct.tile(
          packed, row / OuterProduct.ROWS * tileElements, panel, 0, chunks, scratch.partial);
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
}
