package drover.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The queries, keys and values of one text, and the ways in which it can reach the cache: whole, in
 * pieces, across forks, beside other texts. All of them must give the same results {@code [tokens,
 * heads * headDim]}.
 */
final class AttentionText {
  private final Device device;
  private final Inputs in;
  private final int tokens;
  private final int kvHeads;
  private final int headDim;
  private final int width;
  private final int kvWidth;
  private final float[] q;
  private final float[] k;
  private final float[] v;

  AttentionText(Device device, long seed, int tokens, int kvHeads, int group, int headDim) {
    this.device = device;
    this.in = new Inputs(seed);
    this.tokens = tokens;
    this.kvHeads = kvHeads;
    this.headDim = headDim;
    this.width = kvHeads * group * headDim;
    this.kvWidth = kvHeads * headDim;
    this.q = in.normal(tokens * width);
    this.k = in.normal(tokens * kvWidth);
    this.v = in.normal(tokens * kvWidth);
  }

  float[] atOnce() {
    try (KvCache cache = device.newKvCache(1, kvHeads, headDim)) {
      return append(cache.newSegment(tokens), tokens);
    }
  }

  float[] oneByOne() {
    try (KvCache cache = device.newKvCache(1, kvHeads, headDim)) {
      KvSegment segment = cache.newSegment(0);
      List<float[]> results = new ArrayList<>();
      for (int t = 0; t < tokens; t++) {
        results.add(append(segment, 1));
      }
      return DeviceChecks.concat(results.toArray(new float[0][]));
    }
  }

  float[] inPieces() {
    try (KvCache cache = device.newKvCache(1, kvHeads, headDim)) {
      KvSegment segment = cache.newSegment(in.between(0, 80));
      List<float[]> results = new ArrayList<>();
      while (segment.end() < tokens) {
        results.add(append(segment, in.between(1, tokens - segment.end())));
      }
      return DeviceChecks.concat(results.toArray(new float[0][]));
    }
  }

  /** Each segment of the chain also goes on after the fork, with what the fork must not see. */
  float[] acrossForks() {
    try (KvCache cache = device.newKvCache(1, kvHeads, headDim)) {
      KvSegment segment = cache.newSegment(in.between(0, 80));
      float[] results = new float[tokens * width];
      while (true) {
        int from = segment.end();
        float[] part = append(segment, in.between(1, tokens - from));
        System.arraycopy(part, 0, results, from * width, part.length);
        if (segment.end() == tokens) {
          return results;
        }
        KvSegment parent = segment;
        segment = parent.fork(in.between(0, parent.end()), in.between(0, 80));
        strangers(parent, in.between(1, 20));
      }
    }
  }

  /** In one batch with other texts, before and behind it. */
  float[] amongStrangers() {
    try (KvCache cache = device.newKvCache(1, kvHeads, headDim)) {
      int before = in.between(1, 20);
      int behind = in.between(1, 20);
      RowLayout layout =
          new RowLayout(
              List.of(
                  new RowLayout.Run(cache.newSegment(0), 0, 0, before, true),
                  new RowLayout.Run(cache.newSegment(0), 0, 0, tokens, true),
                  new RowLayout.Run(cache.newSegment(0), 0, 0, behind, true)));
      float[] results =
          attend(
              layout,
              surround(q, width, before, behind),
              surround(k, kvWidth, before, behind),
              surround(v, kvWidth, before, behind));
      return Arrays.copyOfRange(results, before * width, (before + tokens) * width);
    }
  }

  /** One row that looks at the whole text, each token of which is in a segment of its own. */
  float[] lookAfterForkingAtEveryToken() {
    try (KvCache cache = device.newKvCache(1, kvHeads, headDim)) {
      KvSegment segment = cache.newSegment(0);
      for (int t = 0; t < tokens; t++) {
        store(segment, 1);
        segment = segment.fork(t + 1, 0);
      }
      return look(segment);
    }
  }

  float[] lookAtOneSegment() {
    try (KvCache cache = device.newKvCache(1, kvHeads, headDim)) {
      KvSegment segment = cache.newSegment(tokens);
      store(segment, tokens);
      return look(segment);
    }
  }

  /** The text's next tokens, of which nobody asks anything. */
  private void store(KvSegment segment, int count) {
    int from = segment.end();
    int to = from + count;
    device.store(
        Inputs.array(device, count, kvWidth, Arrays.copyOfRange(k, from * kvWidth, to * kvWidth)),
        Inputs.array(device, count, kvWidth, Arrays.copyOfRange(v, from * kvWidth, to * kvWidth)),
        0,
        new RowLayout(List.of(new RowLayout.Run(segment, from, from, count, true))));
    segment.setEnd(to);
  }

  /** The text's first query, asked behind its end. */
  private float[] look(KvSegment segment) {
    RowLayout layout =
        new RowLayout(List.of(new RowLayout.Run(segment, segment.end(), 0, 1, false)));
    return attend(layout, Arrays.copyOf(q, width), new float[kvWidth], new float[kvWidth]);
  }

  /** Rows that look at the whole text, in one batch with its next tokens. */
  float[] lookingTogether(int lookers) {
    try (KvCache cache = device.newKvCache(1, kvHeads, headDim)) {
      KvSegment segment = cache.newSegment(0);
      append(segment, tokens);
      RowLayout layout =
          new RowLayout(
              List.of(
                  new RowLayout.Run(segment, tokens, tokens, 3, true),
                  new RowLayout.Run(segment, tokens, 0, lookers, false)));
      int rows = layout.rows();
      float[] queries = new Inputs(tokens).normal(rows * width);
      float[] results =
          attend(layout, queries, in.normal(rows * kvWidth), in.normal(rows * kvWidth));
      return Arrays.copyOfRange(results, 3 * width, rows * width);
    }
  }

  float[] lookingAlone(int lookers) {
    try (KvCache cache = device.newKvCache(1, kvHeads, headDim)) {
      KvSegment segment = cache.newSegment(0);
      append(segment, tokens);
      float[] queries = new Inputs(tokens).normal((3 + lookers) * width);
      List<float[]> results = new ArrayList<>();
      for (int r = 3; r < 3 + lookers; r++) {
        RowLayout layout = new RowLayout(List.of(new RowLayout.Run(segment, tokens, 0, 1, false)));
        results.add(
            attend(
                layout,
                Arrays.copyOfRange(queries, r * width, (r + 1) * width),
                in.normal(kvWidth),
                in.normal(kvWidth)));
      }
      return DeviceChecks.concat(results.toArray(new float[0][]));
    }
  }

  /** The text's next tokens, from the segment's end on. */
  private float[] append(KvSegment segment, int count) {
    int from = segment.end();
    RowLayout layout = new RowLayout(List.of(new RowLayout.Run(segment, from, from, count, true)));
    float[] results =
        attend(
            layout,
            Arrays.copyOfRange(q, from * width, (from + count) * width),
            Arrays.copyOfRange(k, from * kvWidth, (from + count) * kvWidth),
            Arrays.copyOfRange(v, from * kvWidth, (from + count) * kvWidth));
    segment.setEnd(from + count);
    return results;
  }

  /** Tokens of another text behind a segment's end. */
  private void strangers(KvSegment segment, int count) {
    int from = segment.end();
    RowLayout layout = new RowLayout(List.of(new RowLayout.Run(segment, from, from, count, true)));
    attend(
        layout, in.normal(count * width), in.normal(count * kvWidth), in.normal(count * kvWidth));
    segment.setEnd(from + count);
  }

  private float[] surround(float[] rows, int rowWidth, int before, int behind) {
    return DeviceChecks.concat(in.normal(before * rowWidth), rows, in.normal(behind * rowWidth));
  }

  private float[] attend(RowLayout layout, float[] queries, float[] keys, float[] values) {
    int rows = layout.rows();
    device.store(
        Inputs.array(device, rows, kvWidth, keys),
        Inputs.array(device, rows, kvWidth, values),
        0,
        layout);
    DeviceArray out = device.allocate(rows, width);
    float scale = (float) (1 / Math.sqrt(headDim));
    device.attention(out, Inputs.array(device, rows, width, queries), 0, layout, scale);
    return Inputs.contents(device, out);
  }
}
