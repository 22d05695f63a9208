package drover.kernels.tornado;

import static drover.kernels.tornado.Kernels.MOST_LOCAL;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Norms, elementwise operations and what hooks ask for; what all kernels see stands in {@link
 * Kernels}.
 */
final class RowKernels {
  private RowKernels() {}

  /** Out, x, gain, rows, width, epsilon. */
  static void rmsNormRows(KernelContext c, IntArray cursor, IntArray ints, FloatArray floats) {
    float[] partial = c.allocateFloatLocalArray(MOST_LOCAL);
    int p = Kernels.parameters(c, cursor);
    int out = ints.get(p);
    int x = ints.get(p + 1);
    int gain = ints.get(p + 2);
    int rows = ints.get(p + 3);
    int width = ints.get(p + 4);
    float epsilon = floats.get(ints.get(p + 5));
    int groups = c.globalGroupSizeX / c.localGroupSizeX;
    for (int r = c.groupIdx; r < rows; r += groups) {
      float squares = 0f;
      for (int i = c.localIdx; i < width; i += c.localGroupSizeX) {
        float v = floats.get(x + r * width + i);
        squares += v * v;
      }
      partial[c.localIdx] = squares;
      c.localBarrier();
      for (int s = c.localGroupSizeX / 2; s > 0; s = s / 2) {
        if (c.localIdx < s) {
          partial[c.localIdx] += partial[c.localIdx + s];
        }
        c.localBarrier();
      }
      float scale = 1f / TornadoMath.sqrt(partial[0] / width + epsilon);
      c.localBarrier();
      for (int i = c.localIdx; i < width; i += c.localGroupSizeX) {
        floats.set(
            out + r * width + i, floats.get(x + r * width + i) * scale * floats.get(gain + i));
      }
    }
    Kernels.done(c, cursor);
  }

  /** Out, gate, up, n. */
  static void swigluFloats(KernelContext c, IntArray cursor, IntArray ints, FloatArray floats) {
    int p = Kernels.parameters(c, cursor);
    int out = ints.get(p);
    int gate = ints.get(p + 1);
    int up = ints.get(p + 2);
    int n = ints.get(p + 3);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      float g = floats.get(gate + i);
      floats.set(out + i, g / (1f + TornadoMath.exp(-g)) * floats.get(up + i));
    }
    Kernels.done(c, cursor);
  }

  /** X, y, n. */
  static void addFloats(KernelContext c, IntArray cursor, IntArray ints, FloatArray floats) {
    int p = Kernels.parameters(c, cursor);
    int x = ints.get(p);
    int y = ints.get(p + 1);
    int n = ints.get(p + 2);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      floats.set(x + i, floats.get(x + i) + floats.get(y + i));
    }
    Kernels.done(c, cursor);
  }

  // ---- hooks

  /** X, vector, rows, width, scales. */
  static void addScaledRows(KernelContext c, IntArray cursor, IntArray ints, FloatArray floats) {
    int p = Kernels.parameters(c, cursor);
    int x = ints.get(p);
    int vector = ints.get(p + 1);
    int width = ints.get(p + 3);
    int n = ints.get(p + 2) * width;
    int scales = ints.get(p + 4);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      int r = i / width;
      float scale = floats.get(scales + r);
      if (scale != 0f) {
        floats.set(x + i, floats.get(x + i) + scale * floats.get(vector + i - r * width));
      }
    }
    Kernels.done(c, cursor);
  }

  /** X, rows, width, scales. */
  static void scaleRows(KernelContext c, IntArray cursor, IntArray ints, FloatArray floats) {
    int p = Kernels.parameters(c, cursor);
    int x = ints.get(p);
    int width = ints.get(p + 2);
    int n = ints.get(p + 1) * width;
    int scales = ints.get(p + 3);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      float scale = floats.get(scales + i / width);
      if (scale != 1f) {
        floats.set(x + i, floats.get(x + i) * scale);
      }
    }
    Kernels.done(c, cursor);
  }

  /** Out, x, vector, what a vector moves by from row to row, rows, width. */
  static void dotRows(KernelContext c, IntArray cursor, IntArray ints, FloatArray floats) {
    float[] partial = c.allocateFloatLocalArray(MOST_LOCAL);
    int p = Kernels.parameters(c, cursor);
    int out = ints.get(p);
    int x = ints.get(p + 1);
    int vector = ints.get(p + 2);
    int step = ints.get(p + 3);
    int rows = ints.get(p + 4);
    int width = ints.get(p + 5);
    int groups = c.globalGroupSizeX / c.localGroupSizeX;
    for (int r = c.groupIdx; r < rows; r += groups) {
      float sum = 0f;
      for (int i = c.localIdx; i < width; i += c.localGroupSizeX) {
        sum += floats.get(x + r * width + i) * floats.get(vector + r * step + i);
      }
      partial[c.localIdx] = sum;
      c.localBarrier();
      for (int s = c.localGroupSizeX / 2; s > 0; s = s / 2) {
        if (c.localIdx < s) {
          partial[c.localIdx] += partial[c.localIdx + s];
        }
        c.localBarrier();
      }
      if (c.localIdx == 0) {
        floats.set(out + r, partial[0]);
      }
      c.localBarrier();
    }
    Kernels.done(c, cursor);
  }

  /** Out, x, groups of rows, width, table of bounds. */
  static void meanRows(KernelContext c, IntArray cursor, IntArray ints, FloatArray floats) {
    int p = Kernels.parameters(c, cursor);
    int out = ints.get(p);
    int x = ints.get(p + 1);
    int width = ints.get(p + 3);
    int n = ints.get(p + 2) * width;
    int table = cursor.get(1) + ints.get(p + 4);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      int g = i / width;
      int column = i - g * width;
      int first = ints.get(table + g);
      int last = ints.get(table + g + 1);
      float sum = 0f;
      for (int r = first; r < last; r++) {
        sum += floats.get(x + r * width + column);
      }
      floats.set(out + i, sum / (last - first));
    }
    Kernels.done(c, cursor);
  }

  /** Out, x, rows, width, what each row is multiplied by, rows of a block. */
  static void weightedSumRows(KernelContext c, IntArray cursor, IntArray ints, FloatArray floats) {
    int p = Kernels.parameters(c, cursor);
    int out = ints.get(p);
    int x = ints.get(p + 1);
    int rows = ints.get(p + 2);
    int width = ints.get(p + 3);
    int weights = ints.get(p + 4);
    int block = ints.get(p + 5);
    int n = (rows + block - 1) / block * width;
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      int b = i / width;
      int column = i - b * width;
      int last = TornadoMath.min(rows, (b + 1) * block);
      float sum = 0f;
      for (int r = b * block; r < last; r++) {
        sum += floats.get(weights + r) * floats.get(x + r * width + column);
      }
      floats.set(out + i, sum);
    }
    Kernels.done(c, cursor);
  }

  /** Out, x, rows, width; the column is written as a float, which holds it exactly. */
  static void argmaxRows(KernelContext c, IntArray cursor, IntArray ints, FloatArray floats) {
    float[] values = c.allocateFloatLocalArray(MOST_LOCAL);
    int[] columns = c.allocateIntLocalArray(MOST_LOCAL);
    int p = Kernels.parameters(c, cursor);
    int out = ints.get(p);
    int x = ints.get(p + 1);
    int rows = ints.get(p + 2);
    int width = ints.get(p + 3);
    int lane = c.localIdx;
    int groups = c.globalGroupSizeX / c.localGroupSizeX;
    for (int r = c.groupIdx; r < rows; r += groups) {
      float best = floats.get(ints.get(p + 4));
      int column = width;
      for (int i = lane; i < width; i += c.localGroupSizeX) {
        float v = floats.get(x + r * width + i);
        if (v > best) {
          best = v;
          column = i;
        }
      }
      values[lane] = best;
      columns[lane] = column;
      c.localBarrier();
      for (int s = c.localGroupSizeX / 2; s > 0; s = s / 2) {
        if (lane < s) {
          float other = values[lane + s];
          int otherColumn = columns[lane + s];
          if (other > values[lane]) {
            values[lane] = other;
            columns[lane] = otherColumn;
          } else {
            if (other == values[lane]) {
              columns[lane] = TornadoMath.min(columns[lane], otherColumn);
            }
          }
        }
        c.localBarrier();
      }
      if (lane == 0) {
        int found = columns[0];
        if (found == width) {
          found = 0;
        }
        floats.set(out + r, found);
      }
      c.localBarrier();
    }
    Kernels.done(c, cursor);
  }
}
