package drover.bench.jmh;

import drover.bench.Shape;
import drover.engine.ModelConfig;
import drover.kernels.DType;
import drover.kernels.Device;
import drover.kernels.DeviceArray;
import drover.kernels.Devices;
import drover.kernels.Weight;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The operations on rows between the linear layers, and those of hooks. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RowBenchmark {
  private static final int MOST_LOGIT_ROWS = 32;

  /** Of which model. */
  @Param({"SMOLLM2_135M", "LLAMA_3_2_1B", "LLAMA_3_1_8B"})
  public Shape shape;

  /** How many tokens. */
  @Param({"1", "32", "512"})
  public int rows;

  private final Arena arena = Arena.ofShared();
  private Device device;
  private ModelConfig config;
  private Weight gain;
  private Weight table;
  private DeviceArray x;
  private DeviceArray y;
  private DeviceArray vector;
  private DeviceArray gate;
  private DeviceArray up;
  private DeviceArray inner;
  private DeviceArray zeros;
  private DeviceArray mean;
  private DeviceArray q;
  private DeviceArray rotations;
  private DeviceArray logits;
  private int[] ids;
  private int[] positions;
  private float[] frequencies;
  private float[] scales;
  private int[] bounds;

  /** Warms the JVM with other shapes, then makes the arrays. */
  @Setup
  public void setUp() {
    device = Devices.open();
    Mixture.run(device);
    config = shape.config();
    int hidden = config.hiddenSize();
    gain = RandomWeights.weight(device, arena, DType.BF16, 1, hidden);
    table = RandomWeights.weight(device, arena, DType.BF16, config.vocabSize(), hidden);
    x = RandomWeights.array(device, rows, hidden);
    y = RandomWeights.array(device, rows, hidden);
    vector = RandomWeights.array(device, 1, hidden);
    gate = RandomWeights.array(device, rows, config.intermediateSize());
    up = RandomWeights.array(device, rows, config.intermediateSize());
    inner = device.allocate(rows, config.intermediateSize());
    zeros = device.allocate(rows, hidden);
    mean = device.allocate(1, hidden);
    q = RandomWeights.array(device, rows, config.queryWidth());
    rotations = device.allocate(rows, config.headDim());
    logits = RandomWeights.array(device, Math.min(rows, MOST_LOGIT_ROWS), config.vocabSize());
    ids = new Random(1).ints(rows, 0, config.vocabSize()).toArray();
    positions = new Random(2).ints(rows, 0, 4_096).toArray();
    frequencies = new float[config.headDim() / 2];
    Arrays.fill(frequencies, 0.01f);
    scales = new float[rows];
    // So little that the rows stay what they are.
    Arrays.fill(scales, 1e-30f);
    bounds = new int[] {0, rows};
    device.rotations(rotations, positions, frequencies);
  }

  /** The embedding. */
  @Benchmark
  public void embed() {
    device.embed(y, table, ids);
  }

  /** RMSNorm. */
  @Benchmark
  public void rmsNorm() {
    device.rmsNorm(y, x, gain, 1e-5f);
  }

  /** Cosines and sines. */
  @Benchmark
  public void rotations() {
    device.rotations(rotations, positions, frequencies);
  }

  /** The rotary embedding of queries. */
  @Benchmark
  public void rope() {
    device.rope(q, rotations, config.headDim());
  }

  /** The activation of the MLP. */
  @Benchmark
  public void swiglu() {
    device.swiglu(inner, gate, up);
  }

  /** The residual add. */
  @Benchmark
  public void add() {
    device.add(y, zeros);
  }

  /** The steering write. */
  @Benchmark
  public void addScaled() {
    device.addScaled(x, vector, scales);
  }

  /** The gate's read. */
  @Benchmark
  public float[] dot() {
    return device.dot(x, vector);
  }

  /** Norms of rows. */
  @Benchmark
  public float[] norms() {
    return device.norms(x);
  }

  /** The mean of all rows. */
  @Benchmark
  public void means() {
    device.means(mean, x, bounds);
  }

  /** The most likely token of at most 32 rows. */
  @Benchmark
  public int[] argmax() {
    return device.argmax(logits);
  }

  /** Frees the memory. */
  @TearDown
  public void tearDown() {
    device.close();
    arena.close();
  }
}
