package drover.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs in a JVM of its own, started without {@code --add-modules jdk.incubator.vector}. */
@Tag("no-vector")
class WithoutVectorModuleTest {
  @Test
  void theDefaultDeviceIsScalar() {
    try (Device device = Devices.open()) {
      assertThat(device.name()).isEqualTo("scalar");
    }
  }

  @Test
  void askingForTheVectorDeviceNamesTheMissingFlag() {
    assertThatThrownBy(() -> Devices.open("vector", 1))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("--add-modules jdk.incubator.vector");
  }
}
