package drover.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What the model is given. */
final class PromptOptions {
  @Spec(Target.MIXEE)
  private CommandSpec command;

  @Option(names = "--prompt", paramLabel = "TEXT", description = "One prompt.")
  private String prompt;

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description =
          "Many: a text file with a prompt a line, JSON lines ({\"prompt\": ...},"
              + " {\"messages\": [...]} or {\"ids\": [...]}), or a JSON array of strings.")
  private Path prompts;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "The system message (default: the chat template's own, if any).")
  private String system;

  @Option(
      names = "--raw",
      description = "Take prompts as plain text, without chat template or special tokens.")
  private boolean raw;

  /**
   * The prompts, in order.
   *
   * @throws ParameterException if the options contradict each other
   */
  List<Prompt> read() {
    if ((prompt == null) == (prompts == null)) {
      throw new ParameterException(
          command.commandLine(),
          prompt == null
              ? "there is nothing to prompt with: give --prompt TEXT or --prompts FILE"
              : "--prompt and --prompts exclude each other");
    }
    if (raw && system != null) {
      throw new ParameterException(
          command.commandLine(),
          "--system and --raw exclude each other: a raw prompt has no system message");
    }
    return prompts == null
        ? List.of(PromptFile.text("--prompt", prompt))
        : PromptFile.read(prompts);
  }

  /** Whether there is one prompt by itself. */
  boolean isSingle() {
    return prompt != null;
  }

  boolean isRaw() {
    return raw;
  }

  Optional<String> system() {
    return Optional.ofNullable(system);
  }
}
