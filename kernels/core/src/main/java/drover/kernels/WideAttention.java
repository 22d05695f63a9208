package drover.kernels;

import jdk.incubator.vector.FloatVector;

/**
 * The inner loops of {@link VectorAttention} for six queries at a time, for CPUs with vectors of
 * 512 bits, which have 32 of them.
 */
final class WideAttention {
  /** Vectors of slots, or of head elements, that a call takes. */
  static final int VECTORS = 4;

  private static final int L = Lanes.COUNT;
  private static final int BLOCK = HostKvSegment.BLOCK;

  private WideAttention() {}

  /**
   * Dot products of six queries with the keys of 4 blocks of slots, each over the head's elements
   * in order.
   *
   * @param queries where queries begin, the first of the six at {@code i}
   * @param keyAt the first slot's first element in blocks {@code [headDim, BLOCK]}
   * @param rows where the queries' scores begin
   * @param slot which of them is the first
   */
  static void scores(
      float[] q,
      int[] queries,
      int i,
      int headDim,
      float[] page,
      int keyAt,
      float[] scores,
      int[] rows,
      int slot) {
    int q0 = queries[i];
    int q1 = queries[i + 1];
    int q2 = queries[i + 2];
    int q3 = queries[i + 3];
    int q4 = queries[i + 4];
    int q5 = queries[i + 5];
    FloatVector s00 = FloatVector.zero(Lanes.F);
    FloatVector s01 = s00;
    FloatVector s02 = s00;
    FloatVector s03 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s12 = s00;
    FloatVector s13 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s22 = s00;
    FloatVector s23 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    FloatVector s32 = s00;
    FloatVector s33 = s00;
    FloatVector s40 = s00;
    FloatVector s41 = s00;
    FloatVector s42 = s00;
    FloatVector s43 = s00;
    FloatVector s50 = s00;
    FloatVector s51 = s00;
    FloatVector s52 = s00;
    FloatVector s53 = s00;
    int step = headDim * BLOCK;
    for (int d = 0; d < headDim; d++) {
      int k = keyAt + d * BLOCK;
      FloatVector k0 = FloatVector.fromArray(Lanes.F, page, k);
      FloatVector k1 = FloatVector.fromArray(Lanes.F, page, k + step);
      FloatVector k2 = FloatVector.fromArray(Lanes.F, page, k + 2 * step);
      FloatVector k3 = FloatVector.fromArray(Lanes.F, page, k + 3 * step);
      FloatVector x0 = FloatVector.broadcast(Lanes.F, q[q0 + d]);
      s00 = x0.fma(k0, s00);
      s01 = x0.fma(k1, s01);
      s02 = x0.fma(k2, s02);
      s03 = x0.fma(k3, s03);
      FloatVector x1 = FloatVector.broadcast(Lanes.F, q[q1 + d]);
      s10 = x1.fma(k0, s10);
      s11 = x1.fma(k1, s11);
      s12 = x1.fma(k2, s12);
      s13 = x1.fma(k3, s13);
      FloatVector x2 = FloatVector.broadcast(Lanes.F, q[q2 + d]);
      s20 = x2.fma(k0, s20);
      s21 = x2.fma(k1, s21);
      s22 = x2.fma(k2, s22);
      s23 = x2.fma(k3, s23);
      FloatVector x3 = FloatVector.broadcast(Lanes.F, q[q3 + d]);
      s30 = x3.fma(k0, s30);
      s31 = x3.fma(k1, s31);
      s32 = x3.fma(k2, s32);
      s33 = x3.fma(k3, s33);
      FloatVector x4 = FloatVector.broadcast(Lanes.F, q[q4 + d]);
      s40 = x4.fma(k0, s40);
      s41 = x4.fma(k1, s41);
      s42 = x4.fma(k2, s42);
      s43 = x4.fma(k3, s43);
      FloatVector x5 = FloatVector.broadcast(Lanes.F, q[q5 + d]);
      s50 = x5.fma(k0, s50);
      s51 = x5.fma(k1, s51);
      s52 = x5.fma(k2, s52);
      s53 = x5.fma(k3, s53);
    }
    int at0 = rows[i] + slot;
    s00.intoArray(scores, at0);
    s01.intoArray(scores, at0 + L);
    s02.intoArray(scores, at0 + 2 * L);
    s03.intoArray(scores, at0 + 3 * L);
    int at1 = rows[i + 1] + slot;
    s10.intoArray(scores, at1);
    s11.intoArray(scores, at1 + L);
    s12.intoArray(scores, at1 + 2 * L);
    s13.intoArray(scores, at1 + 3 * L);
    int at2 = rows[i + 2] + slot;
    s20.intoArray(scores, at2);
    s21.intoArray(scores, at2 + L);
    s22.intoArray(scores, at2 + 2 * L);
    s23.intoArray(scores, at2 + 3 * L);
    int at3 = rows[i + 3] + slot;
    s30.intoArray(scores, at3);
    s31.intoArray(scores, at3 + L);
    s32.intoArray(scores, at3 + 2 * L);
    s33.intoArray(scores, at3 + 3 * L);
    int at4 = rows[i + 4] + slot;
    s40.intoArray(scores, at4);
    s41.intoArray(scores, at4 + L);
    s42.intoArray(scores, at4 + 2 * L);
    s43.intoArray(scores, at4 + 3 * L);
    int at5 = rows[i + 5] + slot;
    s50.intoArray(scores, at5);
    s51.intoArray(scores, at5 + L);
    s52.intoArray(scores, at5 + 2 * L);
    s53.intoArray(scores, at5 + 3 * L);
  }

  /** The same with the keys of one block. */
  static void scoresOfBlock(
      float[] q,
      int[] queries,
      int i,
      int headDim,
      float[] page,
      int keyAt,
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
      FloatVector k = FloatVector.fromArray(Lanes.F, page, keyAt + d * BLOCK);
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
   * Adds {@code count} weighted values to six results, 4 vectors of a head's elements. A result
   * that is named twice is computed twice and written once.
   *
   * @param rows where weights begin, the first of the six at {@code i}
   * @param slot which of them is the first
   * @param valueAt where the first slot's elements begin in a page {@code [slots, headDim]}
   * @param results where the results begin
   * @param element which of the head's elements is the first
   */
  static void values(
      float[] weights,
      int[] rows,
      int i,
      int slot,
      int count,
      float[] page,
      int valueAt,
      int headDim,
      float[] out,
      int[] results,
      int element) {
    int at0 = rows[i] + slot;
    int o0 = results[i] + element;
    int at1 = rows[i + 1] + slot;
    int o1 = results[i + 1] + element;
    int at2 = rows[i + 2] + slot;
    int o2 = results[i + 2] + element;
    int at3 = rows[i + 3] + slot;
    int o3 = results[i + 3] + element;
    int at4 = rows[i + 4] + slot;
    int o4 = results[i + 4] + element;
    int at5 = rows[i + 5] + slot;
    int o5 = results[i + 5] + element;
    FloatVector s00 = FloatVector.fromArray(Lanes.F, out, o0);
    FloatVector s01 = FloatVector.fromArray(Lanes.F, out, o0 + L);
    FloatVector s02 = FloatVector.fromArray(Lanes.F, out, o0 + 2 * L);
    FloatVector s03 = FloatVector.fromArray(Lanes.F, out, o0 + 3 * L);
    FloatVector s10 = FloatVector.fromArray(Lanes.F, out, o1);
    FloatVector s11 = FloatVector.fromArray(Lanes.F, out, o1 + L);
    FloatVector s12 = FloatVector.fromArray(Lanes.F, out, o1 + 2 * L);
    FloatVector s13 = FloatVector.fromArray(Lanes.F, out, o1 + 3 * L);
    FloatVector s20 = FloatVector.fromArray(Lanes.F, out, o2);
    FloatVector s21 = FloatVector.fromArray(Lanes.F, out, o2 + L);
    FloatVector s22 = FloatVector.fromArray(Lanes.F, out, o2 + 2 * L);
    FloatVector s23 = FloatVector.fromArray(Lanes.F, out, o2 + 3 * L);
    FloatVector s30 = FloatVector.fromArray(Lanes.F, out, o3);
    FloatVector s31 = FloatVector.fromArray(Lanes.F, out, o3 + L);
    FloatVector s32 = FloatVector.fromArray(Lanes.F, out, o3 + 2 * L);
    FloatVector s33 = FloatVector.fromArray(Lanes.F, out, o3 + 3 * L);
    FloatVector s40 = FloatVector.fromArray(Lanes.F, out, o4);
    FloatVector s41 = FloatVector.fromArray(Lanes.F, out, o4 + L);
    FloatVector s42 = FloatVector.fromArray(Lanes.F, out, o4 + 2 * L);
    FloatVector s43 = FloatVector.fromArray(Lanes.F, out, o4 + 3 * L);
    FloatVector s50 = FloatVector.fromArray(Lanes.F, out, o5);
    FloatVector s51 = FloatVector.fromArray(Lanes.F, out, o5 + L);
    FloatVector s52 = FloatVector.fromArray(Lanes.F, out, o5 + 2 * L);
    FloatVector s53 = FloatVector.fromArray(Lanes.F, out, o5 + 3 * L);
    for (int s = 0; s < count; s++) {
      int v = valueAt + element + s * headDim;
      FloatVector v0 = FloatVector.fromArray(Lanes.F, page, v);
      FloatVector v1 = FloatVector.fromArray(Lanes.F, page, v + L);
      FloatVector v2 = FloatVector.fromArray(Lanes.F, page, v + 2 * L);
      FloatVector v3 = FloatVector.fromArray(Lanes.F, page, v + 3 * L);
      FloatVector w0 = FloatVector.broadcast(Lanes.F, weights[at0 + s]);
      s00 = v0.fma(w0, s00);
      s01 = v1.fma(w0, s01);
      s02 = v2.fma(w0, s02);
      s03 = v3.fma(w0, s03);
      FloatVector w1 = FloatVector.broadcast(Lanes.F, weights[at1 + s]);
      s10 = v0.fma(w1, s10);
      s11 = v1.fma(w1, s11);
      s12 = v2.fma(w1, s12);
      s13 = v3.fma(w1, s13);
      FloatVector w2 = FloatVector.broadcast(Lanes.F, weights[at2 + s]);
      s20 = v0.fma(w2, s20);
      s21 = v1.fma(w2, s21);
      s22 = v2.fma(w2, s22);
      s23 = v3.fma(w2, s23);
      FloatVector w3 = FloatVector.broadcast(Lanes.F, weights[at3 + s]);
      s30 = v0.fma(w3, s30);
      s31 = v1.fma(w3, s31);
      s32 = v2.fma(w3, s32);
      s33 = v3.fma(w3, s33);
      FloatVector w4 = FloatVector.broadcast(Lanes.F, weights[at4 + s]);
      s40 = v0.fma(w4, s40);
      s41 = v1.fma(w4, s41);
      s42 = v2.fma(w4, s42);
      s43 = v3.fma(w4, s43);
      FloatVector w5 = FloatVector.broadcast(Lanes.F, weights[at5 + s]);
      s50 = v0.fma(w5, s50);
      s51 = v1.fma(w5, s51);
      s52 = v2.fma(w5, s52);
      s53 = v3.fma(w5, s53);
    }
    s00.intoArray(out, o0);
    s01.intoArray(out, o0 + L);
    s02.intoArray(out, o0 + 2 * L);
    s03.intoArray(out, o0 + 3 * L);
    s10.intoArray(out, o1);
    s11.intoArray(out, o1 + L);
    s12.intoArray(out, o1 + 2 * L);
    s13.intoArray(out, o1 + 3 * L);
    s20.intoArray(out, o2);
    s21.intoArray(out, o2 + L);
    s22.intoArray(out, o2 + 2 * L);
    s23.intoArray(out, o2 + 3 * L);
    s30.intoArray(out, o3);
    s31.intoArray(out, o3 + L);
    s32.intoArray(out, o3 + 2 * L);
    s33.intoArray(out, o3 + 3 * L);
    s40.intoArray(out, o4);
    s41.intoArray(out, o4 + L);
    s42.intoArray(out, o4 + 2 * L);
    s43.intoArray(out, o4 + 3 * L);
    s50.intoArray(out, o5);
    s51.intoArray(out, o5 + L);
    s52.intoArray(out, o5 + 2 * L);
    s53.intoArray(out, o5 + 3 * L);
  }
}
