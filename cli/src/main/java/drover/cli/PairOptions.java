package drover.cli;

import drover.cli.PairsFile.Choice;
import drover.engine.io.DroverException;
import drover.steering.SteeringDataset;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The contrastive texts that a direction is extracted from. */
final class PairOptions {
  @Spec(Target.MIXEE)
  private CommandSpec command;

  @Mixin private TextOptions texts;

  @Option(
      names = "--suffixes",
      paramLabel = "FILE",
      description = "Beginnings of replies, each put behind every text.")
  private Path suffixes;

  @Option(
      names = "--positive-suffixes",
      paramLabel = "KEY",
      description = "The array, or field, with the suffixes of the positive texts.")
  private String positiveSuffixes;

  @Option(
      names = "--negative-suffixes",
      paramLabel = "KEY",
      description = "The array, or field, with the suffixes of the negative texts.")
  private String negativeSuffixes;

  @Option(
      names = "--suffix-limit",
      paramLabel = "N",
      description = "Take the first N suffixes only (default: all).")
  private int suffixLimit = Integer.MAX_VALUE;

  /** Whether the texts get suffixes. */
  boolean hasSuffixes() {
    return suffixes != null;
  }

  /**
   * Reads the files.
   *
   * @throws DroverException if a file is not what the options say
   */
  SteeringDataset read() {
    TextOptions.checkLimit(command, "--suffix-limit", suffixLimit);
    boolean keys = positiveSuffixes != null && negativeSuffixes != null;
    boolean anyKey = positiveSuffixes != null || negativeSuffixes != null;
    if (hasSuffixes() ? !keys : anyKey) {
      throw new ParameterException(
          command.commandLine(),
          "--suffixes, --positive-suffixes and --negative-suffixes need each other");
    }
    return new SteeringDataset(
        texts.read(),
        hasSuffixes()
            ? PairsFile.open(suffixes)
                .pairs(
                    positiveSuffixes,
                    negativeSuffixes,
                    Optional.empty(),
                    new Choice(suffixLimit, false))
            : List.of());
  }
}
