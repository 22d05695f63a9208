package drover.cli;

import drover.engine.Llama;
import drover.engine.WeightType;
import drover.kernels.Device;
import drover.kernels.Devices;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model runs, and on what. */
final class ModelOptions {
  @Mixin private ModelFolderOption folder;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "auto, vector, scalar or tornado (default: ${DEFAULT-VALUE}).")
  private String device = "auto";

  @Option(
      names = "--weights",
      paramLabel = "TYPE",
      converter = WeightTypes.class,
      description =
          "file, as the model has them, or q8_0, quantised: made once and kept beside the model"
              + " (default: ${DEFAULT-VALUE}).")
  private WeightType weights = WeightType.FILE;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "CPU threads (default: as many as there are processors).")
  private Integer threads;

  /** How many CPU threads are used. */
  int threads() {
    return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
  }

  /** The type that the weights are computed with in. */
  WeightType weights() {
    return weights;
  }

  /** What to call the model. */
  String name() {
    return folder.name();
  }

  /** Opens the model, hands it over, and closes it. */
  void run(Consumer<Llama> work) {
    runOn(
        (path, opened) -> {
          try (Llama model = Llama.open(path, opened, weights)) {
            work.accept(model);
          }
        });
  }

  /** Opens the device, hands it and the model's folder over, and closes it. */
  void runOn(BiConsumer<Path, Device> work) {
    Path path = folder.path();
    VectorModule.load();
    try (Device opened = Devices.open(device, threads())) {
      work.accept(path, opened);
    }
  }
}
