package drover.kernels;

import java.util.Arrays;

/**
 * The reference: every operation as the plain loop that its formula is. One thread, F32 arithmetic,
 * sums from the first element to the last. Slow on purpose; everything else is tested against it.
 */
final class ScalarDevice extends HostDevice {

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public String description() {
    return "scalar: plain Java loops on one thread (the reference)";
  }

  @Override
  public void rmsNorm(DeviceArray out, DeviceArray x, Weight gain, float epsilon) {
    Shapes.requireRmsNorm(out, x, gain);
    float[] g = ((HostWeight) gain).vector();
    float[] o = data(out);
    float[] v = data(x);
    int width = x.width();
    for (int r = 0; r < x.rows(); r++) {
      float squares = 0;
      for (int i = 0; i < width; i++) {
        squares += v[r * width + i] * v[r * width + i];
      }
      float scale = (float) (1 / Math.sqrt(squares / width + epsilon));
      for (int i = 0; i < width; i++) {
        o[r * width + i] = v[r * width + i] * scale * g[i];
      }
    }
  }

  @Override
  public void linear(DeviceArray out, DeviceArray x, Weight weight, Weight bias) {
    Shapes.requireLinear(out, x, weight, bias);
    HostWeight w = (HostWeight) weight;
    float[] o = data(out);
    float[] v = data(x);
    float[] b = bias == null ? new float[weight.rows()] : ((HostWeight) bias).vector();
    float[] row = new float[weight.columns()];
    for (int n = 0; n < weight.rows(); n++) {
      w.decodeRow(n, row, 0);
      for (int r = 0; r < x.rows(); r++) {
        float sum = 0;
        for (int i = 0; i < row.length; i++) {
          sum += v[r * row.length + i] * row[i];
        }
        o[r * out.width() + n] = sum + b[n];
      }
    }
  }

  @Override
  public void rope(DeviceArray x, DeviceArray rotations, int headDim) {
    Shapes.requireRope(x, rotations, headDim);
    float[] v = data(x);
    float[] t = data(rotations);
    int half = headDim / 2;
    for (int r = 0; r < x.rows(); r++) {
      for (int head = r * x.width(); head < (r + 1) * x.width(); head += headDim) {
        for (int i = 0; i < half; i++) {
          float cos = t[r * headDim + i];
          float sin = t[r * headDim + half + i];
          float a = v[head + i];
          float b = v[head + half + i];
          v[head + i] = a * cos - b * sin;
          v[head + half + i] = b * cos + a * sin;
        }
      }
    }
  }

  @Override
  public void attention(DeviceArray out, DeviceArray q, int layer, RowLayout layout, float scale) {
    Shapes.requireAttention(out, q, layer, layout, scale);
    int headDim = Shapes.cache(layout).headDim();
    int group = q.width() / headDim / Shapes.cache(layout).kvHeads();
    for (int run = 0; run < layout.runs().size(); run++) {
      RowLayout.Run r = layout.runs().get(run);
      for (int i = 0; i < r.rows(); i++) {
        for (int head = 0; head < q.width() / headDim; head++) {
          int at = (layout.start(run) + i) * q.width() + head * headDim;
          attendOne(
              data(out),
              data(q),
              at,
              (HostKvSegment) r.segment(),
              layer,
              head / group,
              r.visible(i),
              scale);
        }
      }
    }
  }

  /** One query head of one row; {@code at} is its place in both out and q. */
  private static void attendOne(
      float[] out,
      float[] q,
      int at,
      HostKvSegment segment,
      int layer,
      int kvHead,
      int visible,
      float scale) {
    int headDim = segment.cache().headDim();
    float[] weights = new float[visible];
    float largest = Float.NEGATIVE_INFINITY;
    for (int s = 0; s < visible; s++) {
      HostKvSegment owner = owner(segment, s);
      int slots = owner.pageSlots();
      int own = s - owner.start();
      float[] keys = owner.keys(layer, own / slots);
      int keyAt = owner.keyAt(kvHead, own % slots);
      float score = 0;
      for (int d = 0; d < headDim; d++) {
        score += q[at + d] * keys[keyAt + d * HostKvSegment.BLOCK];
      }
      weights[s] = score * scale;
      largest = Math.max(largest, weights[s]);
    }
    float sum = 0;
    for (int s = 0; s < visible; s++) {
      weights[s] = (float) Math.exp(weights[s] - largest);
      sum += weights[s];
    }
    Arrays.fill(out, at, at + headDim, 0);
    for (int s = 0; s < visible; s++) {
      HostKvSegment owner = owner(segment, s);
      int slots = owner.pageSlots();
      int own = s - owner.start();
      float[] values = owner.values(layer, own / slots);
      for (int d = 0; d < headDim; d++) {
        out[at + d] += weights[s] / sum * values[(kvHead * slots + own % slots) * headDim + d];
      }
    }
  }

  /** The segment of the chain that owns a slot. */
  private static HostKvSegment owner(HostKvSegment segment, int slot) {
    HostKvSegment owner = segment;
    while (slot < owner.start()) {
      owner = (HostKvSegment) owner.parent();
    }
    return owner;
  }

  @Override
  public void swiglu(DeviceArray out, DeviceArray gate, DeviceArray up) {
    Shapes.requireSame(out, gate, "swiglu");
    Shapes.requireSame(out, up, "swiglu");
    float[] o = data(out);
    float[] g = data(gate);
    float[] u = data(up);
    for (int i = 0; i < out.rows() * out.width(); i++) {
      o[i] = (float) (g[i] / (1 + Math.exp(-g[i]))) * u[i];
    }
  }

  @Override
  public void add(DeviceArray x, DeviceArray y) {
    Shapes.requireSame(x, y, "add");
    float[] v = data(x);
    float[] w = data(y);
    for (int i = 0; i < x.rows() * x.width(); i++) {
      v[i] += w[i];
    }
  }

  @Override
  public void addScaled(DeviceArray x, DeviceArray vector, float[] scales) {
    Shapes.requireVector(x, vector, "addScaled");
    Shapes.require(scales.length == x.rows(), "addScaled: scales");
    float[] v = data(x);
    float[] d = data(vector);
    for (int r = 0; r < x.rows(); r++) {
      if (scales[r] != 0) {
        for (int i = 0; i < x.width(); i++) {
          v[r * x.width() + i] += scales[r] * d[i];
        }
      }
    }
  }

  @Override
  public float[] dot(DeviceArray x, DeviceArray vector) {
    Shapes.requireVector(x, vector, "dot");
    float[] v = data(x);
    float[] d = data(vector);
    float[] result = new float[x.rows()];
    for (int r = 0; r < x.rows(); r++) {
      for (int i = 0; i < x.width(); i++) {
        result[r] += v[r * x.width() + i] * d[i];
      }
    }
    return result;
  }

  @Override
  public float[] norms(DeviceArray x) {
    float[] v = data(x);
    float[] result = new float[x.rows()];
    for (int r = 0; r < x.rows(); r++) {
      float squares = 0;
      for (int i = r * x.width(); i < (r + 1) * x.width(); i++) {
        squares += v[i] * v[i];
      }
      result[r] = (float) Math.sqrt(squares);
    }
    return result;
  }

  @Override
  public void means(DeviceArray out, DeviceArray x, int[] bounds) {
    Shapes.requireMeans(out, x, bounds);
    float[] o = data(out);
    float[] v = data(x);
    int width = x.width();
    for (int g = 0; g < out.rows(); g++) {
      for (int i = 0; i < width; i++) {
        float sum = 0;
        for (int r = bounds[g]; r < bounds[g + 1]; r++) {
          sum += v[r * width + i];
        }
        o[g * width + i] = sum / (bounds[g + 1] - bounds[g]);
      }
    }
  }

  @Override
  public double[] scatterTimes(DeviceArray x, double[] v) {
    Shapes.requireScatter(x, v);
    float[] rows = data(x);
    double[] result = new double[v.length];
    for (int at = 0; at < x.rows() * v.length; at += v.length) {
      double along = 0;
      for (int i = 0; i < v.length; i++) {
        along += rows[at + i] * v[i];
      }
      for (int i = 0; i < v.length; i++) {
        result[i] += along * rows[at + i];
      }
    }
    return result;
  }

  @Override
  public void close() {
    // Holds nothing.
  }
}
