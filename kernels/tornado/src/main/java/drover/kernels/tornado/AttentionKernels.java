package drover.kernels.tornado;

import static drover.kernels.tornado.Kernels.MOST_LOCAL;
import static drover.kernels.tornado.Kernels.PAGE;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Rotary embedding, the cache, and attention over it; what all kernels see stands in {@link
 * Kernels}.
 */
final class AttentionKernels {
  private AttentionKernels() {}

  /** X, rotations, rows, width, headDim. */
  static void ropeRows(KernelContext c, IntArray cursor, IntArray ints, FloatArray floats) {
    int p = Kernels.parameters(c, cursor);
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
    Kernels.done(c, cursor);
  }

  /** K, v, rows, width, layer's offset in a page, table of each row's slot or -1. */
  static void storeRows(KernelContext c, IntArray cursor, IntArray ints, FloatArray floats) {
    int p = Kernels.parameters(c, cursor);
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
    Kernels.done(c, cursor);
  }

  /**
   * Rotates q and k, and stores k and v: q, k, v, rotations, rows, width of q, width of k, headDim,
   * layer's offset in a page, table of each row's slot or -1.
   */
  static void ropeAndStoreRows(KernelContext c, IntArray cursor, IntArray ints, FloatArray floats) {
    int p = Kernels.parameters(c, cursor);
    int q = ints.get(p);
    int k = ints.get(p + 1);
    int v = ints.get(p + 2);
    int rotations = ints.get(p + 3);
    int qWidth = ints.get(p + 5);
    int width = ints.get(p + 6);
    int headDim = ints.get(p + 7);
    int layer = ints.get(p + 8);
    int table = cursor.get(1) + ints.get(p + 9);
    int half = headDim / 2;
    int pairs = (qWidth + width) / 2;
    int perRow = pairs + width;
    int n = ints.get(p + 4) * perRow;
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      int r = i / perRow;
      int inRow = i - r * perRow;
      int slot = ints.get(table + r);
      int to = slot + layer;
      if (inRow < pairs) {
        int isKey = inRow < qWidth / 2 ? 0 : 1;
        int pair = inRow - isKey * (qWidth / 2);
        int head = pair / half;
        int d = pair - head * half;
        int column = head * headDim + d;
        int at = q + r * qWidth + column;
        if (isKey == 1) {
          at = k + r * width + column;
        }
        float cos = floats.get(rotations + r * headDim + d);
        float sin = floats.get(rotations + r * headDim + half + d);
        float a = floats.get(at);
        float b = floats.get(at + half);
        float first = a * cos - b * sin;
        float second = b * cos + a * sin;
        floats.set(at, first);
        floats.set(at + half, second);
        if (isKey == 1 && slot >= 0) {
          floats.set(to + column, first);
          floats.set(to + column + half, second);
        }
      } else {
        if (slot >= 0) {
          int column = inRow - pairs;
          floats.set(to + PAGE * width + column, floats.get(v + r * width + column));
        }
      }
    }
    Kernels.done(c, cursor);
  }

  /**
   * Out, q, rows, heads, headDim, heads of a group, width of a slot, layer's offset in a page,
   * scale, scratch, most visible slots, table of each row's visible slots, table of where each
   * row's pages begin among the tables.
   */
  static void attendRows(KernelContext c, IntArray cursor, IntArray ints, FloatArray floats) {
    float[] partial = c.allocateFloatLocalArray(MOST_LOCAL);
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
    Kernels.done(c, cursor);
  }
}
