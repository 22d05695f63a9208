package drover.cli;

import drover.cli.Progress.Unit;
import drover.engine.Llama;
import drover.engine.io.AtomicFile;
import drover.engine.io.DroverException;
import drover.steering.Accumulate;
import drover.steering.Condition;
import drover.steering.Provenance;
import drover.steering.Semantics;
import drover.steering.Similarity;
import drover.steering.SteeringDataset;
import drover.steering.SteeringVector;
import drover.steering.Suffixes;
import drover.steering.TrainingOptions;
import drover.steering.VectorFormat;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code drover extract}: a steering vector from contrastive texts. */
@Command(
    name = "extract",
    description =
        "Extract a steering vector: for each layer the direction in which the residual stream tells"
            + " positive from negative texts. Interrupted (Ctrl-C), it keeps the vector of the"
            + " pairs that are complete in a file of its own.")
final class ExtractCommand implements Runnable {
  private final Io io;
  private final Function<Runnable, Interruption> interruptions;

  @Mixin private ModelOptions modelOptions;
  @Mixin private PairOptions pairs;
  @Mixin private ExtractionOptions extraction;
  @Mixin private FiguresOption figures;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "The file to write; .svec is added where missing.")
  private Path out;

  ExtractCommand(Io io) {
    this(io, Interruption::new);
  }

  /**
   * @param interruptions makes one that calls what it is given
   */
  ExtractCommand(Io io, Function<Runnable, Interruption> interruptions) {
    this.io = io;
    this.interruptions = interruptions;
  }

  @Override
  public void run() {
    TrainingOptions options = extraction.read(pairs.hasSuffixes());
    SteeringDataset dataset = pairs.read();
    // Whether the file can be written is better known before the work than after.
    Path file = SteeringVector.file(out);
    AtomicFile.create(file).close();
    figures.prepare();
    modelOptions.run(model -> extract(model, dataset, options, file));
  }

  private void extract(Llama model, SteeringDataset dataset, TrainingOptions options, Path file) {
    try (Interruption interruption = interruptions.apply(this::announceEnd)) {
      SteeringVector vector;
      try {
        vector = train(model, dataset, options, interruption);
      } catch (DroverException e) {
        if (interruption.isRequested()) {
          io.notice("interrupted: nothing is kept, " + file + " is as it was: " + e.getMessage());
          return;
        }
        throw e;
      }
      save(vector, dataset, file);
    }
  }

  private void announceEnd() {
    io.notice("interrupted: making a vector of the pairs that are complete");
  }

  private SteeringVector train(
      Llama model, SteeringDataset dataset, TrainingOptions options, Interruption interruption) {
    try (Progress progress = new Progress(io, Unit.ITEMS)) {
      Listener listener = new Listener(progress, interruption);
      return figures.isGiven()
          ? SteeringVector.train(model, dataset, options, listener, figures::draw)
          : SteeringVector.train(model, dataset, options, listener);
    }
  }

  /** Shows the progress, and passes an interruption on. */
  private record Listener(Progress progress, Interruption interruption)
      implements drover.steering.Progress {
    @Override
    public void at(long done, long total) {
      progress.update("tokens", done, total, done);
    }

    @Override
    public boolean isStopped() {
      return interruption.isRequested();
    }
  }

  private void save(SteeringVector vector, SteeringDataset dataset, Path file) {
    if (figures.isGiven()) {
      figures.draw(vector);
    }
    int used = vector.provenance().training().map(Provenance.Training::pairs).orElseThrow();
    if (used < dataset.pairs()) {
      Path partial = partial(file);
      vector.save(partial);
      io.notice(
          "interrupted: %s is of the %d of %d pairs that were complete; %s is as it was"
              .formatted(partial, used, dataset.pairs(), file));
      return;
    }
    vector.save(file);
    io.notice(summary(vector, dataset));
    adviseOn(vector, dataset, file);
    io.out().println(file);
  }

  /** A condition is to be read as its vector was; only Drover's own format says how that was. */
  private void adviseOn(SteeringVector vector, SteeringDataset dataset, Path file) {
    boolean told = VectorFormat.bySuffix(file).equals(Optional.of(VectorFormat.SAFETENSORS));
    boolean condition = dataset.suffixes() instanceof Suffixes.None;
    Accumulate pooled = Condition.pooledFor(vector, Semantics.CORRECTED);
    Similarity similarity = Condition.similarityFor(vector);
    boolean usual = pooled instanceof Accumulate.All && similarity == Similarity.PROJECTED;
    if (condition && !told && !usual) {
      io.notice(
          "%s cannot say how it was made: as a condition it needs --mode %s --similarity %s; a .safetensors file would say so"
              .formatted(file, pooled, similarity.name().toLowerCase(Locale.ROOT)));
    }
  }

  /** {@code refusal.svec} becomes {@code refusal.partial.svec}. */
  private static Path partial(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return file.resolveSibling(name.substring(0, dot) + ".partial" + name.substring(dot));
  }

  private static String summary(SteeringVector vector, SteeringDataset dataset) {
    Collection<Double> variances = vector.explainedVariances().values();
    int suffixes = dataset.suffixes().pairs().size();
    return String.format(
        Locale.ROOT,
        "%s of %d, from %s%s; explained variance %.3f to %.3f",
        Counts.of(vector.directions().size(), "layer"),
        vector.width(),
        Counts.of(dataset.examples().size(), "pair"),
        suffixes == 0 ? "" : " with " + Counts.of(suffixes, "pair") + " of suffixes each",
        Collections.min(variances),
        Collections.max(variances));
  }
}
