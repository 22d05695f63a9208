package drover.kernels.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import drover.kernels.Device;
import drover.kernels.DeviceArray;
import drover.kernels.DeviceOperationsTest;
import drover.kernels.Devices;
import org.junit.jupiter.api.Test;

class TornadoOperationsTest extends DeviceOperationsTest {
  @Override
  protected Device openDevice() {
    return Devices.open("tornado", 1);
  }

  @Test
  void aLongRecordingRunsInParts() {
    try (Device device = openDevice()) {
      DeviceArray x = device.allocate(1, 3);
      DeviceArray y = device.allocate(1, 3);
      device.write(y, 0, 1, new float[] {1, 2, 3}, 0);
      int times = Memory.INTS / Kernels.STRIDE + 100;
      for (int i = 0; i < times; i++) {
        device.add(x, y);
      }
      float[] sums = new float[3];
      device.read(x, 0, 1, sums, 0);
      assertThat(sums).containsExactly(times, 2 * times, 3 * times);
    }
  }
}
