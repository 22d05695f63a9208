package drover.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;

/**
 * The operations as TornadoVM compiles them, one method each. All of them see the same few arrays:
 *
 * <ul>
 *   <li>{@code cursor}: where in {@code ints} the parameters of the first task of a graph are, and
 *       where the tables begin that parameters point into;
 *   <li>{@code ints}: parameters and tables of everything that was recorded;
 *   <li>{@code floats}: activations, caches, gains, strengths: everything in F32;
 *   <li>the weights, in the type of their file.
 * </ul>
 *
 * <p>Arrays and sizes come as numbers in {@code ints}, so that one compiled kernel serves all
 * layers, models, batches and steps. Every loop strides by the launch's size: results do not depend
 * on it, because each element or row is summed by one work group in one order.
 *
 * <p>Reductions are written out: TornadoVM compiles a method that takes a local array only where it
 * is inlined.
 */
final class Kernels {
  /** Ints of one task's parameters. */
  static final int STRIDE = 16;

  /** The largest work group. */
  static final int MOST_LOCAL = 256;

  /** Slots of a page of the cache. */
  static final int PAGE = 16;

  private Kernels() {}

  // ---- moving data

  /** Does nothing with everything, so that everything is brought to the device. */
  static void begin(
      KernelContext c,
      IntArray cursor,
      IntArray ints,
      FloatArray floats,
      FloatArray decoded,
      ShortArray weights16,
      FloatArray weights32) {
    int n = cursor.get(0);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      ints.set(i, weights16.get(i));
      floats.set(i, decoded.get(i) + weights32.get(i));
      weights16.set(i, (short) i);
      weights32.set(i, floats.get(i));
    }
  }

  /** {@code ints[i] = staged[i]}, of which {@code cursor[0]}. */
  static void putInts(KernelContext c, IntArray cursor, IntArray staged, IntArray ints) {
    int n = cursor.get(0);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      ints.set(i, staged.get(i));
    }
  }

  /** {@code floats[cursor[1] + i] = staged[i]}, of which {@code cursor[0]}. */
  static void putFloats(KernelContext c, IntArray cursor, FloatArray staged, FloatArray floats) {
    int n = cursor.get(0);
    int to = cursor.get(1);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      floats.set(to + i, staged.get(i));
    }
  }

  /** {@code weights[cursor[1] + i] = staged[i]}, of which {@code cursor[0]}. */
  static void putShorts(KernelContext c, IntArray cursor, ShortArray staged, ShortArray weights) {
    int n = cursor.get(0);
    int to = cursor.get(1);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      weights.set(to + i, staged.get(i));
    }
  }

  /** {@code result[i] = floats[cursor[1] + i]}, of which {@code cursor[0]}. */
  static void takeFloats(KernelContext c, IntArray cursor, FloatArray floats, FloatArray result) {
    int n = cursor.get(0);
    int from = cursor.get(1);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      result.set(i, floats.get(from + i));
    }
  }

  /** {@code to[i] = from[i]}: to, from, n. */
  static void copyFloats(
      KernelContext c, IntArray cursor, IntArray ints, FloatArray floats, int slot) {
    int p = cursor.get(0) + slot * STRIDE;
    int to = ints.get(p);
    int from = ints.get(p + 1);
    int n = ints.get(p + 2);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      floats.set(to + i, floats.get(from + i));
    }
  }

  /** {@code to[i] = 0}: to, n. */
  static void clearFloats(
      KernelContext c, IntArray cursor, IntArray ints, FloatArray floats, int slot) {
    int p = cursor.get(0) + slot * STRIDE;
    int to = ints.get(p);
    int n = ints.get(p + 1);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      floats.set(to + i, 0f);
    }
  }

  /** {@code out[r] = x[rows[r]]}: out, x, rows, width, table. */
  static void gatherRows(
      KernelContext c, IntArray cursor, IntArray ints, FloatArray floats, int slot) {
    int p = cursor.get(0) + slot * STRIDE;
    int out = ints.get(p);
    int x = ints.get(p + 1);
    int width = ints.get(p + 3);
    int n = ints.get(p + 2) * width;
    int table = cursor.get(1) + ints.get(p + 4);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      int r = i / width;
      floats.set(out + i, floats.get(x + ints.get(table + r) * width + i - r * width));
    }
  }

  /** {@code out[r] = weights[ids[r]]}: out, weight, rows, width, table of ids, decoding table. */
  static void embed16(
      KernelContext c,
      IntArray cursor,
      IntArray ints,
      FloatArray floats,
      ShortArray weights,
      FloatArray decoded,
      int slot) {
    int p = cursor.get(0) + slot * STRIDE;
    int out = ints.get(p);
    int weight = ints.get(p + 1);
    int width = ints.get(p + 3);
    int n = ints.get(p + 2) * width;
    int table = cursor.get(1) + ints.get(p + 4);
    int type = ints.get(p + 5);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      int r = i / width;
      int bits = weights.get(weight + ints.get(table + r) * width + i - r * width) & 0xffff;
      floats.set(out + i, decoded.get(type + bits));
    }
  }

  /** {@code out[r] = weights[ids[r]]}: out, weight, rows, width, table of ids. */
  static void embed32(
      KernelContext c,
      IntArray cursor,
      IntArray ints,
      FloatArray floats,
      FloatArray weights,
      int slot) {
    int p = cursor.get(0) + slot * STRIDE;
    int out = ints.get(p);
    int weight = ints.get(p + 1);
    int width = ints.get(p + 3);
    int n = ints.get(p + 2) * width;
    int table = cursor.get(1) + ints.get(p + 4);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      int r = i / width;
      floats.set(out + i, weights.get(weight + ints.get(table + r) * width + i - r * width));
    }
  }

  // ---- the forward pass

  /** Out, x, gain, rows, width, epsilon. */
  static void rmsNormRows(
      KernelContext c, IntArray cursor, IntArray ints, FloatArray floats, int slot) {
    float[] partial = c.allocateFloatLocalArray(MOST_LOCAL);
    int p = cursor.get(0) + slot * STRIDE;
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
  }

  /** Out, x, rows, inputs, outputs, weight, bias or -1, decoding table. */
  static void linear16(
      KernelContext c,
      IntArray cursor,
      IntArray ints,
      FloatArray floats,
      ShortArray weights,
      FloatArray decoded,
      int slot) {
    float[] partial = c.allocateFloatLocalArray(MOST_LOCAL);
    int p = cursor.get(0) + slot * STRIDE;
    int out = ints.get(p);
    int x = ints.get(p + 1);
    int rows = ints.get(p + 2);
    int inputs = ints.get(p + 3);
    int outputs = ints.get(p + 4);
    int weight = ints.get(p + 5);
    int bias = ints.get(p + 6);
    int type = ints.get(p + 7);
    int size = c.localGroupSizeX;
    int lane = c.localIdx;
    int groups = c.globalGroupSizeX / size;
    int whole = inputs - inputs % (4 * size);
    for (int n = c.groupIdx; n < outputs; n += groups) {
      int w = weight + n * inputs;
      for (int r = 0; r < rows; r++) {
        int row = x + r * inputs;
        float s0 = 0f;
        float s1 = 0f;
        float s2 = 0f;
        float s3 = 0f;
        for (int i = lane; i < whole; i += 4 * size) {
          s0 += decoded.get(type + (weights.get(w + i) & 0xffff)) * floats.get(row + i);
          s1 +=
              decoded.get(type + (weights.get(w + i + size) & 0xffff)) * floats.get(row + i + size);
          s2 +=
              decoded.get(type + (weights.get(w + i + 2 * size) & 0xffff))
                  * floats.get(row + i + 2 * size);
          s3 +=
              decoded.get(type + (weights.get(w + i + 3 * size) & 0xffff))
                  * floats.get(row + i + 3 * size);
        }
        for (int i = whole + lane; i < inputs; i += size) {
          s0 += decoded.get(type + (weights.get(w + i) & 0xffff)) * floats.get(row + i);
        }
        partial[lane] = (s0 + s1) + (s2 + s3);
        c.localBarrier();
        for (int s = size / 2; s > 0; s = s / 2) {
          if (lane < s) {
            partial[lane] += partial[lane + s];
          }
          c.localBarrier();
        }
        if (lane == 0) {
          float sum = partial[0];
          if (bias >= 0) {
            sum += floats.get(bias + n);
          }
          floats.set(out + r * outputs + n, sum);
        }
        c.localBarrier();
      }
    }
  }

  /** Out, x, rows, inputs, outputs, weight, bias or -1. */
  static void linear32(
      KernelContext c,
      IntArray cursor,
      IntArray ints,
      FloatArray floats,
      FloatArray weights,
      int slot) {
    float[] partial = c.allocateFloatLocalArray(MOST_LOCAL);
    int p = cursor.get(0) + slot * STRIDE;
    int out = ints.get(p);
    int x = ints.get(p + 1);
    int rows = ints.get(p + 2);
    int inputs = ints.get(p + 3);
    int outputs = ints.get(p + 4);
    int weight = ints.get(p + 5);
    int bias = ints.get(p + 6);
    int size = c.localGroupSizeX;
    int lane = c.localIdx;
    int groups = c.globalGroupSizeX / size;
    int whole = inputs - inputs % (4 * size);
    for (int n = c.groupIdx; n < outputs; n += groups) {
      int w = weight + n * inputs;
      for (int r = 0; r < rows; r++) {
        int row = x + r * inputs;
        float s0 = 0f;
        float s1 = 0f;
        float s2 = 0f;
        float s3 = 0f;
        for (int i = lane; i < whole; i += 4 * size) {
          s0 += weights.get(w + i) * floats.get(row + i);
          s1 += weights.get(w + i + size) * floats.get(row + i + size);
          s2 += weights.get(w + i + 2 * size) * floats.get(row + i + 2 * size);
          s3 += weights.get(w + i + 3 * size) * floats.get(row + i + 3 * size);
        }
        for (int i = whole + lane; i < inputs; i += size) {
          s0 += weights.get(w + i) * floats.get(row + i);
        }
        partial[lane] = (s0 + s1) + (s2 + s3);
        c.localBarrier();
        for (int s = size / 2; s > 0; s = s / 2) {
          if (lane < s) {
            partial[lane] += partial[lane + s];
          }
          c.localBarrier();
        }
        if (lane == 0) {
          float sum = partial[0];
          if (bias >= 0) {
            sum += floats.get(bias + n);
          }
          floats.set(out + r * outputs + n, sum);
        }
        c.localBarrier();
      }
    }
  }

  /** X, rotations, rows, width, headDim. */
  static void ropeRows(
      KernelContext c, IntArray cursor, IntArray ints, FloatArray floats, int slot) {
    int p = cursor.get(0) + slot * STRIDE;
    int x = ints.get(p);
    int rotations = ints.get(p + 1);
    int width = ints.get(p + 3);
    int headDim = ints.get(p + 4);
    int half = headDim / 2;
    int pairs = width / 2;
    int n = ints.get(p + 2) * pairs;
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      int r = i / pairs;
      int inRow = i - r * pairs;
      int head = inRow / half;
      int d = inRow - head * half;
      float cos = floats.get(rotations + r * headDim + d);
      float sin = floats.get(rotations + r * headDim + half + d);
      int at = x + r * width + head * headDim + d;
      float a = floats.get(at);
      float b = floats.get(at + half);
      floats.set(at, a * cos - b * sin);
      floats.set(at + half, b * cos + a * sin);
    }
  }

  /** K, v, rows, width, layer's offset in a page, table of each row's slot or -1. */
  static void storeRows(
      KernelContext c, IntArray cursor, IntArray ints, FloatArray floats, int slot) {
    int p = cursor.get(0) + slot * STRIDE;
    int k = ints.get(p);
    int v = ints.get(p + 1);
    int width = ints.get(p + 3);
    int n = ints.get(p + 2) * width;
    int layer = ints.get(p + 4);
    int table = cursor.get(1) + ints.get(p + 5);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      int r = i / width;
      int to = ints.get(table + r);
      if (to >= 0) {
        int at = to + layer + i - r * width;
        floats.set(at, floats.get(k + i));
        floats.set(at + PAGE * width, floats.get(v + i));
      }
    }
  }

  /**
   * Out, q, rows, heads, headDim, heads of a group, width of a slot, layer's offset in a page,
   * scale, scratch, most visible slots, table of each row's visible slots, table of where each
   * row's pages begin among the tables.
   */
  static void attendRows(
      KernelContext c, IntArray cursor, IntArray ints, FloatArray floats, int slot) {
    float[] partial = c.allocateFloatLocalArray(MOST_LOCAL);
    int p = cursor.get(0) + slot * STRIDE;
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
    int size = c.localGroupSizeX;
    int lane = c.localIdx;
    int groups = c.globalGroupSizeX / size;
    for (int item = c.groupIdx; item < items; item += groups) {
      int r = item / heads;
      int head = item - r * heads;
      int visible = ints.get(visibleTable + r);
      int pages = tables + ints.get(pagesTable + r);
      int query = q + item * headDim;
      int column = layer + head / sharing * headDim;
      int weights = ints.get(p + 9) + item * most;
      float largest = -3.4e38f;
      for (int s = lane; s < visible; s += size) {
        int key = ints.get(pages + s / PAGE) + column + s % PAGE * width;
        float score = 0f;
        for (int d = 0; d < headDim; d++) {
          score += floats.get(query + d) * floats.get(key + d);
        }
        score = score * scale;
        floats.set(weights + s, score);
        largest = TornadoMath.max(largest, score);
      }
      partial[lane] = largest;
      c.localBarrier();
      for (int s = size / 2; s > 0; s = s / 2) {
        if (lane < s) {
          partial[lane] = TornadoMath.max(partial[lane], partial[lane + s]);
        }
        c.localBarrier();
      }
      largest = partial[0];
      c.localBarrier();
      float sum = 0f;
      for (int s = lane; s < visible; s += size) {
        float weight = TornadoMath.exp(floats.get(weights + s) - largest);
        floats.set(weights + s, weight);
        sum += weight;
      }
      partial[lane] = sum;
      c.globalBarrier();
      c.localBarrier();
      for (int s = size / 2; s > 0; s = s / 2) {
        if (lane < s) {
          partial[lane] += partial[lane + s];
        }
        c.localBarrier();
      }
      float total = partial[0];
      c.localBarrier();
      for (int d = lane; d < headDim; d += size) {
        float value = 0f;
        for (int s = 0; s < visible; s++) {
          int at = ints.get(pages + s / PAGE) + column + (PAGE + s % PAGE) * width;
          value += floats.get(weights + s) * floats.get(at + d);
        }
        floats.set(out + item * headDim + d, value / total);
      }
    }
  }

  /** Out, gate, up, n. */
  static void swigluFloats(
      KernelContext c, IntArray cursor, IntArray ints, FloatArray floats, int slot) {
    int p = cursor.get(0) + slot * STRIDE;
    int out = ints.get(p);
    int gate = ints.get(p + 1);
    int up = ints.get(p + 2);
    int n = ints.get(p + 3);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      float g = floats.get(gate + i);
      floats.set(out + i, g / (1f + TornadoMath.exp(-g)) * floats.get(up + i));
    }
  }

  /** X, y, n. */
  static void addFloats(
      KernelContext c, IntArray cursor, IntArray ints, FloatArray floats, int slot) {
    int p = cursor.get(0) + slot * STRIDE;
    int x = ints.get(p);
    int y = ints.get(p + 1);
    int n = ints.get(p + 2);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      floats.set(x + i, floats.get(x + i) + floats.get(y + i));
    }
  }

  // ---- hooks

  /** X, vector, rows, width, scales. */
  static void addScaledRows(
      KernelContext c, IntArray cursor, IntArray ints, FloatArray floats, int slot) {
    int p = cursor.get(0) + slot * STRIDE;
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
  }

  /** X, rows, width, scales. */
  static void scaleRows(
      KernelContext c, IntArray cursor, IntArray ints, FloatArray floats, int slot) {
    int p = cursor.get(0) + slot * STRIDE;
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
  }

  /** Out, x, vector, what a vector moves by from row to row, rows, width. */
  static void dotRows(
      KernelContext c, IntArray cursor, IntArray ints, FloatArray floats, int slot) {
    float[] partial = c.allocateFloatLocalArray(MOST_LOCAL);
    int p = cursor.get(0) + slot * STRIDE;
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
  }

  /** Out, x, groups of rows, width, table of bounds. */
  static void meanRows(
      KernelContext c, IntArray cursor, IntArray ints, FloatArray floats, int slot) {
    int p = cursor.get(0) + slot * STRIDE;
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
  }

  /** Out, x, rows, width; the column is written as a float, which holds it exactly. */
  static void argmaxRows(
      KernelContext c, IntArray cursor, IntArray ints, FloatArray floats, int slot) {
    float[] values = c.allocateFloatLocalArray(MOST_LOCAL);
    int[] columns = c.allocateIntLocalArray(MOST_LOCAL);
    int p = cursor.get(0) + slot * STRIDE;
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
  }
}
