package drover.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A small transformer of random shape that uses every operation once or more: what stands for "all
 * results" where bits are compared.
 */
final class DeviceProgram {
  private final Device device;
  private final Inputs in;
  private final int hidden;
  private final int heads;
  private final int kvHeads;
  private final int headDim;
  private final int inner;
  private final DType type;
  private final List<float[]> results = new ArrayList<>();

  private DeviceProgram(Device device, long seed) {
    this.device = device;
    this.in = new Inputs(seed);
    this.kvHeads = in.between(1, 3);
    this.heads = kvHeads * in.between(1, 4);
    this.headDim = 2 * in.between(1, 20);
    this.hidden = in.between(1, 70);
    this.inner = in.between(1, 90);
    this.type = in.dtype();
  }

  /** All results, end to end; the same for the same seed. */
  static float[] run(Device device, long seed) {
    return new DeviceProgram(device, seed).run();
  }

  /** A number that differs where a bit of the results of the first {@code programs} seeds does. */
  static int hash(Device device, int programs) {
    int hash = 1;
    for (int seed = 0; seed < programs; seed++) {
      hash = 31 * hash + Arrays.hashCode(run(device, seed));
    }
    return hash;
  }

  /** Prints {@link #hash}: device, threads and number of programs are the arguments. */
  public static void main(String[] args) {
    try (Device device = WarmDevices.open(args[0], Integer.parseInt(args[1]))) {
      System.out.println("hash " + hash(device, Integer.parseInt(args[2])));
    }
  }

  private float[] run() {
    try (KvCache cache = device.newKvCache(1, kvHeads, headDim)) {
      KvSegment root = cache.newSegment(1);
      int first = in.between(1, 45);
      forward(new RowLayout(List.of(new RowLayout.Run(root, 0, 0, first, true))));
      root.setEnd(first);
      KvSegment fork = root.fork(in.between(0, first), 1);
      forward(
          new RowLayout(
              List.of(
                  new RowLayout.Run(root, first, first, 1, true),
                  new RowLayout.Run(fork, fork.end(), fork.end(), in.between(1, 9), true),
                  new RowLayout.Run(root, first, 0, 2, false))));
    }
    return DeviceChecks.concat(results.toArray(new float[0][]));
  }

  private void forward(RowLayout layout) {
    int rows = layout.rows();
    Weight table = weight(29, hidden);
    DeviceArray x = device.allocate(rows, hidden);
    device.embed(x, table, in.indices(rows, 29));
    DeviceArray normed = device.allocate(rows, hidden);
    device.rmsNorm(normed, x, weight(1, hidden), 1e-5f);
    device.add(x, linear(attention(normed, layout), hidden));
    device.rmsNorm(normed, x, weight(1, hidden), 1e-6f);
    device.add(x, mlp(normed));
    steer(x);
    DeviceArray last = device.allocate(2, hidden);
    device.gather(last, x, new int[] {rows - 1, 0});
    DeviceArray logits = device.allocate(2, 29);
    device.linear(logits, last, table, null);
    results.add(Inputs.contents(device, logits));
    int[] best = device.argmax(logits);
    results.add(new float[] {best[0], best[1]});
  }

  private DeviceArray mlp(DeviceArray x) {
    Device.Product gate = product(x.rows(), hidden, inner);
    Device.Product up = product(x.rows(), hidden, inner);
    Device.Product down = product(x.rows(), inner, hidden);
    device.mlp(x, gate, up, down);
    DeviceArray gated = linear(x, hidden);
    device.swiglu(gated, gated, down.out());
    return gated;
  }

  private DeviceArray attention(DeviceArray x, RowLayout layout) {
    DeviceArray q = linear(x, heads * headDim);
    DeviceArray k = linear(x, kvHeads * headDim);
    DeviceArray v = linear(x, kvHeads * headDim);
    DeviceArray rotations = device.allocate(x.rows(), headDim);
    device.rotations(rotations, layout.positions(), in.uniform(headDim / 2, 0, 1));
    device.rope(q, rotations, headDim);
    device.rope(k, rotations, headDim);
    device.store(k, v, 0, layout);
    DeviceArray z = device.allocate(x.rows(), heads * headDim);
    device.attention(z, q, 0, layout, (float) (1 / Math.sqrt(headDim)));
    return z;
  }

  private void steer(DeviceArray x) {
    DeviceArray vector = Inputs.array(device, 1, hidden, in.normal(hidden));
    results.add(device.dot(x, vector));
    results.add(device.norms(x));
    device.addScaled(x, vector, in.uniform(x.rows(), -1, 1));
    DeviceArray mean = device.allocate(1, hidden);
    device.means(mean, x, new int[] {0, x.rows()});
    results.add(Inputs.contents(device, mean));
    results.add(Inputs.contents(device, x));
  }

  private DeviceArray linear(DeviceArray x, int outputs) {
    Device.Product product = product(x.rows(), x.width(), outputs);
    device.linear(product.out(), x, product.weight(), product.bias());
    return product.out();
  }

  private Device.Product product(int rows, int inputs, int outputs) {
    DeviceArray out = device.allocate(rows, outputs);
    Weight bias = in.between(0, 1) == 0 ? null : weight(1, outputs);
    return new Device.Product(out, weight(outputs, inputs), bias);
  }

  private Weight weight(int rows, int columns) {
    return in.weight(device, type, rows, columns, in.uniform(rows * columns, -1, 1));
  }
}
