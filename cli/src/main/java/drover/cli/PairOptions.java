package drover.cli;

import drover.engine.io.DroverException;
import drover.steering.ContrastPair;
import drover.steering.SteeringDataset;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The contrastive texts that a direction is extracted from. */
final class PairOptions {
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
    checkLimit("--limit", limit);
    checkLimit("--suffix-limit", suffixLimit);
    boolean keys = positiveSuffixes != null && negativeSuffixes != null;
    boolean anyKey = positiveSuffixes != null || negativeSuffixes != null;
    if (hasSuffixes() ? !keys : anyKey) {
      throw new ParameterException(
          command.commandLine(),
          "--suffixes, --positive-suffixes and --negative-suffixes need each other");
    }
    return new SteeringDataset(
        pairs(pairs, positive, negative, Optional.ofNullable(split), limit),
        hasSuffixes()
            ? pairs(suffixes, positiveSuffixes, negativeSuffixes, Optional.empty(), suffixLimit)
            : List.of());
  }

  private void checkLimit(String name, int value) {
    if (value < 1) {
      throw new ParameterException(
          command.commandLine(), name + " is " + value + ", but must be at least 1");
    }
  }

  private static List<ContrastPair> pairs(
      Path file, String positiveKey, String negativeKey, Optional<String> split, int limit) {
    PairsFile texts = PairsFile.open(file);
    List<String> positive = texts.texts(positiveKey, split, limit);
    List<String> negative = texts.texts(negativeKey, split, limit);
    if (positive.size() != negative.size()) {
      throw new DroverException(
          "%s: %d texts of '%s' cannot be paired with %d of '%s'"
              .formatted(file, positive.size(), positiveKey, negative.size(), negativeKey));
    }
    return IntStream.range(0, positive.size())
        .mapToObj(i -> new ContrastPair(positive.get(i), negative.get(i)))
        .toList();
  }
}
