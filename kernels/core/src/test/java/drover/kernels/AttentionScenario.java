package drover.kernels;

import java.util.ArrayList;
import java.util.List;

/**
 * A prompt, a fork of it at an arbitrary slot, a stranger, and rows that only look, in packed
 * batches, on two layers.
 */
final class AttentionScenario {
  /** No element of a value, and so none of a result, is larger. */
  static final float LARGEST_VALUE = 1;

  /** Large enough for a softmax that picks out single slots. */
  static final float LARGEST_QUERY = 20;

  private final Device device;
  private final Inputs in;
  private final int heads;
  private final KvCache cache;
  private final List<float[]> results = new ArrayList<>();

  private AttentionScenario(Device device, Inputs in, int heads, KvCache cache) {
    this.device = device;
    this.in = in;
    this.heads = heads;
    this.cache = cache;
  }

  /** All results, end to end. */
  static float[] run(
      Device device, long seed, int heads, int kvHeads, int headDim, int first, int second) {
    Inputs in = new Inputs(seed);
    try (KvCache cache = device.newKvCache(2, kvHeads, headDim)) {
      AttentionScenario scenario = new AttentionScenario(device, in, heads, cache);
      KvSegment root = cache.newSegment(in.between(1, 100));
      scenario.pass(new RowLayout.Run(root, 0, 0, first, true));
      KvSegment fork = root.fork(in.between(0, first), in.between(1, 100));
      KvSegment stranger = cache.newSegment(1);
      scenario.pass(
          new RowLayout.Run(fork, fork.end(), fork.end(), second, true),
          new RowLayout.Run(root, first, first, 1, true),
          new RowLayout.Run(stranger, 0, 0, 3, true));
      KvSegment forkOfFork = fork.fork(in.between(1, fork.end()), 1);
      scenario.pass(
          new RowLayout.Run(fork, fork.end(), 7, 2, false),
          new RowLayout.Run(forkOfFork, forkOfFork.end(), 9, 2, true),
          new RowLayout.Run(stranger, 2, 2, 1, false));
      return DeviceChecks.concat(scenario.results.toArray(new float[0][]));
    }
  }

  private void pass(RowLayout.Run... runs) {
    RowLayout layout = new RowLayout(List.of(runs));
    int kvWidth = cache.kvHeads() * cache.headDim();
    int width = heads * cache.headDim();
    float scale = (float) (1 / Math.sqrt(cache.headDim()));
    for (int layer = 0; layer < cache.layers(); layer++) {
      DeviceArray k = array(layout.rows(), kvWidth, 1);
      DeviceArray v = array(layout.rows(), kvWidth, LARGEST_VALUE);
      DeviceArray q = array(layout.rows(), width, layer == 0 ? 2 : LARGEST_QUERY);
      DeviceArray out = device.allocate(layout.rows(), width);
      device.store(k, v, layer, layout);
      device.attention(out, q, layer, layout, scale);
      results.add(Inputs.contents(device, out));
    }
    for (RowLayout.Run run : runs) {
      if (run.stored()) {
        run.segment().setEnd(run.slot() + run.rows());
      }
    }
  }

  private DeviceArray array(int rows, int width, float largest) {
    return Inputs.array(device, rows, width, in.uniform(rows * width, -largest, largest));
  }
}
