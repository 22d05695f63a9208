package drover.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What must not change a bit of any result of the vector device. */
class SameBitsTest {
  private static final int PROGRAMS = 40;
  private static final List<String> VECTOR_MODULE =
      List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED");

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 8})
  void theNumberOfThreads(int threads) {
    try (Device one = WarmDevices.open("vector", 1);
        Device many = WarmDevices.open("vector", threads)) {
      for (int seed = 0; seed < PROGRAMS; seed++) {
        assertThat(DeviceProgram.run(many, seed)).isEqualTo(DeviceProgram.run(one, seed));
      }
    }
  }

  @Test
  void whetherTheDeviceIsColdOrWarm() {
    try (Device warm = WarmDevices.open("vector", 2);
        Device cold = new VectorDevice(2, new ColdStart(Long.MAX_VALUE))) {
      for (int seed = 0; seed < 5 * PROGRAMS; seed++) {
        assertThat(DeviceProgram.run(cold, seed)).isEqualTo(DeviceProgram.run(warm, seed));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 500", "2, 1000", "7, 7000"})
  void theNumberOfThreadsOfLargeOperations(int rows, int width) {
    try (Device one = WarmDevices.open("vector", 1);
        Device many = WarmDevices.open("vector", 5)) {
      assertThat(elementwise(many, rows * 13, width)).isEqualTo(elementwise(one, rows * 13, width));
    }
  }

  @Test
  void whatAnArraysMemoryHeldBefore() {
    int rows = 90;
    int width = 1000;
    try (Device fresh = WarmDevices.open("vector", 2);
        Device used = WarmDevices.open("vector", 2)) {
      List<DeviceArray> arrays =
          IntStream.range(0, 4).mapToObj(_ -> used.allocate(rows, width)).toList();
      for (DeviceArray array : arrays) {
        float[] memory = HostDevice.data(array);
        assertThat(memory).hasSizeGreaterThan(rows * width);
        Arrays.fill(memory, Float.NaN);
        array.close();
      }
      assertThat(elementwise(used, rows, width)).isEqualTo(elementwise(fresh, rows, width));
    }
  }

  private static float[] elementwise(Device device, int rows, int width) {
    Inputs in = new Inputs(9);
    DeviceArray x = Inputs.array(device, rows, width, in.normal(rows * width));
    DeviceArray y = Inputs.array(device, rows, width, in.normal(rows * width));
    DeviceArray vector = Inputs.array(device, 1, width, in.normal(width));
    device.swiglu(x, x, y);
    device.addScaled(x, vector, in.normal(rows));
    device.scaleRows(x, in.normal(rows));
    device.add(x, y);
    DeviceArray means = device.allocate(2, width);
    device.means(means, x, new int[] {0, rows / 2, rows});
    return DeviceChecks.concat(
        Inputs.contents(device, x),
        Inputs.contents(device, means),
        device.dot(x, vector),
        device.norms(x),
        DeviceChecks.floats(device.scatterTimes(x, new Random(9).doubles(width).toArray())));
  }

  /** Code starts in the interpreter and is compiled twice while this runs. */
  @Test
  void theAgeOfTheCode() {
    try (Device device = WarmDevices.open("vector", 2)) {
      int hash = DeviceProgram.hash(device, 10);
      for (int again = 0; again < 60; again++) {
        assertThat(DeviceProgram.hash(device, 10)).isEqualTo(hash);
      }
    }
  }

  @Test
  void interpretationOrCompilation() {
    try (Device device = WarmDevices.open("vector", 2)) {
      DeviceProgram.hash(device, 100);
      List<String> options = new ArrayList<>(VECTOR_MODULE);
      options.add("-Xint");
      assertThat(ForkedJvm.run(options, DeviceProgram.class, "vector", "2", "3"))
          .contains("hash " + DeviceProgram.hash(device, 3));
    }
  }

  @Test
  void whetherTheProgramHasNativeAccess() {
    List<String> options =
        List.of("--add-modules=jdk.incubator.vector", "--illegal-native-access=deny");
    try (Device device = WarmDevices.open("vector", 2)) {
      assertThat(ForkedJvm.run(options, DeviceProgram.class, "vector", "2", "20"))
          .contains("hash " + DeviceProgram.hash(device, 20));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theRowsBesideALinearLayersRow(DType type) {
    Inputs in = new Inputs(3);
    for (int columns : new int[] {1, 7, 16, 31, 100, 576}) {
      int outputs = in.between(1, 60);
      Weight weight;
      int most = 51;
      float[] x = in.normal(most * columns);
      try (Device device = WarmDevices.open("vector", 2)) {
        weight = in.weight(device, type, outputs, columns, in.normal(outputs * columns));
        Weight bias = in.weight(device, type, 1, outputs, in.normal(outputs));
        float[][] alone =
            IntStream.range(0, most)
                .mapToObj(r -> linear(device, x, r, 1, weight, bias))
                .toArray(float[][]::new);
        for (int rows = 2; rows <= most; rows++) {
          int first = in.between(0, most - rows);
          float[] batch = linear(device, x, first, rows, weight, bias);
          for (int r = 0; r < rows; r++) {
            float[] row = Arrays.copyOfRange(batch, r * outputs, (r + 1) * outputs);
            assertThat(row).as("row %d of %d", r, rows).isEqualTo(alone[first + r]);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 9, 70})
  void theOtherProductsOfTheSameInput(int rows) {
    Inputs in = new Inputs(rows);
    int columns = in.between(1, 200);
    float[] x = in.normal(rows * columns);
    try (Device device = WarmDevices.open("vector", 2)) {
      DeviceArray input = Inputs.array(device, rows, columns, x);
      List<Device.Product> products = new ArrayList<>();
      for (DType type : DType.values()) {
        int outputs = in.between(1, 300);
        Weight weight = in.weight(device, type, outputs, columns, in.normal(outputs * columns));
        Weight bias =
            in.between(0, 1) == 0 ? null : in.weight(device, type, 1, outputs, in.normal(outputs));
        products.add(new Device.Product(device.allocate(rows, outputs), weight, bias));
      }
      device.linears(input, products);
      for (Device.Product product : products) {
        assertThat(Inputs.contents(device, product.out()))
            .isEqualTo(linear(device, x, 0, rows, product.weight(), product.bias()));
      }
    }
  }

  /** The MLP's three products, in one operation or each on its own. */
  @ParameterizedTest
  @CsvSource({"2, 16, 16", "9, 32, 48", "13, 48, 100", "70, 17, 33", "6, 576, 1536"})
  void whetherAnMlpIsOneOperation(int rows, int hidden, int inner) {
    Inputs in = new Inputs(rows);
    for (DType type : DType.values()) {
      try (Device device = WarmDevices.open("vector", 2)) {
        DeviceArray x = Inputs.array(device, rows, hidden, in.normal(rows * hidden));
        Device.Product gate = product(device, in, type, rows, hidden, inner);
        Device.Product up = product(device, in, type, rows, hidden, inner);
        Device.Product down = product(device, in, type, rows, inner, hidden);
        device.mlp(x, gate, up, down);
        float[] atOnce = Inputs.contents(device, down.out());
        device.linear(gate.out(), x, gate.weight(), null);
        device.linear(up.out(), x, up.weight(), null);
        device.swiglu(gate.out(), gate.out(), up.out());
        device.linear(down.out(), gate.out(), down.weight(), null);
        assertThat(atOnce).as("%s", type).isEqualTo(Inputs.contents(device, down.out()));
      }
    }
  }

  private static Device.Product product(
      Device device, Inputs in, DType type, int rows, int inputs, int outputs) {
    Weight weight = in.weight(device, type, outputs, inputs, in.normal(outputs * inputs));
    return new Device.Product(device.allocate(rows, outputs), weight, null);
  }

  private static float[] linear(
      Device device, float[] values, int first, int rows, Weight weight, Weight bias) {
    DeviceArray x = device.allocate(rows, weight.columns());
    device.write(x, 0, rows, values, first * weight.columns());
    DeviceArray out = device.allocate(rows, weight.rows());
    device.linear(out, x, weight, bias);
    return Inputs.contents(device, out);
  }

  @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
  void whereAPastIsCutIntoSegmentsAndPasses(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 200) int tokens,
      @ForAll @IntRange(min = 1, max = 3) int kvHeads,
      @ForAll @IntRange(min = 1, max = 4) int group,
      @ForAll @IntRange(min = 1, max = 70) int headDim) {
    try (Device device = WarmDevices.open("vector", 2)) {
      AttentionText text = new AttentionText(device, seed, tokens, kvHeads, group, headDim);
      float[] atOnce = text.atOnce();
      assertThat(text.inPieces()).isEqualTo(atOnce);
      assertThat(text.acrossForks()).isEqualTo(atOnce);
      assertThat(text.amongStrangers()).isEqualTo(atOnce);
    }
  }

  @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
  void whetherTokensComeOneByOne(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 80) int tokens) {
    try (Device device = WarmDevices.open("vector", 2)) {
      AttentionText text = new AttentionText(device, seed, tokens, 2, 3, 24);
      assertThat(text.oneByOne()).isEqualTo(text.atOnce());
    }
  }

  @Test
  void thousandsOfForksOfForks() {
    try (Device device = WarmDevices.open("vector", 2)) {
      AttentionText text = new AttentionText(device, 1, 20_000, 1, 2, 2);
      assertThat(text.lookAfterForkingAtEveryToken()).isEqualTo(text.lookAtOneSegment());
    }
  }

  @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
  void theCompanyOfRowsThatOnlyLook(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 100) int tokens,
      @ForAll @IntRange(min = 1, max = 40) int lookers) {
    try (Device device = WarmDevices.open("vector", 2)) {
      AttentionText text = new AttentionText(device, seed, tokens, 1, 3, 20);
      assertThat(text.lookingTogether(lookers)).isEqualTo(text.lookingAlone(lookers));
    }
  }
}
