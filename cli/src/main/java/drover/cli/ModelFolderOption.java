package drover.cli;

import drover.demo.DemoData;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --model}, for commands that need a model's folder. */
final class ModelFolderOption {
  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "A HuggingFace model folder (default: the small model that ships with Drover).")
  private Path model;

  /** The folder. */
  Path path() {
    return model == null ? DemoData.model() : model;
  }

  /** What to call the model. */
  String name() {
    return model == null ? "the small model" : model.toAbsolutePath().normalize().toString();
  }
}
