package drover.kernels;

import java.lang.foreign.MemorySegment;

/** What the devices on the CPU share: arrays on the heap and the copies between them. */
abstract sealed class HostDevice implements Device permits ScalarDevice, VectorDevice {

  @Override
  public DeviceArray allocate(int rows, int width) {
    return HostArray.of(rows, width);
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
    Shapes.requireRows(x, row, rows);
    System.arraycopy(data(x), row * x.width(), into, offset, rows * x.width());
  }

  @Override
  public final void write(DeviceArray x, int row, int rows, float[] from, int offset) {
    Shapes.requireRows(x, row, rows);
    System.arraycopy(from, offset, data(x), row * x.width(), rows * x.width());
  }

  @Override
  public final void embed(DeviceArray out, Weight table, int[] ids) {
    Shapes.requireEmbed(out, table, ids);
    HostWeight weight = (HostWeight) table;
    for (int i = 0; i < ids.length; i++) {
      weight.decodeRow(ids[i], data(out), i * out.width());
    }
  }

  @Override
  public final void gather(DeviceArray out, DeviceArray x, int[] rows) {
    Shapes.require(out.rows() == rows.length && out.width() == x.width(), "gather");
    for (int i = 0; i < rows.length; i++) {
      Shapes.requireRows(x, rows[i], 1);
      System.arraycopy(data(x), rows[i] * x.width(), data(out), i * x.width(), x.width());
    }
  }

  @Override
  public final void rotations(DeviceArray out, int[] positions, float[] inverseFrequencies) {
    int half = inverseFrequencies.length;
    Shapes.require(out.rows() == positions.length && out.width() == 2 * half, "rotations");
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
  public void store(DeviceArray k, DeviceArray v, int layer, RowLayout layout) {
    Shapes.requireStore(k, v, layer, layout);
    reserve(layer, layout);
    storeRows(k, v, layer, layout, 0, layout.rows());
  }

  /** Makes room in the cache for all rows that are stored. */
  static void reserve(int layer, RowLayout layout) {
    for (RowLayout.Run run : layout.runs()) {
      if (run.stored()) {
        ((HostKvSegment) run.segment()).reserve(layer, run.slot() + run.rows());
      }
    }
  }

  /** Stores the rows {@code [first, last)} of a batch; there is room for them. */
  static void storeRows(
      DeviceArray k, DeviceArray v, int layer, RowLayout layout, int first, int last) {
    for (int r = 0; r < layout.runs().size(); r++) {
      RowLayout.Run run = layout.runs().get(r);
      int from = Math.max(first, layout.start(r));
      int to = Math.min(last, layout.start(r) + run.rows());
      if (run.stored() && from < to) {
        int slot = run.slot() + from - layout.start(r);
        int at = from * k.width();
        ((HostKvSegment) run.segment()).put(layer, slot, to - from, data(k), data(v), at);
      }
    }
  }

  @Override
  public final void scaleRows(DeviceArray x, float[] scales) {
    Shapes.require(scales.length == x.rows(), "scaleRows: scales");
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
  public int[] argmax(DeviceArray x) {
    int[] best = new int[x.rows()];
    for (int r = 0; r < x.rows(); r++) {
      best[r] = argmax(data(x), r * x.width(), x.width());
    }
    return best;
  }

  /** As {@link Device#argmax}, of one row. */
  static int argmax(float[] x, int at, int n) {
    int best = 0;
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      if (x[at + i] > largest) {
        largest = x[at + i];
        best = i;
      }
    }
    return best;
  }

  /** The heap array behind a device array of a CPU device, which may have more elements. */
  static float[] data(DeviceArray x) {
    return ((HostArray) x).data();
  }
}
