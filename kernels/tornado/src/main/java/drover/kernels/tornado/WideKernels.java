package drover.kernels.tornado;

import static drover.kernels.tornado.Kernels.PAGE;
import static drover.kernels.tornado.LinearKernels.ADDED;
import static drover.kernels.tornado.LinearKernels.GATED;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * The expensive kernels for devices that are a CPU, where a work group is one thread: vectors of 16
 * floats take the place of lanes, since compilers for CPUs make no vectors of the addresses that
 * TornadoVM writes. All arrays begin at multiples of 16 floats; what is not as wide as a multiple
 * of 16 goes through {@link LinearKernels} and {@link AttentionKernels}.
 *
 * <p>What all kernels see stands in {@link Kernels}.
 */
final class WideKernels {
  /** Floats of a vector. */
  static final int LANES = 16;

  /** Nothing but products. */
  private static final int PLAIN = 0;

  /** The three matrices are q, k and v: q and k are rotated, k and v also stored. */
  static final int ROTATED = 3;

  /** Floats of normed rows that each group has room for. */
  static final int SCRATCH = 1 << 14;

  private WideKernels() {}

  private static float sum(Float16 v) {
    return (((v.getS0() + v.getS8()) + (v.getS4() + v.getS12()))
            + ((v.getS2() + v.getS10()) + (v.getS6() + v.getS14())))
        + (((v.getS1() + v.getS9()) + (v.getS5() + v.getS13()))
            + ((v.getS3() + v.getS11()) + (v.getS7() + v.getS15())));
  }

  /**
   * As {@link LinearKernels#linear}, by tiles of two rows and four outputs, with more parameters:
   *
   * <ul>
   *   <li>6 a gain, if the input is the RMSNorm of x (or 0); 7 its epsilon, 20 where the normed
   *       rows are left, 5 scratch of {@link #SCRATCH} floats for every group but the first;
   *   <li>in the mode {@link #ROTATED}: 4 rotations, 21 headDim, 22 the layer's offset in a page,
   *       23 table of each row's slot or -1.
   * </ul>
   */
  static void linear(
      KernelContext c, IntArray cursor, IntArray ints, FloatArray floats, FloatArray weights) {
    int p = Kernels.parameters(c, cursor);
    int tables = cursor.get(1);
    int x = ints.get(p);
    int rows = ints.get(p + 1);
    int inputs = ints.get(p + 2);
    int mode = ints.get(p + 3);
    int chunks = inputs / LANES;
    int firstEnd = (ints.get(p + 9) + 3) / 4;
    int secondEnd = firstEnd + (ints.get(p + 13) + 3) / 4;
    int tiles = secondEnd + (ints.get(p + 17) + 3) / 4;
    if (mode == GATED) {
      tiles = (ints.get(p + 9) + 1) / 2;
    }
    int half = ints.get(p + 21) / 2;
    int rowTiles = (rows + 1) / 2;
    int items = tiles * rowTiles;
    int groups = c.globalGroupSizeX;
    int gain = ints.get(p + 6);
    if (gain != 0) {
      // Each group for itself, since no group waits for another.
      int normed = ints.get(p + 20);
      if (c.groupIdx > 0) {
        normed = ints.get(p + 5) + (c.groupIdx - 1) * SCRATCH;
      }
      norm(floats, normed, x, rows, inputs, gain, floats.get(ints.get(p + 7)));
      x = normed;
    }
    VectorFloat16 ws = new VectorFloat16(weights);
    VectorFloat16 xs = new VectorFloat16(floats);
    // Each group goes through weights that are one behind the other, in four streams.
    int each = (items + groups - 1) / groups;
    int end = TornadoMath.min((c.groupIdx + 1) * each, items);
    for (int t = c.groupIdx * each; t < end; t++) {
      int tile = t / rowTiles;
      int matrix = p + 8;
      if (mode != GATED && tile >= firstEnd) {
        matrix = p + 12;
        tile = tile - firstEnd;
        if (tile >= secondEnd - firstEnd) {
          matrix = p + 16;
          tile = tile - (secondEnd - firstEnd);
        }
      }
      int out = ints.get(matrix);
      int outputs = ints.get(matrix + 1);
      int weight = ints.get(matrix + 2);
      int bias = ints.get(matrix + 3);
      int step = (outputs + 3) / 4;
      int n = tile;
      int m = n + 2 * step;
      int other = weight;
      if (mode == GATED) {
        step = (outputs + 1) / 2;
        m = n;
        other = ints.get(p + 14);
      }
      if (mode == ROTATED && matrix != p + 16) {
        // Two outputs of a head, and those that they are rotated with.
        step = half / 2;
        n = tile / step * 2 * half + tile % step;
        m = n + half;
      }
      int last = outputs - 1;
      int n1 = TornadoMath.min(n + step, last);
      int m0 = TornadoMath.min(m, last);
      int m1 = TornadoMath.min(m + step, last);
      int w0 = (weight + n * inputs) / LANES;
      int w1 = (weight + n1 * inputs) / LANES;
      int w2 = (other + m0 * inputs) / LANES;
      int w3 = (other + m1 * inputs) / LANES;
      int row = 2 * (t % rowTiles);
      int next = TornadoMath.min(row + 1, rows - 1);
      int x0 = (x + row * inputs) / LANES;
      int x1 = (x + next * inputs) / LANES;
      Float16 s00 = new Float16(0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f);
      Float16 s01 = new Float16(0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f);
      Float16 s02 = new Float16(0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f);
      Float16 s03 = new Float16(0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f);
      Float16 s10 = new Float16(0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f);
      Float16 s11 = new Float16(0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f);
      Float16 s12 = new Float16(0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f);
      Float16 s13 = new Float16(0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f);
      for (int i = 0; i < chunks; i++) {
        Float16 a0 = xs.get(x0 + i);
        Float16 a1 = xs.get(x1 + i);
        Float16 v0 = ws.get(w0 + i);
        s00 = Float16.add(s00, Float16.mult(v0, a0));
        s10 = Float16.add(s10, Float16.mult(v0, a1));
        Float16 v1 = ws.get(w1 + i);
        s01 = Float16.add(s01, Float16.mult(v1, a0));
        s11 = Float16.add(s11, Float16.mult(v1, a1));
        Float16 v2 = ws.get(w2 + i);
        s02 = Float16.add(s02, Float16.mult(v2, a0));
        s12 = Float16.add(s12, Float16.mult(v2, a1));
        Float16 v3 = ws.get(w3 + i);
        s03 = Float16.add(s03, Float16.mult(v3, a0));
        s13 = Float16.add(s13, Float16.mult(v3, a1));
      }
      float y00 = sum(s00);
      float y01 = sum(s01);
      float y02 = sum(s02);
      float y03 = sum(s03);
      float y10 = sum(s10);
      float y11 = sum(s11);
      float y12 = sum(s12);
      float y13 = sum(s13);
      if (bias >= 0) {
        y00 += floats.get(bias + n);
        y10 += floats.get(bias + n);
        y01 += floats.get(bias + n1);
        y11 += floats.get(bias + n1);
      }
      int otherBias = bias;
      if (mode == GATED) {
        otherBias = ints.get(p + 15);
      }
      if (otherBias >= 0) {
        y02 += floats.get(otherBias + m0);
        y12 += floats.get(otherBias + m0);
        y03 += floats.get(otherBias + m1);
        y13 += floats.get(otherBias + m1);
      }
      // What stands for an output or a row that there is not is the last one, once more.
      int at0 = out + row * outputs;
      int at1 = out + next * outputs;
      if (mode == GATED) {
        int up = ints.get(p + 12) - out;
        gate(floats, at1 + n1, up, y11, y13);
        gate(floats, at1 + n, up, y10, y12);
        gate(floats, at0 + n1, up, y01, y03);
        gate(floats, at0 + n, up, y00, y02);
      }
      if (mode == ADDED) {
        int added = ints.get(p + 4) - out;
        if (row + 1 < rows) {
          add(floats, at1, added, n, step, outputs, y10, y11, y12, y13);
        }
        add(floats, at0, added, n, step, outputs, y00, y01, y02, y03);
      }
      if (mode == PLAIN || mode == ROTATED && matrix == p + 16) {
        keep(floats, at1, n, n1, m0, m1, y10, y11, y12, y13);
        keep(floats, at0, n, n1, m0, m1, y00, y01, y02, y03);
      }
      if (mode == ROTATED) {
        int slots = tables + ints.get(p + 23);
        int slot0 = ints.get(slots + row);
        int slot1 = ints.get(slots + next);
        int to = ints.get(p + 22);
        if (matrix == p + 16) {
          to += PAGE * outputs;
          if (slot1 >= 0) {
            keep(floats, slot1 + to, n, n1, m0, m1, y10, y11, y12, y13);
          }
          if (slot0 >= 0) {
            keep(floats, slot0 + to, n, n1, m0, m1, y00, y01, y02, y03);
          }
        } else {
          if (matrix == p + 8) {
            slot0 = -1;
            slot1 = -1;
          }
          int angle1 = ints.get(p + 4) + next * 2 * half + n % (2 * half);
          int angle0 = ints.get(p + 4) + row * 2 * half + n % (2 * half);
          rotate(floats, at1, slot1, to, n, angle1, half, y10, y12);
          rotate(floats, at1, slot1, to, n1, angle1 + step, half, y11, y13);
          rotate(floats, at0, slot0, to, n, angle0, half, y00, y02);
          rotate(floats, at0, slot0, to, n1, angle0 + step, half, y01, y03);
        }
      }
    }
    Kernels.done(c, cursor);
  }

  /** As {@link RowKernels#rmsNormRows} with one lane. */
  private static void norm(
      FloatArray floats, int out, int x, int rows, int width, int gain, float epsilon) {
    for (int r = 0; r < rows; r++) {
      float squares = 0f;
      for (int i = 0; i < width; i++) {
        float v = floats.get(x + r * width + i);
        squares += v * v;
      }
      float scale = 1f / TornadoMath.sqrt(squares / width + epsilon);
      for (int i = 0; i < width; i++) {
        floats.set(
            out + r * width + i, floats.get(x + r * width + i) * scale * floats.get(gain + i));
      }
    }
  }

  private static void gate(FloatArray floats, int at, int up, float g, float u) {
    floats.set(up + at, u);
    floats.set(at, g / (1f + TornadoMath.exp(-g)) * u);
  }

  /** Writes four outputs of a row, and adds them to another row, if they exist. */
  private static void add(
      FloatArray floats,
      int at,
      int added,
      int n,
      int step,
      int outputs,
      float y0,
      float y1,
      float y2,
      float y3) {
    addOne(floats, at + n, added, y0);
    if (n + step < outputs) {
      addOne(floats, at + n + step, added, y1);
    }
    if (n + 2 * step < outputs) {
      addOne(floats, at + n + 2 * step, added, y2);
    }
    if (n + 3 * step < outputs) {
      addOne(floats, at + n + 3 * step, added, y3);
    }
  }

  private static void addOne(FloatArray floats, int at, int added, float y) {
    floats.set(at, y);
    floats.set(added + at, floats.get(added + at) + y);
  }

  private static void keep(
      FloatArray floats,
      int at,
      int n0,
      int n1,
      int n2,
      int n3,
      float y0,
      float y1,
      float y2,
      float y3) {
    floats.set(at + n0, y0);
    floats.set(at + n1, y1);
    floats.set(at + n2, y2);
    floats.set(at + n3, y3);
  }

  /** Writes two outputs of a head, rotated, and stores them if their row has a slot. */
  private static void rotate(
      FloatArray floats, int at, int slot, int to, int n, int angle, int half, float a, float b) {
    float cos = floats.get(angle);
    float sin = floats.get(angle + half);
    float first = a * cos - b * sin;
    float second = b * cos + a * sin;
    floats.set(at + n, first);
    floats.set(at + n + half, second);
    if (slot >= 0) {
      floats.set(slot + to + n, first);
      floats.set(slot + to + n + half, second);
    }
  }

  /** As {@link AttentionKernels#attendRows}, with its parameters. */
  static void attend(KernelContext c, IntArray cursor, IntArray ints, FloatArray floats) {
    int p = Kernels.parameters(c, cursor);
    int tables = cursor.get(1);
    int out = ints.get(p);
    int q = ints.get(p + 1);
    int heads = ints.get(p + 3);
    int headDim = ints.get(p + 4);
    int sharing = ints.get(p + 5);
    int width = ints.get(p + 6);
    int layer = ints.get(p + 7);
    float scale = floats.get(ints.get(p + 8));
    int most = ints.get(p + 10);
    int visibleTable = tables + ints.get(p + 11);
    int pagesTable = tables + ints.get(p + 12);
    int items = ints.get(p + 2) * heads;
    int chunks = headDim / LANES;
    VectorFloat16 vectors = new VectorFloat16(floats);
    int groups = c.globalGroupSizeX;
    for (int item = c.groupIdx; item < items; item += groups) {
      int r = item / heads;
      int head = item - r * heads;
      int visible = ints.get(visibleTable + r);
      int pages = tables + ints.get(pagesTable + r);
      int query = (q + item * headDim) / LANES;
      int column = layer + head / sharing * headDim;
      int weights = ints.get(p + 9) + item * most;
      float largest = -3.4e38f;
      for (int s = 0; s < visible; s++) {
        int key = (ints.get(pages + s / PAGE) + column + s % PAGE * width) / LANES;
        Float16 products =
            new Float16(0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f);
        for (int i = 0; i < chunks; i++) {
          products =
              Float16.add(products, Float16.mult(vectors.get(query + i), vectors.get(key + i)));
        }
        float score = sum(products) * scale;
        floats.set(weights + s, score);
        largest = TornadoMath.max(largest, score);
      }
      float total = 0f;
      for (int s = 0; s < visible; s++) {
        float weight = TornadoMath.exp(floats.get(weights + s) - largest);
        floats.set(weights + s, weight);
        total += weight;
      }
      float inverse = 1f / total;
      for (int i = 0; i < chunks; i++) {
        Float16 values =
            new Float16(0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f);
        for (int s = 0; s < visible; s++) {
          int at = (ints.get(pages + s / PAGE) + column + (PAGE + s % PAGE) * width) / LANES + i;
          values = Float16.add(values, Float16.mult(vectors.get(at), floats.get(weights + s)));
        }
        vectors.set((out + item * headDim) / LANES + i, Float16.mult(values, inverse));
      }
    }
    Kernels.done(c, cursor);
  }
}
