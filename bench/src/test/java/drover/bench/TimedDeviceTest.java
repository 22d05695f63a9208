package drover.bench;

import static org.assertj.core.api.Assertions.assertThat;

import drover.engine.Batch;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Logits;
import drover.engine.Sequence;
import drover.kernels.Device;
import drover.kernels.Devices;
import java.lang.reflect.Method;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TimedDeviceTest {
  private static final Path TINY = Path.of("../engine/src/test/resources/golden/tiny-llama3-rope");

  static Method[] operations() {
    return Device.class.getMethods();
  }

  /**
   * One that is left to a default of the interface would be run in another way than the device's.
   */
  @ParameterizedTest
  @MethodSource("operations")
  void everyOperationIsPassedOn(Method operation) throws NoSuchMethodException {
    Method own = TimedDevice.class.getMethod(operation.getName(), operation.getParameterTypes());
    assertThat(own.getDeclaringClass()).isEqualTo(TimedDevice.class);
  }

  @Test
  void resultsAreTheDevicesAndLinearLayersAreToldApartByShape() {
    try (Device device = Devices.open("scalar", 1)) {
      TimedDevice timed = new TimedDevice(device);
      try (Llama plain = Llama.open(TINY, device);
          Llama model = Llama.open(TINY, timed)) {
        timed.reset();
        assertThat(logits(model)).containsExactly(logits(plain));
        assertThat(timed.seconds())
            .containsKeys(
                "embed", "rmsNorm", "attention", "linear 64 to 256", "mlp 64 to 160 to 64");
      }
    }
  }

  private static float[] logits(Llama model) {
    try (Sequence sequence = model.newSequence();
        Logits logits = model.forward(Batch.of(sequence, 1, 2, 3), Hooks.NONE)) {
      return logits.row(0);
    }
  }
}
