package drover.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels with vectors of other machines: 128 bits is what NEON has. */
class VectorSizesTest {

  @ParameterizedTest
  @ValueSource(ints = {16, 32})
  void everyOperationAgreesWithTheReference(int bytes) {
    assumeThat(bytes).as("skipped: this machine's own vector size").isNotEqualTo(4 * Lanes.COUNT);
    List<String> lines =
        ForkedJvm.run(
            List.of(
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:MaxVectorSize=" + bytes),
            VectorSizesTest.class);
    assertThat(lines).anyMatch(line -> line.contains((8 * bytes) + "-bit vectors"));
  }

  /** As where the JVM compiles no vector instructions; it is slow, but it does not fail. */
  @Test
  void smallerVectorsThanTheKernelsKnowAreTakenForLargerOnes() {
    assertThat(programs(8)).isEqualTo(programs(16));
  }

  private static List<String> programs(int bytes) {
    return ForkedJvm.run(
        List.of("--add-modules=jdk.incubator.vector", "-XX:MaxVectorSize=" + bytes),
        DeviceProgram.class,
        "vector",
        "1",
        "2");
  }

  /** Runs all checks and prints what they report. */
  public static void main(String[] args) {
    try (Device device = WarmDevices.open("vector", 2);
        Device reference = Devices.open("scalar", 1)) {
      System.out.println(device.description());
      new DeviceChecks(device, reference).all().forEach(System.out::println);
    }
  }
}
