package drover.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import drover.kernels.VectorLinear.Target;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Products by {@link OuterTile} have the bits of {@link PlainLinear}'s. */
class OuterLinearTest {
  private static final int PROGRAMS = 12;

  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
  void ofAnyShape(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 40) int rows,
      @ForAll @IntRange(min = 1, max = 150) int columns,
      @ForAll @IntRange(min = 1, max = 3) int threads) {
    check(new Inputs(seed), rows, columns, threads);
  }

  @ParameterizedTest
  @CsvSource({"27, 5000", "13, 17000"})
  void ofPanelsThatAreTooLargeForACache(int rows, int columns) {
    check(new Inputs(columns), rows, columns, 2);
  }

  @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
  void ofAnMlp(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 40) int rows,
      @ForAll @IntRange(min = 1, max = 100) int hidden,
      @ForAll @IntRange(min = 1, max = 200) int inner) {
    Inputs in = new Inputs(seed);
    HostWeight gate = weight(in, inner, hidden);
    HostWeight up = weight(in, inner, hidden);
    HostWeight down = weight(in, hidden, inner);
    float[] x = in.normal(rows * hidden);
    try (Workers workers = new Workers(2)) {
      float[] gated = plain(workers, x, rows, gate);
      RowKernels.swiglu(gated, gated, plain(workers, x, rows, up), 0, gated.length);
      float[] out = new float[rows * hidden];
      new OuterLinear(workers).mlp(x, rows, gate, up, new Target(out, down, null));
      assertThat(out).isEqualTo(plain(workers, gated, rows, down));
    }
  }

  @Test
  void ofEveryBf16Value() {
    short[] bits = new short[1 << 16];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (short) i;
    }
    int columns = 32;
    HostWeight weight =
        new HostWeight(DType.BF16, MemorySegment.ofArray(bits), bits.length / columns, columns);
    float[] x = new Inputs(1).normal(6 * columns);
    try (Workers workers = new Workers(2)) {
      assertThat(outer(workers, x, 6, weight)).isEqualTo(plain(workers, x, 6, weight));
    }
  }

  /** What is left in memory that is used again is not added to anything. */
  @Test
  void afterOtherProducts() {
    Inputs in = new Inputs(5);
    HostWeight large = weight(in, 100, 90);
    HostWeight small = weight(in, 3, 5);
    float[] nan = new float[30 * 90];
    Arrays.fill(nan, Float.NaN);
    float[] x = in.normal(4 * 5);
    try (Workers workers = new Workers(1)) {
      OuterLinear linear = new OuterLinear(workers);
      linear.multiply(List.of(new Target(new float[30 * 100], large, null)), nan, 30);
      float[] out = new float[4 * 3];
      linear.multiply(List.of(new Target(out, small, null)), x, 4);
      assertThat(out).isEqualTo(plain(workers, x, 4, small));
    }
  }

  @Test
  void whereTheDeviceTakesThem() {
    Inputs in = new Inputs(7);
    HostWeight weight = weight(in, 70, 2050);
    float[] x = in.normal(260 * 2050);
    try (Device device = WarmDevices.open("vector", 2);
        Workers workers = new Workers(2)) {
      DeviceArray out = device.allocate(260, 70);
      device.linear(out, Inputs.array(device, 260, 2050, x), weight, null);
      assertThat(Inputs.contents(device, out)).isEqualTo(plain(workers, x, 260, weight));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32})
  void withVectorsOfOtherMachines(int bytes) {
    assumeThat(bytes).as("skipped: this machine's own vector size").isNotEqualTo(4 * Lanes.COUNT);
    ForkedJvm.run(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:MaxVectorSize=" + bytes),
        OuterLinearTest.class);
  }

  @Test
  void withoutNativeAccess() {
    ForkedJvm.run(
        List.of("--add-modules=jdk.incubator.vector", "--illegal-native-access=deny"),
        OuterLinearTest.class);
  }

  /** Fails if a bit of some products differs. */
  public static void main(String[] args) {
    for (int seed = 0; seed < PROGRAMS; seed++) {
      Inputs in = new Inputs(seed);
      check(in, in.between(2, 40), in.between(1, 150), in.between(1, 3));
    }
  }

  /** Products of the same rows with a weight of each type. */
  private static void check(Inputs in, int rows, int columns, int threads) {
    float[] x = in.normal(rows * columns);
    List<Target> targets = new ArrayList<>();
    for (DType type : DType.values()) {
      int outputs = in.between(1, 200);
      MemorySegment data = in.encode(type, columns, in.normal(outputs * columns));
      HostWeight weight = new HostWeight(type, data, outputs, columns);
      targets.add(new Target(new float[rows * outputs], weight, null));
    }
    try (Workers workers = new Workers(threads)) {
      new OuterLinear(workers).multiply(targets, x, rows);
      for (Target target : targets) {
        HostWeight weight = target.weight();
        assertThat(target.out())
            .as("%s [%d, %d]", weight.type(), weight.rows(), columns)
            .isEqualTo(plain(workers, x, rows, weight));
      }
    }
  }

  private static HostWeight weight(Inputs in, int rows, int columns) {
    DType type = in.dtype();
    return new HostWeight(type, in.encode(type, columns, in.normal(rows * columns)), rows, columns);
  }

  private static float[] outer(Workers workers, float[] x, int rows, HostWeight weight) {
    float[] out = new float[rows * weight.rows()];
    new OuterLinear(workers).multiply(List.of(new Target(out, weight, null)), x, rows);
    return out;
  }

  private static float[] plain(Workers workers, float[] x, int rows, HostWeight weight) {
    float[] out = new float[rows * weight.rows()];
    new PlainLinear(workers).linear(out, x, rows, weight);
    return out;
  }
}
