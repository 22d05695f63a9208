package drover.kernels;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * {@link VectorLinear} without the Vector API, bit for bit: lane l of a dot product sums the inputs
 * l, l + lanes, l + 2 lanes, ... and the lanes are added as {@link Lanes#sum} adds them.
 *
 * <p>The inner loop runs over the outputs of a block, through arrays that all begin at 0, because
 * such a loop the JVM turns into vector instructions by itself, and at once. It is long, because
 * before and behind those instructions the JVM goes on one by one.
 */
final class PlainLinear {
  /** Most weight rows (outputs) of one item of work. */
  private static final int BLOCK = 288;

  /** Most elements of such rows. */
  private static final int ELEMENTS = 1 << 19;

  /** Rows of x that are multiplied at a time. */
  private static final int ROWS = 32;

  /**
   * Inputs that are multiplied at a time. A lane's weights for them, and its sums of some rows, are
   * in the first cache meanwhile.
   */
  private static final int SECTION = 18 * Lanes.COUNT;

  private final Workers workers;
  private final ConcurrentLinkedQueue<Block> blocks = new ConcurrentLinkedQueue<>();

  PlainLinear(Workers workers) {
    this.workers = workers;
  }

  void linear(float[] out, float[] x, int rows, HostWeight weight) {
    int inputs = Panels.chunks(weight) * Lanes.COUNT;
    float[] padded = padded(x, rows, weight.columns(), inputs);
    int most = Math.clamp(ELEMENTS / inputs, 1, BLOCK);
    // As many items for each thread.
    int items = Math.ceilDiv(weight.rows(), most * workers.count()) * workers.count();
    int size = Math.ceilDiv(weight.rows(), items);
    workers.forEach(
        Math.ceilDiv(weight.rows(), size),
        i -> {
          Block known = blocks.poll();
          Block block = known != null && known.fits(inputs, size) ? known : new Block(inputs, size);
          block.take(weight, i * size, Math.min(size, weight.rows() - i * size));
          for (int r = 0; r < rows; r += ROWS) {
            block.multiply(out, padded, r, Math.min(ROWS, rows - r));
          }
          blocks.add(block);
        });
  }

  /** Frees what is kept for products to come. */
  void free() {
    blocks.clear();
  }

  private static float[] padded(float[] x, int rows, int columns, int inputs) {
    if (columns == inputs) {
      return x;
    }
    float[] padded = new float[rows * inputs];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(x, r * columns, padded, r * inputs, columns);
    }
    return padded;
  }

  /** What one thread needs to multiply by some weight rows. */
  private static final class Block {
    /** {@code [inputs, outputs]}, zeros beyond the last column. */
    private final float[][] weights;

    /** {@code [ROWS, lanes, outputs]}. */
    private final float[][] sums;

    /** {@code [outputs, columns]}, of BF16 weights. */
    private short[] bf16 = new short[0];

    /** {@code [outputs, columns]}, of other weights. */
    private float[] decoded = new float[0];

    private int width;
    private int first;
    private int count;
    private int inputs;

    Block(int inputs, int outputs) {
      weights = new float[inputs][outputs];
      sums = new float[ROWS * Lanes.COUNT][outputs];
    }

    boolean fits(int inputs, int outputs) {
      return inputs <= weights.length && outputs <= sums[0].length;
    }

    void take(HostWeight weight, int first, int count) {
      this.first = first;
      this.count = count;
      width = weight.rows();
      int columns = weight.columns();
      inputs = Panels.chunks(weight) * Lanes.COUNT;
      if (weight.type() == DType.BF16) {
        takeBf16(weight, columns);
      } else {
        takeOther(weight, columns);
      }
      for (int k = columns; k < inputs; k++) {
        Arrays.fill(weights[k], 0, count, 0);
      }
    }

    /** Four columns at a time, so that a cache line is fetched less often. */
    private void takeBf16(HostWeight weight, int columns) {
      if (bf16.length < count * columns) {
        bf16 = new short[count * columns];
      }
      MemorySegment.copy(
          weight.data(), HostWeight.B16, weight.rowOffset(first), bf16, 0, count * columns);
      int k = 0;
      for (; k + 3 < columns; k += 4) {
        fourColumns(
            bf16, k, columns, weights[k], weights[k + 1], weights[k + 2], weights[k + 3], count);
      }
      for (; k < columns; k++) {
        column(bf16, k, columns, weights[k], count);
      }
    }

    private void takeOther(HostWeight weight, int columns) {
      if (decoded.length < count * columns) {
        decoded = new float[count * columns];
      }
      for (int j = 0; j < count; j++) {
        weight.decodeRow(first + j, decoded, j * columns);
      }
      for (int k = 0; k < columns; k++) {
        column(decoded, k, columns, weights[k], count);
      }
    }

    /** Multiplies rows of x from {@code row} on. */
    void multiply(float[] out, float[] x, int row, int rows) {
      for (int l = 0; l < Lanes.COUNT; l++) {
        for (int k = 0; k < inputs; k += SECTION) {
          int end = Math.min(k + SECTION, inputs);
          for (int r = 0; r < rows; r++) {
            lane(x, (row + r) * inputs, l + k, end, sums[r * Lanes.COUNT + l]);
          }
        }
      }
      for (int r = 0; r < rows; r++) {
        int at = r * Lanes.COUNT;
        for (int half = Lanes.COUNT / 2; half > 0; half /= 2) {
          for (int l = at; l < at + half; l++) {
            add(sums[l], sums[l + half], count);
          }
        }
        System.arraycopy(sums[at], 0, out, (row + r) * width + first, count);
      }
    }

    /** Adds the products of a row's elements {@code from}, {@code from + lanes}, ... */
    private void lane(float[] x, int row, int from, int end, float[] sum) {
      if (from < Lanes.COUNT) {
        Arrays.fill(sum, 0, count, 0);
      }
      int step = Lanes.COUNT;
      int k = from;
      for (; k + 5 * step < end; k += 6 * step) {
        addSix(
            sum,
            weights[k],
            x[row + k],
            weights[k + step],
            x[row + k + step],
            weights[k + 2 * step],
            x[row + k + 2 * step],
            weights[k + 3 * step],
            x[row + k + 3 * step],
            weights[k + 4 * step],
            x[row + k + 4 * step],
            weights[k + 5 * step],
            x[row + k + 5 * step],
            count);
      }
      for (; k < end; k += step) {
        addOne(sum, weights[k], x[row + k], count);
      }
    }
  }

  private static void fourColumns(
      short[] bf16, int from, int step, float[] w0, float[] w1, float[] w2, float[] w3, int n) {
    for (int j = 0; j < n; j++) {
      int at = from + j * step;
      w0[j] = Float.intBitsToFloat(bf16[at] << 16);
      w1[j] = Float.intBitsToFloat(bf16[at + 1] << 16);
      w2[j] = Float.intBitsToFloat(bf16[at + 2] << 16);
      w3[j] = Float.intBitsToFloat(bf16[at + 3] << 16);
    }
  }

  private static void column(short[] bf16, int from, int step, float[] into, int n) {
    for (int j = 0; j < n; j++) {
      into[j] = Float.intBitsToFloat(bf16[from + j * step] << 16);
    }
  }

  private static void column(float[] decoded, int from, int step, float[] into, int n) {
    for (int j = 0; j < n; j++) {
      into[j] = decoded[from + j * step];
    }
  }

  private static void addSix(
      float[] sum,
      float[] w0,
      float x0,
      float[] w1,
      float x1,
      float[] w2,
      float x2,
      float[] w3,
      float x3,
      float[] w4,
      float x4,
      float[] w5,
      float x5,
      int n) {
    for (int j = 0; j < n; j++) {
      float s = Math.fma(w1[j], x1, Math.fma(w0[j], x0, sum[j]));
      s = Math.fma(w3[j], x3, Math.fma(w2[j], x2, s));
      sum[j] = Math.fma(w5[j], x5, Math.fma(w4[j], x4, s));
    }
  }

  private static void addOne(float[] sum, float[] w, float x, int n) {
    for (int j = 0; j < n; j++) {
      sum[j] = Math.fma(w[j], x, sum[j]);
    }
  }

  private static void add(float[] sum, float[] other, int n) {
    for (int j = 0; j < n; j++) {
      sum[j] += other[j];
    }
  }
}
