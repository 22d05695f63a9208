package drover.kernels;

import java.util.Arrays;

/**
 * The kernels of {@link RowKernels} and {@link AttentionKernels} without the Vector API, bit for
 * bit. {@link ColdStart} says when they run: the JVM compiles them in milliseconds.
 */
final class PlainKernels {
  private static final int L = Lanes.COUNT;

  private PlainKernels() {}

  static void rmsNorm(float[] out, float[] x, int at, float[] gain, float epsilon) {
    int width = gain.length;
    float scale = (float) (1 / Math.sqrt(dot(x, at, x, at, width) / width + epsilon));
    for (int i = 0; i < width; i++) {
      out[at + i] = x[at + i] * scale * gain[i];
    }
  }

  /** As {@link RowKernels#dot}, whose two accumulators are the halves of {@code sums} here. */
  static float dot(float[] x, int xAt, float[] y, int yAt, int n) {
    float[] sums = new float[2 * L];
    int i = 0;
    for (; i + 2 * L <= n; i += 2 * L) {
      for (int l = 0; l < 2 * L; l++) {
        sums[l] = Math.fma(x[xAt + i + l], y[yAt + i + l], sums[l]);
      }
    }
    float sum = sum(sums, 2 * L);
    for (; i < n; i++) {
      sum = Math.fma(x[xAt + i], y[yAt + i], sum);
    }
    return sum;
  }

  /** As {@link Lanes#sum}: elements half the count apart first, neighbours last. */
  private static float sum(float[] lanes, int count) {
    for (int half = count / 2; half > 0; half /= 2) {
      for (int l = 0; l < half; l++) {
        lanes[l] += lanes[l + half];
      }
    }
    return lanes[0];
  }

  static void addScaled(float[] x, int xAt, float[] y, int yAt, float scale, int n) {
    for (int i = 0; i < n; i++) {
      x[xAt + i] = Math.fma(y[yAt + i], scale, x[xAt + i]);
    }
  }

  static void rotate(float[] x, int at, float[] rotations, int rotationsAt, int half) {
    for (int i = 0; i < half; i++) {
      float cos = rotations[rotationsAt + i];
      float sin = rotations[rotationsAt + half + i];
      float a = x[at + i];
      float b = x[at + half + i];
      x[at + i] = a * cos - b * sin;
      x[at + half + i] = b * cos + a * sin;
    }
  }

  static void swiglu(float[] out, float[] gate, float[] up, int at, int n) {
    for (int i = at; i < at + n; i++) {
      float g = gate[i];
      out[i] = g / (Lanes.exp(Math.min(-g, Lanes.INFINITE_EXPONENT)) + 1f) * up[i];
    }
  }

  /** As {@link WideAttention#scoresOfBlock}, for one query. */
  static void scoresOfBlock(
      float[] q, int query, int headDim, float[] page, int keyAt, float[] to, int at) {
    Arrays.fill(to, at, at + HostKvSegment.BLOCK, 0);
    for (int d = 0; d < headDim; d++) {
      int from = keyAt + d * HostKvSegment.BLOCK;
      addScaled(to, at, page, from, q[query + d], HostKvSegment.BLOCK);
    }
  }

  /** As {@link AttentionKernels#values}. */
  static void values(
      float[] weights,
      int weightsAt,
      int count,
      float[] page,
      int pageAt,
      int headDim,
      float[] out,
      int outAt) {
    for (int s = 0; s < count; s++) {
      addScaled(out, outAt, page, pageAt + s * headDim, weights[weightsAt + s], headDim);
    }
  }

  /** As {@link VectorAttention}'s own. */
  static void softmax(float[] scores, int at, int n, float scale) {
    int end = at + Lanes.whole(n + L - 1);
    Arrays.fill(scores, at + n, end, Float.NEGATIVE_INFINITY);
    float max = Float.NEGATIVE_INFINITY;
    for (int i = at; i < end; i++) {
      scores[i] *= scale;
      max = Math.max(max, scores[i]);
    }
    float[] sums = new float[L];
    for (int i = at; i < end; i++) {
      scores[i] = Lanes.exp(scores[i] - max);
      sums[(i - at) % L] += scores[i];
    }
    float inverse = 1 / sum(sums, L);
    for (int i = at; i < end; i++) {
      scores[i] *= inverse;
    }
  }
}
