package drover.cli;

import drover.steering.Accumulate;
import drover.steering.ExtractionMethod;
import drover.steering.Layers;
import drover.steering.Padding;
import drover.steering.Quirk;
import drover.steering.Semantics;
import drover.steering.TrainingOptions;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How a vector is extracted. */
final class ExtractionOptions {
  @Spec(Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--condition",
      description =
          "What tells prompts apart best: whitened_mean_diff over what the user says, with unit"
              + " rows, unless other options say otherwise. Write .safetensors, which says so.")
  private boolean condition;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      description =
          "pca_pairwise, pca_center, pca_diff, mean_diff, whitened_mean_diff or"
              + " whitened_ledoit_wolf (default: pca_pairwise).")
  private String method;

  @Option(
      names = "--accumulate",
      paramLabel = "all|suffix-only|N",
      description =
          "The tokens whose mean stands for a text: all, those of its suffix, the last N,"
              + " all-but-first:N, content (what the messages say, without the chat template), or"
              + " user (what the user says) (default: suffix-only with suffixes, else all).")
  private String accumulate;

  @Option(
      names = "--unit-rows",
      negatable = true,
      description = "Scale each text's mean to unit norm before the method sees it, or do not.")
  private Boolean unitRows;

  @Option(
      names = "--layers",
      paramLabel = "LIST",
      description = "Layers such as 15-23 or 15,16,17 (default: all).")
  private String layers;

  @Option(
      names = "--semantics",
      paramLabel = "NAME",
      description =
          "corrected, or reference for the Python library's numbers (default: ${DEFAULT-VALUE}).")
  private String semantics = "corrected";

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description =
          "With --semantics reference: how many texts are padded to one length (default: 32).")
  private Integer batchSize;

  @Option(
      names = "--padding-side",
      paramLabel = "right|left",
      description = "With --semantics reference: where the padding goes (default: right).")
  private String paddingSide;

  /**
   * The options as the library takes them.
   *
   * @param hasSuffixes whether the texts have suffixes
   * @throws drover.engine.io.DroverException if one of them is not what it can be
   */
  TrainingOptions read(boolean hasSuffixes) {
    Semantics reading = Semantics.named(semantics);
    boolean padded = reading.keeps(Quirk.PADDING_COUNTS);
    if (!padded && (batchSize != null || paddingSide != null)) {
      throw new ParameterException(
          command.commandLine(),
          "--batch-size and --padding-side need --semantics reference: otherwise nothing is"
              + " padded");
    }
    Padding usual = Padding.RIGHT_32;
    Padding padding =
        new Padding(
            batchSize == null ? usual.batchSize() : batchSize,
            paddingSide == null ? usual.side() : Padding.Side.named(paddingSide));
    TrainingOptions base = base(hasSuffixes);
    return new TrainingOptions(
        method == null ? base.method() : ExtractionMethod.named(method),
        accumulate == null ? base.accumulate() : Accumulate.parse(accumulate),
        Optional.ofNullable(layers).map(Layers::parse),
        reading,
        unitRows == null ? base.unitRows() : unitRows,
        padding);
  }

  private TrainingOptions base(boolean hasSuffixes) {
    if (condition) {
      return TrainingOptions.CONDITION;
    }
    return hasSuffixes
        ? TrainingOptions.BEHAVIOR
        : TrainingOptions.BEHAVIOR.withAccumulate(new Accumulate.All());
  }
}
