package drover.bench.jmh;

import drover.bench.Shape;
import drover.engine.ModelConfig;
import drover.kernels.DType;
import drover.kernels.Device;
import drover.kernels.DeviceArray;
import drover.kernels.Devices;
import drover.kernels.Weight;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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

/** Linear layers, with the arithmetic and the reading of weights that they come to. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LinearBenchmark {
  /** Counts what was done, which JMH divides by the time. */
  @AuxCounters
  @State(Scope.Thread)
  public static class Done {
    /** Billions of operations, a multiply-add being two. */
    public double gflops;

    /** Billions of bytes of weights. */
    public double gigabytes;
  }

  /** Which matrix of a block, or the LM head. */
  public enum Matrix {
    /** Queries, and the output projection. */
    Q,
    /** Keys, and values. */
    K,
    /** Gate, and up. */
    GATE,
    /** Down. */
    DOWN,
    /** The LM head. */
    HEAD;

    int inputs(ModelConfig config) {
      return this == DOWN ? config.intermediateSize() : config.hiddenSize();
    }

    int outputs(ModelConfig config) {
      return switch (this) {
        case Q -> config.queryWidth();
        case K -> config.kvWidth();
        case GATE -> config.intermediateSize();
        case DOWN -> config.hiddenSize();
        case HEAD -> config.vocabSize();
      };
    }
  }

  /** Of which model. */
  @Param({"SMOLLM2_135M", "LLAMA_3_2_1B", "LLAMA_3_1_8B"})
  public Shape shape;

  /** Which matrix. */
  @Param({"Q", "K", "GATE", "DOWN", "HEAD"})
  public Matrix matrix;

  /** How many tokens. */
  @Param({"1", "8", "32", "512"})
  public int rows;

  /** In which type. */
  @Param public DType type;

  private final Arena arena = Arena.ofShared();
  private Device device;
  private Weight weight;
  private DeviceArray x;
  private DeviceArray out;
  private double operations;
  private double bytes;

  /** Warms the JVM with other shapes and types, then makes the arrays. */
  @Setup
  public void setUp() {
    device = Devices.open();
    Mixture.run(device);
    int inputs = matrix.inputs(shape.config());
    int outputs = matrix.outputs(shape.config());
    weight = RandomWeights.weight(device, arena, type, outputs, inputs);
    x = RandomWeights.array(device, rows, inputs);
    out = device.allocate(rows, outputs);
    operations = 2.0 * rows * inputs * outputs;
    bytes = (double) outputs * type.rowBytes(inputs);
  }

  /** One linear layer. */
  @Benchmark
  public void linear(Done done) {
    device.linear(out, x, weight, null);
    done.gflops += operations / 1e9;
    done.gigabytes += bytes / 1e9;
  }

  /** Frees the memory. */
  @TearDown
  public void tearDown() {
    device.close();
    arena.close();
  }
}
