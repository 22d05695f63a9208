package drover.kernels;

import java.util.Arrays;

/**
 * {@link VectorLinear} without the Vector API, bit for bit: lane l of a dot product sums the inputs
 * l, l + lanes, l + 2 lanes, ... and the lanes are added as {@link Lanes#sum} adds them.
 *
 * <p>The inner loop runs over the outputs of a block, through arrays that all begin at 0, because
 * such a loop the JVM turns into vector instructions by itself, and at once.
 */
final class PlainLinear {
  /** Weight rows (outputs) of one item of work. */
  private static final int BLOCK = 96;

  private PlainLinear() {}

  static void linear(Workers workers, float[] out, float[] x, int rows, HostWeight weight) {
    int chunks = (weight.columns() + Lanes.COUNT - 1) / Lanes.COUNT;
    int inputs = chunks * Lanes.COUNT;
    float[] padded = new float[rows * inputs];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(x, r * weight.columns(), padded, r * inputs, weight.columns());
    }
    int count = (weight.rows() + BLOCK - 1) / BLOCK;
    // One item for each thread, so that each needs one block's memory.
    int threads = Math.min(workers.count(), count);
    workers.forEach(
        threads,
        t -> {
          Block block = new Block(weight.columns(), inputs);
          for (int b = t; b < count; b += threads) {
            block.multiply(out, padded, rows, weight, b * BLOCK);
          }
        });
  }

  /** What one thread needs to multiply by some weight rows. */
  private static final class Block {
    /** {@code [BLOCK, columns]}. */
    private final float[] decoded;

    /** {@code [inputs, BLOCK]}, zeros beyond the last column. */
    private final float[][] weights;

    /** {@code [lanes, BLOCK]}. */
    private final float[][] sums = new float[Lanes.COUNT][BLOCK];

    Block(int columns, int inputs) {
      decoded = new float[BLOCK * columns];
      weights = new float[inputs][BLOCK];
    }

    void multiply(float[] out, float[] x, int rows, HostWeight weight, int first) {
      int n = Math.min(BLOCK, weight.rows() - first);
      int columns = weight.columns();
      for (int j = 0; j < n; j++) {
        weight.decodeRow(first + j, decoded, j * columns);
      }
      for (int k = 0; k < columns; k++) {
        column(decoded, k, columns, weights[k], n);
      }
      for (int r = 0; r < rows; r++) {
        for (int l = 0; l < Lanes.COUNT; l++) {
          lane(x, r * weights.length + l, l);
        }
        for (int half = Lanes.COUNT / 2; half > 0; half /= 2) {
          for (int l = 0; l < half; l++) {
            add(sums[l], sums[l + half]);
          }
        }
        System.arraycopy(sums[0], 0, out, r * weight.rows() + first, n);
      }
    }

    private void lane(float[] x, int xAt, int lane) {
      float[] sum = sums[lane];
      Arrays.fill(sum, 0);
      int step = Lanes.COUNT;
      int k = 0;
      for (; k + 3 * step < weights.length; k += 4 * step) {
        addFour(
            sum,
            weights[lane + k],
            x[xAt + k],
            weights[lane + k + step],
            x[xAt + k + step],
            weights[lane + k + 2 * step],
            x[xAt + k + 2 * step],
            weights[lane + k + 3 * step],
            x[xAt + k + 3 * step]);
      }
      for (; k < weights.length; k += step) {
        addOne(sum, weights[lane + k], x[xAt + k]);
      }
    }
  }

  private static void column(float[] decoded, int from, int step, float[] into, int n) {
    for (int j = 0; j < n; j++) {
      into[j] = decoded[from + j * step];
    }
  }

  private static void addFour(
      float[] sum,
      float[] w0,
      float x0,
      float[] w1,
      float x1,
      float[] w2,
      float x2,
      float[] w3,
      float x3) {
    for (int j = 0; j < BLOCK; j++) {
      float s = Math.fma(w1[j], x1, Math.fma(w0[j], x0, sum[j]));
      sum[j] = Math.fma(w3[j], x3, Math.fma(w2[j], x2, s));
    }
  }

  private static void addOne(float[] sum, float[] w, float x) {
    for (int j = 0; j < BLOCK; j++) {
      sum[j] = Math.fma(w[j], x, sum[j]);
    }
  }

  private static void add(float[] sum, float[] other) {
    for (int j = 0; j < BLOCK; j++) {
      sum[j] += other[j];
    }
  }
}
