package drover.kernels;

import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "{0} threads")
@ValueSource(ints = {1, 2, 3, 7})
class VectorOperationsTest extends DeviceOperationsTest {
  @Parameter int threads;

  @Override
  protected Device openDevice() {
    return WarmDevices.open("vector", threads);
  }
}
