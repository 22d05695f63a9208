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

  private WideKernels() {}

  private static float sum(Float16 v) {
    return (((v.getS0() + v.getS8()) + (v.getS4() + v.getS12()))
            + ((v.getS2() + v.getS10()) + (v.getS6() + v.getS14())))
        + (((v.getS1() + v.getS9()) + (v.getS5() + v.getS13()))
            + ((v.getS3() + v.getS11()) + (v.getS7() + v.getS15())));
  }

  /**
   * As {@link LinearKernels#linear32}, with its parameters, by tiles of two rows and four outputs.
   */
  static void linear(
      KernelContext c, IntArray cursor, IntArray ints, FloatArray floats, FloatArray weights) {
    int p = Kernels.parameters(c, cursor);
    int x = ints.get(p);
    int rows = ints.get(p + 1);
    int inputs = ints.get(p + 2);
    int mode = ints.get(p + 3);
    int residual = ints.get(p + 4);
    int chunks = inputs / LANES;
    int firstEnd = (ints.get(p + 9) + 3) / 4;
    int secondEnd = firstEnd + (ints.get(p + 13) + 3) / 4;
    int tiles = secondEnd + (ints.get(p + 17) + 3) / 4;
    if (mode == GATED) {
      tiles = (ints.get(p + 9) + 1) / 2;
    }
    int rowTiles = (rows + 1) / 2;
    int items = tiles * rowTiles;
    int groups = c.globalGroupSizeX;
    VectorFloat16 ws = new VectorFloat16(weights);
    VectorFloat16 xs = new VectorFloat16(floats);
    for (int t = c.groupIdx; t < items; t += groups) {
      int tile = t / rowTiles;
      int matrix = p + 8;
      int n = 4 * tile;
      if (mode == GATED) {
        n = 2 * tile;
      } else {
        if (tile >= secondEnd) {
          matrix = p + 16;
          n = 4 * (tile - secondEnd);
        } else {
          if (tile >= firstEnd) {
            matrix = p + 12;
            n = 4 * (tile - firstEnd);
          }
        }
      }
      int out = ints.get(matrix);
      int outputs = ints.get(matrix + 1);
      int weight = ints.get(matrix + 2);
      int bias = ints.get(matrix + 3);
      int last = outputs - 1;
      int w0 = weight + n * inputs;
      int w1 = weight + TornadoMath.min(n + 1, last) * inputs;
      int w2 = weight + TornadoMath.min(n + 2, last) * inputs;
      int w3 = weight + TornadoMath.min(n + 3, last) * inputs;
      if (mode == GATED) {
        w2 = ints.get(p + 14) + n * inputs;
        w3 = ints.get(p + 14) + TornadoMath.min(n + 1, last) * inputs;
      }
      w0 = w0 / LANES;
      w1 = w1 / LANES;
      w2 = w2 / LANES;
      w3 = w3 / LANES;
      int row = 2 * (t % rowTiles);
      int other = TornadoMath.min(row + 1, rows - 1);
      int x0 = (x + row * inputs) / LANES;
      int x1 = (x + other * inputs) / LANES;
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
      if (mode == GATED) {
        if (bias >= 0) {
          y00 += floats.get(bias + n);
          y01 += floats.get(bias + TornadoMath.min(n + 1, last));
          y10 += floats.get(bias + n);
          y11 += floats.get(bias + TornadoMath.min(n + 1, last));
        }
        int upBias = ints.get(p + 15);
        if (upBias >= 0) {
          y02 += floats.get(upBias + n);
          y03 += floats.get(upBias + TornadoMath.min(n + 1, last));
          y12 += floats.get(upBias + n);
          y13 += floats.get(upBias + TornadoMath.min(n + 1, last));
        }
        int up = ints.get(p + 12);
        int at11 = other * outputs + TornadoMath.min(n + 1, last);
        floats.set(up + at11, y13);
        floats.set(out + at11, y11 / (1f + TornadoMath.exp(-y11)) * y13);
        int at10 = other * outputs + n;
        floats.set(up + at10, y12);
        floats.set(out + at10, y10 / (1f + TornadoMath.exp(-y10)) * y12);
        int at01 = row * outputs + TornadoMath.min(n + 1, last);
        floats.set(up + at01, y03);
        floats.set(out + at01, y01 / (1f + TornadoMath.exp(-y01)) * y03);
        int at00 = row * outputs + n;
        floats.set(up + at00, y02);
        floats.set(out + at00, y00 / (1f + TornadoMath.exp(-y00)) * y02);
      } else {
        if (bias >= 0) {
          y00 += floats.get(bias + n);
          y01 += floats.get(bias + TornadoMath.min(n + 1, last));
          y02 += floats.get(bias + TornadoMath.min(n + 2, last));
          y03 += floats.get(bias + TornadoMath.min(n + 3, last));
          y10 += floats.get(bias + n);
          y11 += floats.get(bias + TornadoMath.min(n + 1, last));
          y12 += floats.get(bias + TornadoMath.min(n + 2, last));
          y13 += floats.get(bias + TornadoMath.min(n + 3, last));
        }
        store(floats, out, residual, mode, row * outputs + n, outputs - n, y00, y01, y02, y03);
        if (row + 1 < rows) {
          store(floats, out, residual, mode, other * outputs + n, outputs - n, y10, y11, y12, y13);
        }
      }
    }
    Kernels.done(c, cursor);
  }

  /** Writes the outputs of a tile's row that exist, and adds them where they are to be added. */
  private static void store(
      FloatArray floats,
      int out,
      int residual,
      int mode,
      int at,
      int left,
      float y0,
      float y1,
      float y2,
      float y3) {
    floats.set(out + at, y0);
    if (left > 1) {
      floats.set(out + at + 1, y1);
    }
    if (left > 2) {
      floats.set(out + at + 2, y2);
    }
    if (left > 3) {
      floats.set(out + at + 3, y3);
    }
    if (mode == ADDED) {
      floats.set(residual + at, floats.get(residual + at) + y0);
      if (left > 1) {
        floats.set(residual + at + 1, floats.get(residual + at + 1) + y1);
      }
      if (left > 2) {
        floats.set(residual + at + 2, floats.get(residual + at + 2) + y2);
      }
      if (left > 3) {
        floats.set(residual + at + 3, floats.get(residual + at + 3) + y3);
      }
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
