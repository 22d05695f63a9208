package drover.cli;

import drover.cli.PairsFile.Choice;
import drover.engine.io.DroverException;
import drover.steering.ContrastPair;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Two kinds of text, side by side in a file. */
final class TextOptions {
  @Spec(Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--pairs",
      paramLabel = "FILE",
      required = true,
      description = "Texts: an object of splits, an array of objects, or JSON lines.")
  private Path pairs;

  @Option(
      names = "--positive",
      paramLabel = "KEY",
      required = true,
      description = "The field with the texts that the direction points to.")
  private String positive;

  @Option(
      names = "--negative",
      paramLabel = "KEY",
      required = true,
      description = "The field with the texts that it points away from.")
  private String negative;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "Which split, where the file has several (default: train).")
  private String split;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Take the first N texts only (default: all).")
  private int limit = Integer.MAX_VALUE;

  @Option(
      names = "--spread",
      description =
          "With --limit: take texts spread evenly over the file rather than the first, which may be"
              + " of few kinds.")
  private boolean spread;

  /**
   * Reads the file.
   *
   * @throws DroverException if it is not what the options say
   */
  List<ContrastPair> read() {
    checkLimit(command, "--limit", limit);
    return PairsFile.open(pairs)
        .pairs(positive, negative, Optional.ofNullable(split), new Choice(limit, spread));
  }

  /** Refuses a limit below 1. */
  static void checkLimit(CommandSpec command, String name, int value) {
    if (value < 1) {
      throw new ParameterException(
          command.commandLine(), name + " is " + value + ", but must be at least 1");
    }
  }
}
