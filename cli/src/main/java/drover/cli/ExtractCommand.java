package drover.cli;

import drover.cli.Progress.Unit;
import drover.engine.Llama;
import drover.engine.io.AtomicFile;
import drover.steering.Accumulate;
import drover.steering.ExtractionMethod;
import drover.steering.Layers;
import drover.steering.Semantics;
import drover.steering.SteeringDataset;
import drover.steering.SteeringVector;
import drover.steering.TrainingOptions;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code drover extract}: a steering vector from contrastive texts. */
@Command(
    name = "extract",
    description =
        "Extract a steering vector: for each layer the direction in which the residual stream tells"
            + " positive from negative texts.")
final class ExtractCommand implements Runnable {
  private final Io io;

  @Mixin private ModelOptions modelOptions;
  @Mixin private PairOptions pairs;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      description = "pca_pairwise, pca_center, pca_diff or mean_diff (default: ${DEFAULT-VALUE}).")
  private String method = "pca_pairwise";

  @Option(
      names = "--accumulate",
      paramLabel = "all|suffix-only|N",
      description =
          "The tokens whose mean stands for a text: all, those of its suffix, or the last N"
              + " (default: suffix-only with suffixes, else all).")
  private String accumulate;

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
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "The file to write; .svec is added where missing.")
  private Path out;

  ExtractCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    Optional<NavigableSet<Integer>> chosen = Optional.ofNullable(layers).map(Layers::parse);
    String tokens = accumulate != null ? accumulate : pairs.hasSuffixes() ? "suffix-only" : "all";
    TrainingOptions options =
        new TrainingOptions(
            ExtractionMethod.named(method),
            Accumulate.parse(tokens),
            chosen,
            Semantics.named(semantics));
    SteeringDataset dataset = pairs.read();
    // Whether the file can be written is better known before the work than after.
    Path file = SteeringVector.file(out);
    AtomicFile.create(file).close();
    modelOptions.run(model -> extract(model, dataset, options, file));
  }

  private void extract(Llama model, SteeringDataset dataset, TrainingOptions options, Path file) {
    SteeringVector vector;
    try (Progress progress = new Progress(io, Unit.ITEMS)) {
      vector =
          SteeringVector.train(
              model,
              dataset,
              options,
              (done, total) -> progress.update("tokens", done, total, done));
    }
    vector.save(file);
    io.notice(summary(vector, dataset));
    io.out().println(file);
  }

  private static String summary(SteeringVector vector, SteeringDataset dataset) {
    Collection<Double> variances = vector.explainedVariances().values();
    return String.format(
        Locale.ROOT,
        "%s of %d, from %s%s; explained variance %.3f to %.3f",
        Counts.of(vector.directions().size(), "layer"),
        vector.width(),
        Counts.of(dataset.examples().size(), "pair"),
        dataset.suffixes().isEmpty()
            ? ""
            : " with " + Counts.of(dataset.suffixes().size(), "pair") + " of suffixes each",
        Collections.min(variances),
        Collections.max(variances));
  }
}
