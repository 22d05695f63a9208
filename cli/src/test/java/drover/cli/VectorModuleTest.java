package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import drover.kernels.Device;
import drover.kernels.Devices;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class VectorModuleTest {
  /** What a JVM runs that was started without {@code --add-modules}. */
  static final class OpensVectorDevice {
    public static void main(String[] args) {
      VectorModule.load();
      try (Device device = Devices.open("vector", 1)) {
        System.out.print(device.name());
      }
    }
  }

  @Test
  void bringsTheVectorDeviceIntoARunningJvmInSilence() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports=java.base/jdk.internal.module=ALL-UNNAMED",
                "--class-path=" + System.getProperty("java.class.path"),
                OpensVectorDevice.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).isEqualTo("vector");
  }
}
