package drover.bench;

import drover.kernels.DType;
import drover.kernels.Device;
import drover.kernels.DeviceArray;
import drover.kernels.KvCache;
import drover.kernels.RowLayout;
import drover.kernels.Weight;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A device that adds up how long each operation takes, a linear layer by its shape. That tells
 * something only where operations run as they are called. For one thread that runs passes.
 */
final class TimedDevice implements Device {
  private final Device device;
  private final Map<String, Long> nanos = new LinkedHashMap<>();
  private final Map<List<Weight>, String> names = new HashMap<>();

  TimedDevice(Device device) {
    this.device = device;
  }

  /** Forgets what was added up. */
  void reset() {
    nanos.clear();
  }

  /** Seconds by operation. */
  Map<String, Double> seconds() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    nanos.forEach((name, sum) -> seconds.put(name, sum / 1e9));
    return seconds;
  }

  private static String linearName(List<Weight> weights) {
    return weights.stream()
        .map(weight -> String.valueOf(weight.rows()))
        .collect(
            Collectors.joining(" + ", "linear %d to ".formatted(weights.getFirst().columns()), ""));
  }

  private static String mlpName(List<Weight> weights) {
    Weight gate = weights.getFirst();
    return "mlp %d to %d to %d".formatted(gate.columns(), gate.rows(), weights.getLast().rows());
  }

  /** The name is kept, because making it for every call would take time of its own. */
  private void timed(List<Weight> weights, Function<List<Weight>, String> name, Runnable work) {
    timed(names.computeIfAbsent(weights, name), work);
  }

  private void timed(String name, Runnable work) {
    timed(
        name,
        () -> {
          work.run();
          return null;
        });
  }

  private <T> T timed(String name, Supplier<T> work) {
    long start = System.nanoTime();
    T result = work.get();
    nanos.merge(name, System.nanoTime() - start, Long::sum);
    return result;
  }

  @Override
  public String name() {
    return device.name();
  }

  @Override
  public OptionalLong submissions() {
    return device.submissions();
  }

  @Override
  public String description() {
    return device.description();
  }

  @Override
  public DeviceArray allocate(int rows, int width) {
    return timed("allocate", () -> device.allocate(rows, width));
  }

  @Override
  public Weight weight(DType type, MemorySegment data, int rows, int columns) {
    return timed("weight", () -> device.weight(type, data, rows, columns));
  }

  @Override
  public void read(DeviceArray x, int row, int rows, float[] into, int offset) {
    timed("read", () -> device.read(x, row, rows, into, offset));
  }

  @Override
  public void write(DeviceArray x, int row, int rows, float[] from, int offset) {
    timed("write", () -> device.write(x, row, rows, from, offset));
  }

  @Override
  public KvCache newKvCache(int layers, int kvHeads, int headDim) {
    return timed("newKvCache", () -> device.newKvCache(layers, kvHeads, headDim));
  }

  @Override
  public void embed(DeviceArray out, Weight table, int[] ids) {
    timed("embed", () -> device.embed(out, table, ids));
  }

  @Override
  public void rmsNorm(DeviceArray out, DeviceArray x, Weight gain, float epsilon) {
    timed("rmsNorm", () -> device.rmsNorm(out, x, gain, epsilon));
  }

  @Override
  public void linear(DeviceArray out, DeviceArray x, Weight weight, Weight bias) {
    timed(List.of(weight), TimedDevice::linearName, () -> device.linear(out, x, weight, bias));
  }

  @Override
  public void linears(DeviceArray x, List<Product> products) {
    List<Weight> weights = products.stream().map(Product::weight).toList();
    timed(weights, TimedDevice::linearName, () -> device.linears(x, products));
  }

  @Override
  public void mlp(DeviceArray x, Product gate, Product up, Product down) {
    List<Weight> weights = List.of(gate.weight(), up.weight(), down.weight());
    timed(weights, TimedDevice::mlpName, () -> device.mlp(x, gate, up, down));
  }

  @Override
  public void rotations(DeviceArray out, int[] positions, float[] inverseFrequencies) {
    timed("rotations", () -> device.rotations(out, positions, inverseFrequencies));
  }

  @Override
  public void rope(DeviceArray x, DeviceArray rotations, int headDim) {
    timed("rope", () -> device.rope(x, rotations, headDim));
  }

  @Override
  public void store(DeviceArray k, DeviceArray v, int layer, RowLayout layout) {
    timed("store", () -> device.store(k, v, layer, layout));
  }

  @Override
  public void attention(DeviceArray out, DeviceArray q, int layer, RowLayout layout, float scale) {
    timed("attention", () -> device.attention(out, q, layer, layout, scale));
  }

  @Override
  public void swiglu(DeviceArray out, DeviceArray gate, DeviceArray up) {
    timed("swiglu", () -> device.swiglu(out, gate, up));
  }

  @Override
  public void add(DeviceArray x, DeviceArray y) {
    timed("add", () -> device.add(x, y));
  }

  @Override
  public void gather(DeviceArray out, DeviceArray x, int[] rows) {
    timed("gather", () -> device.gather(out, x, rows));
  }

  @Override
  public void addScaled(DeviceArray x, DeviceArray vector, float[] scales) {
    timed("addScaled", () -> device.addScaled(x, vector, scales));
  }

  @Override
  public void scaleRows(DeviceArray x, float[] scales) {
    timed("scaleRows", () -> device.scaleRows(x, scales));
  }

  @Override
  public float[] dot(DeviceArray x, DeviceArray vector) {
    return timed("dot", () -> device.dot(x, vector));
  }

  @Override
  public float[] norms(DeviceArray x) {
    return timed("norms", () -> device.norms(x));
  }

  @Override
  public void means(DeviceArray out, DeviceArray x, int[] bounds) {
    timed("means", () -> device.means(out, x, bounds));
  }

  @Override
  public double[] scatterTimes(DeviceArray x, double[] v) {
    return timed("scatterTimes", () -> device.scatterTimes(x, v));
  }

  @Override
  public int[] argmax(DeviceArray x) {
    return timed("argmax", () -> device.argmax(x));
  }

  @Override
  public void close() {
    device.close();
  }
}
