package drover.kernels;

import java.lang.foreign.MemorySegment;

/** What the devices on the CPU share: arrays on the heap and the copies between them. */
abstract sealed class HostDevice implements Device permits ScalarDevice, VectorDevice {

  @Override
  public final DeviceArray allocate(int rows, int width) {
    return new HostArray(rows, width);
  }

  @Override
  public final Weight weight(DType type, MemorySegment data, int rows, int columns) {
    return new HostWeight(type, data, rows, columns);
  }

  @Override
  public final KvCache newKvCache(int layers, int kvHeads, int headDim) {
    return new HostKvCache(layers, kvHeads, headDim);
  }

  @Override
  public final void read(DeviceArray x, int row, int rows, float[] into, int offset) {
    checkRows(x, row, rows);
    System.arraycopy(data(x), row * x.width(), into, offset, rows * x.width());
  }

  @Override
  public final void write(DeviceArray x, int row, int rows, float[] from, int offset) {
    checkRows(x, row, rows);
    System.arraycopy(from, offset, data(x), row * x.width(), rows * x.width());
  }

  @Override
  public final void embed(DeviceArray out, Weight table, int[] ids) {
    require(out.rows() == ids.length && out.width() == table.columns(), "embed");
    HostWeight weight = (HostWeight) table;
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= table.rows()) {
        throw new IllegalArgumentException(
            "token id " + ids[i] + " in a vocabulary of " + table.rows());
      }
      weight.decodeRow(ids[i], data(out), i * out.width());
    }
  }

  @Override
  public final void gather(DeviceArray out, DeviceArray x, int[] rows) {
    require(out.rows() == rows.length && out.width() == x.width(), "gather");
    for (int i = 0; i < rows.length; i++) {
      checkRows(x, rows[i], 1);
      System.arraycopy(data(x), rows[i] * x.width(), data(out), i * x.width(), x.width());
    }
  }

  @Override
  public final void rotations(DeviceArray out, int[] positions, float[] inverseFrequencies) {
    int half = inverseFrequencies.length;
    require(out.rows() == positions.length && out.width() == 2 * half, "rotations");
    float[] o = data(out);
    for (int i = 0; i < positions.length; i++) {
      for (int f = 0; f < half; f++) {
        float angle = positions[i] * inverseFrequencies[f];
        o[i * out.width() + f] = (float) Math.cos(angle);
        o[i * out.width() + half + f] = (float) Math.sin(angle);
      }
    }
  }

  @Override
  public final void store(DeviceArray k, DeviceArray v, int layer, RowLayout layout) {
    requireStore(k, v, layer, layout);
    for (int run = 0; run < layout.runs().size(); run++) {
      RowLayout.Run r = layout.runs().get(run);
      if (r.stored()) {
        HostKvSegment segment = (HostKvSegment) r.segment();
        if (r.slot() < segment.sharedUpTo()) {
          throw new IllegalStateException(
              "slot " + r.slot() + " is seen by a fork at " + segment.sharedUpTo());
        }
        segment.reserve(layer, r.slot() + r.rows());
        for (int i = 0; i < r.rows(); i++) {
          int at = (layout.start(run) + i) * k.width();
          segment.put(layer, r.slot() + i, data(k), at, data(v), at);
        }
      }
    }
  }

  @Override
  public final void scaleRows(DeviceArray x, float[] scales) {
    require(scales.length == x.rows(), "scaleRows: scales");
    float[] v = data(x);
    for (int r = 0; r < x.rows(); r++) {
      if (scales[r] != 1) {
        for (int i = r * x.width(); i < (r + 1) * x.width(); i++) {
          v[i] *= scales[r];
        }
      }
    }
  }

  @Override
  public final int[] argmax(DeviceArray x) {
    float[] v = data(x);
    int[] best = new int[x.rows()];
    for (int r = 0; r < x.rows(); r++) {
      int at = r * x.width();
      float largest = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < x.width(); i++) {
        if (v[at + i] > largest) {
          largest = v[at + i];
          best[r] = i;
        }
      }
    }
    return best;
  }

  /** The heap array behind a device array of a CPU device. */
  static float[] data(DeviceArray x) {
    return ((HostArray) x).data();
  }

  /** A caller's bug if not: names the operation. */
  static void require(boolean fits, String operation) {
    if (!fits) {
      throw new IllegalArgumentException(operation + ": shapes do not fit");
    }
  }

  /** Checks the shapes of {@link Device#linear}. */
  static void requireLinear(DeviceArray out, DeviceArray x, Weight weight, Weight bias) {
    require(
        out.rows() == x.rows() && x.width() == weight.columns() && out.width() == weight.rows(),
        "linear");
    require(bias == null || (bias.rows() == 1 && bias.columns() == weight.rows()), "linear: bias");
  }

  /** Checks the shapes of {@link Device#attention}. */
  static void requireAttention(
      DeviceArray out, DeviceArray q, int layer, RowLayout layout, float scale) {
    HostKvCache cache = cache(layout);
    requireLayer(layer, cache);
    require(scale > 0 && scale < Float.POSITIVE_INFINITY, "attention: scale");
    require(
        out.rows() == layout.rows() && q.rows() == layout.rows() && out.width() == q.width(),
        "attention");
    require(q.width() % (cache.headDim() * cache.kvHeads()) == 0, "attention: heads");
  }

  /** Checks the shapes of {@link Device#store}. */
  static void requireStore(DeviceArray k, DeviceArray v, int layer, RowLayout layout) {
    HostKvCache cache = cache(layout);
    requireLayer(layer, cache);
    require(k.rows() == layout.rows() && k.width() == cache.kvHeads() * cache.headDim(), "store");
    requireSameShape(k, v, "store");
  }

  /** Checks the arguments of {@link Device#means}. */
  static void requireMeans(DeviceArray out, DeviceArray x, int[] bounds) {
    require(out.width() == x.width() && out.rows() == bounds.length - 1, "means");
    for (int g = 0; g < out.rows(); g++) {
      require(0 <= bounds[g] && bounds[g] < bounds[g + 1] && bounds[g + 1] <= x.rows(), "means");
    }
  }

  /** Two arrays of one shape. */
  static void requireSameShape(DeviceArray x, DeviceArray y, String operation) {
    require(x.rows() == y.rows() && x.width() == y.width(), operation);
  }

  /** A vector as wide as an array. */
  static void requireVector(DeviceArray x, DeviceArray vector, String operation) {
    require(vector.rows() == 1 && vector.width() == x.width(), operation);
  }

  /** The one cache that all runs of a layout belong to. */
  static HostKvCache cache(RowLayout layout) {
    HostKvCache cache = ((HostKvSegment) layout.runs().getFirst().segment()).cache();
    for (RowLayout.Run run : layout.runs()) {
      require(run.segment().cache() == cache, "runs of different caches");
    }
    return cache;
  }

  private static void requireLayer(int layer, HostKvCache cache) {
    if (layer < 0 || layer >= cache.layers()) {
      throw new IllegalArgumentException("layer " + layer + " of a cache of " + cache.layers());
    }
  }

  private static void checkRows(DeviceArray x, int row, int rows) {
    if (row < 0 || rows < 0 || row > x.rows() - rows) {
      throw new IndexOutOfBoundsException(
          rows + " rows from row " + row + " on of an array of " + x.rows());
    }
  }
}
