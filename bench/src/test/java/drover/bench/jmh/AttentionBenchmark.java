package drover.bench.jmh;

import drover.bench.Shape;
import drover.engine.ModelConfig;
import drover.kernels.Device;
import drover.kernels.DeviceArray;
import drover.kernels.Devices;
import drover.kernels.KvCache;
import drover.kernels.KvSegment;
import drover.kernels.RowLayout;
import java.util.List;
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

/** Attention of one text's new tokens over pasts of several lengths, and their way to the cache. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AttentionBenchmark {
  /** Of which model. */
  @Param({"SMOLLM2_135M", "LLAMA_3_2_1B", "LLAMA_3_1_8B"})
  public Shape shape;

  /** Tokens before. */
  @Param({"0", "512", "4096"})
  public int past;

  /** New tokens. */
  @Param({"1", "32", "512"})
  public int rows;

  private Device device;
  private KvCache cache;
  private KvSegment segment;
  private RowLayout layout;
  private DeviceArray q;
  private DeviceArray k;
  private DeviceArray z;

  /** Warms the JVM with other shapes, then fills a cache. */
  @Setup
  public void setUp() {
    device = Devices.open();
    Mixture.run(device);
    ModelConfig config = shape.config();
    cache = device.newKvCache(1, config.kvHeads(), config.headDim());
    segment = cache.newSegment(past + rows);
    Mixture.fill(device, segment, config, past);
    layout = new RowLayout(List.of(new RowLayout.Run(segment, past, past, rows, true)));
    q = RandomWeights.array(device, rows, config.queryWidth());
    k = RandomWeights.array(device, rows, config.kvWidth());
    z = device.allocate(rows, config.queryWidth());
    device.store(k, k, 0, layout);
  }

  /** Attention alone. */
  @Benchmark
  public void attention() {
    device.attention(z, q, 0, layout, 0.125f);
  }

  /** Keys and values into the cache. */
  @Benchmark
  public void store() {
    device.store(k, k, 0, layout);
  }

  /** Frees the memory. */
  @TearDown
  public void tearDown() {
    cache.close();
    device.close();
  }
}
