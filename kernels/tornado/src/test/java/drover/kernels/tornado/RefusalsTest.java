package drover.kernels.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import drover.kernels.DType;
import drover.kernels.Device;
import drover.kernels.DeviceArray;
import drover.kernels.DeviceException;
import drover.kernels.Devices;
import drover.kernels.Weight;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a person can cause is one sentence. */
class RefusalsTest {
  @AfterEach
  void clear() {
    System.clearProperty(TornadoDevice.MEMORY_PROPERTY);
  }

  @Test
  void aSillyAmountOfMemoryIsRefused() {
    System.setProperty(TornadoDevice.MEMORY_PROPERTY, "0");
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> Devices.open("tornado", 1))
        .withMessage("-Ddrover.tornado.memory is 0, but must be between 1 and 8000.");
  }

  @Test
  void activationsThatDoNotFitAreRefusedWithTheOptionToRaise() {
    System.setProperty(TornadoDevice.MEMORY_PROPERTY, "2");
    try (Device device = Devices.open("tornado", 1)) {
      assertThatExceptionOfType(DeviceException.class)
          .isThrownBy(() -> device.allocate(1024, 1024))
          .withMessage(
              "Device tornado has no room for 1048576 more values among 524288 for activations and"
                  + " caches; raise -Ddrover.tornado.memory=MEGABYTES, now 2.");
      try (DeviceArray array = device.allocate(16, 16)) {
        assertThat(array.rows()).isEqualTo(16);
      }
    }
  }

  @Test
  void weightsThatDoNotFitAreRefusedWithBothNumbers() {
    try (Device device =
            new TornadoDevice(
                "small",
                new Engine(new Memory(1 << 17, false), new Runner.Grid(1, 1, false), 32 << 20));
        Arena arena = Arena.ofConfined()) {
      Weight weight = device.weight(DType.F32, arena.allocate(4L << 23), 1 << 12, 1 << 11);
      DeviceArray out = device.allocate(1, 1 << 11);
      assertThatExceptionOfType(DeviceException.class)
          .isThrownBy(() -> device.embed(out, weight, new int[] {1}))
          .withMessageMatching(
              "Device tornado would need \\d+ MB, but may use 32 MB; raise"
                  + " -Dtornado.device.memory if the device has more\\.");
    }
  }

  @Test
  void theLimitIsReadAsTornadoVmReadsIt() {
    assertThat(TornadoProvider.bytes("4GB")).isEqualTo(4L << 30);
    assertThat(TornadoProvider.bytes("300MB")).isEqualTo(300L << 20);
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> TornadoProvider.bytes("much"))
        .withMessageStartingWith("-Dtornado.device.memory is much, but must be");
  }
}
