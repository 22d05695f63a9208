package drover.bench.jmh;

import drover.bench.Shape;
import drover.engine.ModelConfig;
import drover.kernels.DType;
import drover.kernels.Device;
import drover.kernels.DeviceArray;
import drover.kernels.KvCache;
import drover.kernels.KvSegment;
import drover.kernels.RowLayout;
import drover.kernels.Weight;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * Every operation on several shapes, numbers of rows and types in turn: what a JVM has seen that
 * has run several models. A benchmark of one shape alone would show code that is compiled for that
 * shape.
 */
final class Mixture {
  private static final int ROUNDS = 40;
  private static final int[] ROWS = {1, 3, 8, 37};
  private static final int[][] SHAPES = {{576, 1536}, {2048, 512}, {192, 576}, {1536, 576}};

  private Mixture() {}

  /** Runs it for some seconds. */
  static void run(Device device) {
    ModelConfig config = Shape.SMOLLM2_135M.config();
    try (Arena arena = Arena.ofShared();
        KvCache cache = device.newKvCache(1, config.kvHeads(), config.headDim())) {
      Weight[][] weights = new Weight[SHAPES.length][];
      for (int shape = 0; shape < SHAPES.length; shape++) {
        weights[shape] = new Weight[DType.values().length];
        for (DType type : DType.values()) {
          weights[shape][type.ordinal()] =
              RandomWeights.weight(device, arena, type, SHAPES[shape][1], SHAPES[shape][0]);
        }
      }
      for (int round = 0; round < ROUNDS; round++) {
        for (int rows : ROWS) {
          linears(device, weights, rows);
          others(device, arena, config, rows);
          attention(device, cache, config, rows, round);
        }
      }
    }
  }

  private static void linears(Device device, Weight[][] weights, int rows) {
    for (Weight[] types : weights) {
      for (Weight weight : types) {
        try (DeviceArray x = RandomWeights.array(device, rows, weight.columns());
            DeviceArray out = device.allocate(rows, weight.rows())) {
          device.linear(out, x, weight, null);
        }
      }
    }
  }

  private static void others(Device device, Arena arena, ModelConfig config, int rows) {
    int width = config.hiddenSize();
    Weight gain = RandomWeights.weight(device, arena, DType.BF16, 1, width);
    Weight table = RandomWeights.weight(device, arena, DType.BF16, 64, width);
    try (DeviceArray x = RandomWeights.array(device, rows, width);
        DeviceArray out = device.allocate(rows, width);
        DeviceArray vector = RandomWeights.array(device, 1, width);
        DeviceArray rotations = device.allocate(rows, config.headDim())) {
      device.embed(out, table, new int[rows]);
      device.rmsNorm(out, x, gain, 1e-5f);
      device.rotations(rotations, new int[rows], new float[config.headDim() / 2]);
      device.rope(x, rotations, config.headDim());
      device.swiglu(out, out, x);
      device.add(out, x);
      device.addScaled(out, vector, new float[rows]);
      device.dot(out, vector);
      device.norms(out);
      device.argmax(out);
    }
  }

  private static void attention(
      Device device, KvCache cache, ModelConfig config, int rows, int past) {
    try (KvSegment segment = cache.newSegment(past + rows);
        DeviceArray q = RandomWeights.array(device, rows, config.queryWidth());
        DeviceArray z = device.allocate(rows, config.queryWidth())) {
      fill(device, segment, config, past);
      attend(device, segment, config, past, rows, q, z);
    }
  }

  /** Fills the first slots of a segment in its only layer. */
  static void fill(Device device, KvSegment segment, ModelConfig config, int slots) {
    if (slots == 0) {
      return;
    }
    RowLayout layout = new RowLayout(List.of(new RowLayout.Run(segment, 0, 0, slots, true)));
    try (DeviceArray k = RandomWeights.array(device, slots, config.kvWidth())) {
      device.store(k, k, 0, layout);
    }
    segment.setEnd(slots);
  }

  /** Stores some rows behind a past and lets them attend. */
  static void attend(
      Device device,
      KvSegment segment,
      ModelConfig config,
      int past,
      int rows,
      DeviceArray q,
      DeviceArray z) {
    RowLayout layout = new RowLayout(List.of(new RowLayout.Run(segment, past, past, rows, true)));
    try (DeviceArray k = RandomWeights.array(device, rows, config.kvWidth())) {
      device.store(k, k, 0, layout);
    }
    device.attention(z, q, 0, layout, 0.125f);
  }
}
