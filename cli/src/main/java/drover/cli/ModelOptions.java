package drover.cli;

import drover.engine.Llama;
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
      names = "--threads",
      paramLabel = "N",
      description = "CPU threads (default: as many as there are processors).")
  private Integer threads;

  /** How many CPU threads are used. */
  int threads() {
    return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
  }

  /** What to call the model. */
  String name() {
    return folder.name();
  }

  /** Opens the model, hands it over, and closes it. */
  void run(Consumer<Llama> work) {
    runOn(
        (path, opened) -> {
          try (Llama model = Llama.open(path, opened)) {
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
