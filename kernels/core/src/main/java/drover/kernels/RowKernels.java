package drover.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.GT;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Operations on one row. Sums over lanes follow {@link Lanes#sum}; tails are added last. */
final class RowKernels {
  private RowKernels() {}

  static void rmsNorm(float[] out, float[] x, int at, float[] gain, float epsilon) {
    int width = gain.length;
    float scale = (float) (1 / Math.sqrt(dot(x, at, x, at, width) / width + epsilon));
    int whole = Lanes.whole(width);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, x, at + i)
          .mul(scale)
          .mul(FloatVector.fromArray(Lanes.F, gain, i))
          .intoArray(out, at + i);
    }
    for (int i = whole; i < width; i++) {
      out[at + i] = x[at + i] * scale * gain[i];
    }
  }

  static float dot(float[] x, int xAt, float[] y, int yAt, int n) {
    FloatVector s0 = FloatVector.zero(Lanes.F);
    FloatVector s1 = s0;
    int i = 0;
    for (; i + 2 * Lanes.COUNT <= n; i += 2 * Lanes.COUNT) {
      s0 =
          FloatVector.fromArray(Lanes.F, x, xAt + i)
              .fma(FloatVector.fromArray(Lanes.F, y, yAt + i), s0);
      s1 =
          FloatVector.fromArray(Lanes.F, x, xAt + i + Lanes.COUNT)
              .fma(FloatVector.fromArray(Lanes.F, y, yAt + i + Lanes.COUNT), s1);
    }
    float sum = Lanes.sum(s0.add(s1));
    for (; i < n; i++) {
      sum = Math.fma(x[xAt + i], y[yAt + i], sum);
    }
    return sum;
  }

  /** {@code x += scale * y}. */
  static void addScaled(float[] x, int xAt, float[] y, int yAt, float scale, int n) {
    FloatVector s = FloatVector.broadcast(Lanes.F, scale);
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, y, yAt + i)
          .fma(s, FloatVector.fromArray(Lanes.F, x, xAt + i))
          .intoArray(x, xAt + i);
    }
    for (int i = whole; i < n; i++) {
      x[xAt + i] = Math.fma(y[yAt + i], scale, x[xAt + i]);
    }
  }

  static void divide(float[] x, int at, float divisor, int n) {
    for (int i = at; i < at + n; i++) {
      x[i] /= divisor;
    }
  }

  /** One head: {@code half} elements of its first half with their partners in the second. */
  static void rotate(float[] x, int at, float[] rotations, int rotationsAt, int half) {
    int whole = Lanes.whole(half);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector cos = FloatVector.fromArray(Lanes.F, rotations, rotationsAt + i);
      FloatVector sin = FloatVector.fromArray(Lanes.F, rotations, rotationsAt + half + i);
      FloatVector a = FloatVector.fromArray(Lanes.F, x, at + i);
      FloatVector b = FloatVector.fromArray(Lanes.F, x, at + half + i);
      a.mul(cos).sub(b.mul(sin)).intoArray(x, at + i);
      b.mul(cos).add(a.mul(sin)).intoArray(x, at + half + i);
    }
    for (int i = whole; i < half; i++) {
      float cos = rotations[rotationsAt + i];
      float sin = rotations[rotationsAt + half + i];
      float a = x[at + i];
      float b = x[at + half + i];
      x[at + i] = a * cos - b * sin;
      x[at + half + i] = b * cos + a * sin;
    }
  }

  static void swiglu(float[] out, float[] gate, float[] up, int at, int n) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      swigluVector(
              FloatVector.fromArray(Lanes.F, gate, at + i),
              FloatVector.fromArray(Lanes.F, up, at + i))
          .intoArray(out, at + i);
    }
    if (whole < n) {
      var tail = Lanes.first(n - whole);
      swigluVector(
              FloatVector.fromArray(Lanes.F, gate, at + whole, tail),
              FloatVector.fromArray(Lanes.F, up, at + whole, tail))
          .intoArray(out, at + whole, tail);
    }
  }

  /**
   * SwiGLU of the first {@code n} of a vector's elements of some rows, zeros behind them.
   *
   * @param gate {@code [rows, lanes]} from {@code at} on
   * @param up the same
   * @param first the first of {@code rows} vectors of {@code out}
   */
  static void swiglu(float[] gate, float[] up, int at, int rows, int n, Operands out, long first) {
    MemorySegment to = out.segment();
    long toAt = out.at(first, rows);
    VectorMask<Float> some = Lanes.first(n);
    for (int r = 0; r < rows; r++) {
      int from = at + r * Lanes.COUNT;
      swigluVector(
              FloatVector.fromArray(Lanes.F, gate, from, some),
              FloatVector.fromArray(Lanes.F, up, from, some))
          .intoMemorySegment(to, toAt + r * DotTile.BYTES, LITTLE_ENDIAN);
    }
  }

  /**
   * Turns the first {@code n} scores into weights that sum to one, and the rest of the last vector
   * into zeros.
   *
   * <p>{@link Lanes#largest} and {@link Lanes#sum} are written out: what is called but once a row
   * the JIT may not inline, and then a vector goes by way of an object.
   */
  static void softmax(float[] scores, int at, int n, float scale) {
    int end = at + Lanes.whole(n + Lanes.COUNT - 1);
    Arrays.fill(scores, at + n, end, Float.NEGATIVE_INFINITY);
    FloatVector largest = FloatVector.broadcast(Lanes.F, Float.NEGATIVE_INFINITY);
    for (int i = at; i < end; i += Lanes.COUNT) {
      FloatVector s = FloatVector.fromArray(Lanes.F, scores, i).mul(scale);
      s.intoArray(scores, i);
      largest = largest.blend(s, s.compare(GT, largest));
    }
    FloatVector other = largest.rearrange(Lanes.SWAP_HALVES);
    largest = largest.blend(other, other.compare(GT, largest));
    other = largest.rearrange(Lanes.SWAP_QUARTERS);
    largest = largest.blend(other, other.compare(GT, largest));
    other = largest.rearrange(Lanes.SWAP_EIGHTHS);
    largest = largest.blend(other, other.compare(GT, largest));
    other = largest.rearrange(Lanes.SWAP_SIXTEENTHS);
    largest = largest.blend(other, other.compare(GT, largest));
    // A NaN is passed over here, and makes the sum NaN.
    FloatVector max = FloatVector.broadcast(Lanes.F, largest.lane(0));
    FloatVector sums = FloatVector.zero(Lanes.F);
    for (int i = at; i < end; i += Lanes.COUNT) {
      FloatVector e = Lanes.exp(FloatVector.fromArray(Lanes.F, scores, i).sub(max));
      e.intoArray(scores, i);
      sums = sums.add(e);
    }
    sums = sums.add(sums.rearrange(Lanes.SWAP_HALVES));
    sums = sums.add(sums.rearrange(Lanes.SWAP_QUARTERS));
    if (Lanes.COUNT >= 8) {
      sums = sums.add(sums.rearrange(Lanes.SWAP_EIGHTHS));
    }
    if (Lanes.COUNT >= 16) {
      sums = sums.add(sums.rearrange(Lanes.SWAP_SIXTEENTHS));
    }
    float inverse = 1 / sums.lane(0);
    for (int i = at; i < end; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, scores, i).mul(inverse).intoArray(scores, i);
    }
  }

  /** As {@link Device#argmax}, of one row. */
  static int argmax(float[] x, int at, int n) {
    FloatVector largest = FloatVector.broadcast(Lanes.F, Float.NEGATIVE_INFINITY);
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      largest = Lanes.larger(largest, FloatVector.fromArray(Lanes.F, x, at + i));
    }
    float max = Lanes.largest(largest);
    for (int i = whole; i < n; i++) {
      max = x[at + i] > max ? x[at + i] : max;
    }
    return max == Float.NEGATIVE_INFINITY ? 0 : indexOf(max, x, at, n);
  }

  /** The first column of a row that has a value, which is there. */
  private static int indexOf(float value, float[] x, int at, int n) {
    int i = 0;
    while (i < Lanes.whole(n)
        && !FloatVector.fromArray(Lanes.F, x, at + i)
            .compare(VectorOperators.EQ, value)
            .anyTrue()) {
      i += Lanes.COUNT;
    }
    while (x[at + i] != value) {
      i++;
    }
    return i;
  }

  private static FloatVector swigluVector(FloatVector gate, FloatVector up) {
    FloatVector x = gate.neg();
    x = x.blend(Lanes.INFINITE_EXPONENT, x.compare(VectorOperators.GT, Lanes.INFINITE_EXPONENT));
    return gate.div(Lanes.exp(x).add(1f)).mul(up);
  }
}
