package drover.kernels.tornado;

import drover.kernels.Device;
import drover.kernels.DeviceOperationsTest;
import drover.kernels.Devices;
import org.junit.jupiter.api.BeforeAll;

/**
 * The kernels that GPUs run, with weights of 16 bits as they are and with several lanes in a work
 * group, on whatever device there is.
 */
class NarrowWeightsTest extends DeviceOperationsTest {
  @BeforeAll
  static void configureTornadoVm() {
    Devices.open("tornado", 1).close();
  }

  @Override
  protected Device openDevice() {
    return new TornadoDevice(
        "tornado: 16 bits, 8 lanes",
        new Engine(new Memory(1 << 24, false), new Runner.Grid(3, 8, false), 4L << 30));
  }
}
