package drover.kernels.tornado;

import drover.kernels.Device;
import drover.kernels.DeviceOperationsTest;
import drover.kernels.Devices;

class TornadoOperationsTest extends DeviceOperationsTest {
  @Override
  protected Device openDevice() {
    return Devices.open("tornado", 1);
  }
}
