package drover.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Devices used by many threads, and several of them at once. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class ConcurrencyTest {

  @ParameterizedTest
  @CsvSource({"vector, 1", "vector, 3", "scalar, 1"})
  void manyThreadsOnOneDeviceGetWhatOneAloneGets(String name, int threads) throws Exception {
    float[][] alone = alone(name);
    try (Device device = WarmDevices.open(name, threads)) {
      AtomicLong seeds = new AtomicLong();
      WorkersTest.atOnce(
          8,
          () -> {
            for (long seed = seeds.getAndIncrement(); seed < 120; seed = seeds.getAndIncrement()) {
              int program = (int) (seed % alone.length);
              assertThat(DeviceProgram.run(device, program)).isEqualTo(alone[program]);
            }
            return null;
          });
    }
  }

  @Test
  void devicesDoNotDisturbEachOther() throws Exception {
    float[][] alone = alone("vector");
    AtomicLong opened = new AtomicLong();
    WorkersTest.atOnce(
        3,
        () -> {
          try (Device device = WarmDevices.open("vector", (int) opened.incrementAndGet())) {
            for (int program = 0; program < alone.length; program++) {
              assertThat(DeviceProgram.run(device, program)).isEqualTo(alone[program]);
            }
          }
          return null;
        });
  }

  private static float[][] alone(String name) {
    float[][] results = new float[12][];
    try (Device device = WarmDevices.open(name, 1)) {
      for (int program = 0; program < results.length; program++) {
        results[program] = DeviceProgram.run(device, program);
      }
    }
    return results;
  }

  @ParameterizedTest
  @CsvSource({"1", "2"})
  void aClosedDeviceSaysSo(int threads) {
    Device device = WarmDevices.open("vector", threads);
    DeviceArray x = device.allocate(3, 4);
    device.close();
    device.close();
    assertThatThrownBy(() -> device.norms(x))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the device is closed");
  }
}
