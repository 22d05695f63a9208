package drover.cli;

import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** {@code --model}, for commands that need a model's folder. */
final class ModelFolderOption {
  @Spec(Target.MIXEE)
  private CommandSpec command;

  @Option(names = "--model", paramLabel = "DIR", description = "A HuggingFace model folder.")
  private Path model;

  /**
   * The folder.
   *
   * @throws ParameterException if none was given
   */
  Path path() {
    if (model == null) {
      throw new ParameterException(
          command.commandLine(),
          "--model DIR is missing: the HuggingFace folder of a Llama model, such as drover model"
              + " pull makes");
    }
    return model;
  }
}
