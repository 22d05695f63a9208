package drover.cli;

import drover.bench.MachineLimits;
import drover.engine.LlamaTensors;
import drover.engine.ModelFolder;
import drover.engine.WeightType;
import drover.kernels.Device;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What figures are of.
 *
 * @param model what to call it
 * @param device its name
 * @param about the device in a line
 * @param threads of the CPU
 * @param vectorBits of the CPU's vectors, where the device uses them
 * @param weights the type of the weights
 */
record BenchSetting(
    String model,
    String device,
    String about,
    int threads,
    OptionalInt vectorBits,
    String weights) {
  private static final String A_MATRIX = LlamaTensors.layer(0, "mlp.down_proj.weight");

  /** Of a model on a device. */
  static BenchSetting of(Path folder, String title, Device device, ModelOptions options) {
    try (ModelFolder model = ModelFolder.open(folder)) {
      return new BenchSetting(
          title,
          device.name(),
          device.description(),
          options.threads(),
          device.name().equals("vector")
              ? OptionalInt.of(MachineLimits.vectorBits())
              : OptionalInt.empty(),
          options.weights() == WeightType.FILE
              ? model.weights().info(A_MATRIX).type().name()
              : options.weights().name());
    }
  }
}
