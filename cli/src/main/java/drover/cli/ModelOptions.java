package drover.cli;

import drover.engine.Llama;
import drover.kernels.Device;
import drover.kernels.Devices;
import java.nio.file.Path;
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

  /** Opens the model, hands it over, and closes it. */
  void run(Consumer<Llama> work) {
    Path path = folder.path();
    VectorModule.load();
    int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    try (Device opened = Devices.open(device, count);
        Llama model = Llama.open(path, opened)) {
      work.accept(model);
    }
  }
}
