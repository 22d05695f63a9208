package drover.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
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
  void theLogSaysOnceWhyAndWhatHelps() {
    List<LogRecord> records = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            records.add(record);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(Devices.class.getName());
    logger.addHandler(handler);
    try {
      Devices.open().close();
    } finally {
      logger.removeHandler(handler);
    }
    assertThat(records).hasSize(1);
    assertThat(new SimpleFormatter().formatMessage(records.getFirst()))
        .isEqualTo(
            "Running on the slow scalar device because the module jdk.incubator.vector is not"
                + " loaded; start Java with --add-modules jdk.incubator.vector to use vector"
                + " instructions.");
  }

  @Test
  void everyOperationRunsAllTheSame() {
    try (Device device = Devices.open()) {
      assertThat(DeviceProgram.run(device, 1)).isNotEmpty();
    }
  }

  @Test
  void askingForTheVectorDeviceNamesTheMissingFlag() {
    assertThatThrownBy(() -> Devices.open("vector", 1))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("--add-modules jdk.incubator.vector");
  }
}
