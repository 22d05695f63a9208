package drover.kernels;

import jdk.incubator.vector.FloatVector;

/** What {@link VectorAttention} does for one query, with heads of any size. */
final class AttentionKernels {
  private static final int L = Lanes.COUNT;

  private AttentionKernels() {}

  /**
   * Adds {@code count} weighted values of a page {@code [slots, headDim]} to a result, in order.
   */
  static void values(
      float[] weights,
      int weightsAt,
      int count,
      float[] page,
      int pageAt,
      int headDim,
      float[] out,
      int outAt) {
    int d = 0;
    for (; d + 8 * L <= headDim; d += 8 * L) {
      eightVectors(weights, weightsAt, count, page, pageAt + d, headDim, out, outAt + d);
    }
    for (; d + L <= headDim; d += L) {
      oneColumn(weights, weightsAt, count, page, pageAt + d, headDim, out, outAt + d);
    }
    for (; d < headDim; d++) {
      float sum = out[outAt + d];
      for (int s = 0; s < count; s++) {
        sum = Math.fma(weights[weightsAt + s], page[pageAt + s * headDim + d], sum);
      }
      out[outAt + d] = sum;
    }
  }

  private static void eightVectors(
      float[] weights,
      int weightsAt,
      int count,
      float[] page,
      int pageAt,
      int headDim,
      float[] out,
      int outAt) {
    FloatVector s0 = FloatVector.fromArray(Lanes.F, out, outAt);
    FloatVector s1 = FloatVector.fromArray(Lanes.F, out, outAt + L);
    FloatVector s2 = FloatVector.fromArray(Lanes.F, out, outAt + 2 * L);
    FloatVector s3 = FloatVector.fromArray(Lanes.F, out, outAt + 3 * L);
    FloatVector s4 = FloatVector.fromArray(Lanes.F, out, outAt + 4 * L);
    FloatVector s5 = FloatVector.fromArray(Lanes.F, out, outAt + 5 * L);
    FloatVector s6 = FloatVector.fromArray(Lanes.F, out, outAt + 6 * L);
    FloatVector s7 = FloatVector.fromArray(Lanes.F, out, outAt + 7 * L);
    for (int s = 0; s < count; s++) {
      FloatVector w = FloatVector.broadcast(Lanes.F, weights[weightsAt + s]);
      int v = pageAt + s * headDim;
      s0 = FloatVector.fromArray(Lanes.F, page, v).fma(w, s0);
      s1 = FloatVector.fromArray(Lanes.F, page, v + L).fma(w, s1);
      s2 = FloatVector.fromArray(Lanes.F, page, v + 2 * L).fma(w, s2);
      s3 = FloatVector.fromArray(Lanes.F, page, v + 3 * L).fma(w, s3);
      s4 = FloatVector.fromArray(Lanes.F, page, v + 4 * L).fma(w, s4);
      s5 = FloatVector.fromArray(Lanes.F, page, v + 5 * L).fma(w, s5);
      s6 = FloatVector.fromArray(Lanes.F, page, v + 6 * L).fma(w, s6);
      s7 = FloatVector.fromArray(Lanes.F, page, v + 7 * L).fma(w, s7);
    }
    s0.intoArray(out, outAt);
    s1.intoArray(out, outAt + L);
    s2.intoArray(out, outAt + 2 * L);
    s3.intoArray(out, outAt + 3 * L);
    s4.intoArray(out, outAt + 4 * L);
    s5.intoArray(out, outAt + 5 * L);
    s6.intoArray(out, outAt + 6 * L);
    s7.intoArray(out, outAt + 7 * L);
  }

  private static void oneColumn(
      float[] weights,
      int weightsAt,
      int count,
      float[] page,
      int pageAt,
      int headDim,
      float[] out,
      int outAt) {
    FloatVector sum = FloatVector.fromArray(Lanes.F, out, outAt);
    for (int s = 0; s < count; s++) {
      sum =
          FloatVector.fromArray(Lanes.F, page, pageAt + s * headDim)
              .fma(FloatVector.broadcast(Lanes.F, weights[weightsAt + s]), sum);
    }
    sum.intoArray(out, outAt);
  }
}
