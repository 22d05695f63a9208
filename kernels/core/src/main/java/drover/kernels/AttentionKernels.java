package drover.kernels;

import jdk.incubator.vector.FloatVector;

/** The inner loops of {@link VectorAttention} of pages and heads of any size. */
final class AttentionKernels {
  private static final int L = Lanes.COUNT;

  private AttentionKernels() {}

  /**
   * Dot products of a query with every key of a page {@code [headDim, slots]}: each over the head's
   * elements in order.
   */
  static void scores(
      float[] q,
      int query,
      int headDim,
      float[] page,
      int pageAt,
      int slots,
      float[] scores,
      int at) {
    for (int s = 0; s < slots; s += L) {
      oneVector(q, query, headDim, page, pageAt + s, slots, scores, at + s);
    }
  }

  private static void oneVector(
      float[] q,
      int query,
      int headDim,
      float[] page,
      int pageAt,
      int slots,
      float[] scores,
      int at) {
    FloatVector sum = FloatVector.zero(Lanes.F);
    for (int d = 0; d < headDim; d++) {
      FloatVector k = FloatVector.fromArray(Lanes.F, page, pageAt + d * slots);
      sum = FloatVector.broadcast(Lanes.F, q[query + d]).fma(k, sum);
    }
    sum.intoArray(scores, at);
  }

  /**
   * The same for six queries at a time, so that one sum need not wait for another.
   *
   * @param queries where queries begin, the first of the six at {@code i}
   * @param rows where the queries' scores begin
   * @param slot which of them is the page's first
   */
  static void scoresOfSix(
      float[] q,
      int[] queries,
      int i,
      int headDim,
      float[] page,
      int pageAt,
      int slots,
      float[] scores,
      int[] rows,
      int slot) {
    for (int s = 0; s < slots; s += L) {
      oneVectorOfSix(q, queries, i, headDim, page, pageAt + s, slots, scores, rows, slot + s);
    }
  }

  private static void oneVectorOfSix(
      float[] q,
      int[] queries,
      int i,
      int headDim,
      float[] page,
      int pageAt,
      int slots,
      float[] scores,
      int[] rows,
      int slot) {
    int q0 = queries[i];
    int q1 = queries[i + 1];
    int q2 = queries[i + 2];
    int q3 = queries[i + 3];
    int q4 = queries[i + 4];
    int q5 = queries[i + 5];
    FloatVector s0 = FloatVector.zero(Lanes.F);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    for (int d = 0; d < headDim; d++) {
      FloatVector k = FloatVector.fromArray(Lanes.F, page, pageAt + d * slots);
      s0 = FloatVector.broadcast(Lanes.F, q[q0 + d]).fma(k, s0);
      s1 = FloatVector.broadcast(Lanes.F, q[q1 + d]).fma(k, s1);
      s2 = FloatVector.broadcast(Lanes.F, q[q2 + d]).fma(k, s2);
      s3 = FloatVector.broadcast(Lanes.F, q[q3 + d]).fma(k, s3);
      s4 = FloatVector.broadcast(Lanes.F, q[q4 + d]).fma(k, s4);
      s5 = FloatVector.broadcast(Lanes.F, q[q5 + d]).fma(k, s5);
    }
    s0.intoArray(scores, rows[i] + slot);
    s1.intoArray(scores, rows[i + 1] + slot);
    s2.intoArray(scores, rows[i + 2] + slot);
    s3.intoArray(scores, rows[i + 3] + slot);
    s4.intoArray(scores, rows[i + 4] + slot);
    s5.intoArray(scores, rows[i + 5] + slot);
  }

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
