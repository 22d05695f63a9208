package drover.kernels;

/**
 * What every device checks before an operation: a shape that does not fit is a caller's bug and
 * throws {@link IllegalArgumentException} with the operation's name.
 */
public final class Shapes {
  private Shapes() {}

  /** A caller's bug if not: names the operation. */
  public static void require(boolean fits, String operation) {
    if (!fits) {
      throw new IllegalArgumentException(operation + ": shapes do not fit");
    }
  }

  /** Rows {@code [row, row + rows)} of an array. */
  public static void requireRows(DeviceArray x, int row, int rows) {
    if (row < 0 || rows < 0 || row > x.rows() - rows) {
      throw new IndexOutOfBoundsException(
          rows + " rows from row " + row + " on of an array of " + x.rows());
    }
  }

  /** Two arrays of one shape. */
  public static void requireSame(DeviceArray x, DeviceArray y, String operation) {
    require(x.rows() == y.rows() && x.width() == y.width(), operation);
  }

  /** A vector as wide as an array. */
  public static void requireVector(DeviceArray x, DeviceArray vector, String operation) {
    require(vector.rows() == 1 && vector.width() == x.width(), operation);
  }

  /** The arguments of {@link Device#weight}. */
  public static void requireWeight(DType type, long bytes, int rows, int columns) {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException("a weight of shape [" + rows + ", " + columns + "]");
    }
    long expected = rows * type.rowBytes(columns);
    if (bytes != expected) {
      throw new IllegalArgumentException(
          "a %s weight [%d, %d] needs %d bytes, not %d"
              .formatted(type, rows, columns, expected, bytes));
    }
  }

  /** The arguments of {@link Device#newKvCache}. */
  public static void requireCache(int layers, int kvHeads, int headDim) {
    if (layers < 1 || kvHeads < 1 || headDim < 1) {
      throw new IllegalArgumentException(
          "a cache of %d layers, %d heads of %d".formatted(layers, kvHeads, headDim));
    }
  }

  /** The arguments of {@link Device#embed}. */
  public static void requireEmbed(DeviceArray out, Weight table, int[] ids) {
    require(out.rows() == ids.length && out.width() == table.columns(), "embed");
    for (int id : ids) {
      if (id < 0 || id >= table.rows()) {
        throw new IllegalArgumentException(
            "token id " + id + " in a vocabulary of " + table.rows());
      }
    }
  }

  /** The arguments of {@link Device#rmsNorm}. */
  public static void requireRmsNorm(DeviceArray out, DeviceArray x, Weight gain) {
    requireSame(out, x, "rmsNorm");
    require(gain.rows() == 1 && gain.columns() == x.width(), "rmsNorm: gain");
  }

  /** The arguments of {@link Device#linear}. */
  public static void requireLinear(DeviceArray out, DeviceArray x, Weight weight, Weight bias) {
    require(
        out.rows() == x.rows() && x.width() == weight.columns() && out.width() == weight.rows(),
        "linear");
    require(bias == null || (bias.rows() == 1 && bias.columns() == weight.rows()), "linear: bias");
  }

  /** The arguments of {@link Device#rope}. */
  public static void requireRope(DeviceArray x, DeviceArray rotations, int headDim) {
    require(x.width() % headDim == 0 && headDim % 2 == 0, "rope");
    require(rotations.rows() == x.rows() && rotations.width() == headDim, "rope: rotations");
  }

  /** The arguments of {@link Device#store}. */
  public static void requireStore(DeviceArray k, DeviceArray v, int layer, RowLayout layout) {
    KvCache cache = cache(layout);
    requireLayer(layer, cache);
    require(k.rows() == layout.rows() && k.width() == cache.kvHeads() * cache.headDim(), "store");
    requireSame(k, v, "store");
    for (RowLayout.Run run : layout.runs()) {
      if (run.stored() && run.slot() < run.segment().sharedUpTo()) {
        throw new IllegalStateException(
            "slot " + run.slot() + " is seen by a fork at " + run.segment().sharedUpTo());
      }
    }
  }

  /** The arguments of {@link Device#attention}. */
  public static void requireAttention(
      DeviceArray out, DeviceArray q, int layer, RowLayout layout, float scale) {
    KvCache cache = cache(layout);
    requireLayer(layer, cache);
    require(scale > 0 && scale < Float.POSITIVE_INFINITY, "attention: scale");
    require(
        out.rows() == layout.rows() && q.rows() == layout.rows() && out.width() == q.width(),
        "attention");
    require(q.width() % (cache.headDim() * cache.kvHeads()) == 0, "attention: heads");
  }

  /** The arguments of {@link Device#means}. */
  public static void requireMeans(DeviceArray out, DeviceArray x, int[] bounds) {
    require(out.width() == x.width() && out.rows() == bounds.length - 1, "means");
    for (int g = 0; g < out.rows(); g++) {
      require(0 <= bounds[g] && bounds[g] < bounds[g + 1] && bounds[g + 1] <= x.rows(), "means");
    }
  }

  /** The arguments of {@link Device#scatterTimes}. */
  public static void requireScatter(DeviceArray x, double[] v) {
    require(v.length == x.width(), "scatterTimes");
  }

  /** The one cache that all runs of a layout belong to. */
  public static KvCache cache(RowLayout layout) {
    KvCache cache = layout.runs().getFirst().segment().cache();
    for (RowLayout.Run run : layout.runs()) {
      require(run.segment().cache().equals(cache), "runs of different caches");
    }
    return cache;
  }

  private static void requireLayer(int layer, KvCache cache) {
    if (layer < 0 || layer >= cache.layers()) {
      throw new IllegalArgumentException("layer " + layer + " of a cache of " + cache.layers());
    }
  }
}
