package drover.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import drover.cli.Progress.Unit;
import drover.engine.Llama;
import drover.engine.io.AtomicFile;
import drover.engine.io.DroverException;
import drover.steering.Accumulate;
import drover.steering.Condition;
import drover.steering.ConditionFinder;
import drover.steering.ContrastPair;
import drover.steering.Layers;
import drover.steering.SearchOptions;
import drover.steering.Semantics;
import drover.steering.Similarity;
import drover.steering.SteeringVector;
import drover.steering.search.ConditionPoint;
import drover.steering.search.Quality;
import drover.steering.search.Thresholds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code drover find-condition}: where a vector tells two kinds of prompt apart. */
@Command(
    name = "find-condition",
    description =
        "Find the layer, threshold and direction at which a vector tells positive prompts from"
            + " negative ones.")
final class FindConditionCommand implements Runnable {
  private final Io io;

  @Mixin private ModelOptions modelOptions;
  @Mixin private TextOptions texts;

  @Option(
      names = "--vector",
      paramLabel = "FILE",
      required = true,
      description = "The condition's vector.")
  private Path vectorFile;

  @Option(
      names = "--layers",
      paramLabel = "LIST",
      description = "Layers such as 1:10 (without 10) or 1-9 (default: all of the vector).")
  private String layers;

  @Option(
      names = "--thresholds",
      paramLabel = "FROM:TO:STEP",
      description =
          "Try the thresholds of a grid such as 0.0:0.06:0.0001 (default: every one that matters,"
              + " at full precision; with reference semantics 0:1:0.01).")
  private String thresholds;

  @Option(
      names = "--max-layers",
      paramLabel = "N",
      description = "Combine up to so many layers (default: ${DEFAULT-VALUE}).")
  private int maxLayers = 1;

  @Option(
      names = "--mode",
      paramLabel = "mean|last|TOKENS",
      description =
          "Pool all tokens, the last one, or those that extract's --accumulate names (default: as"
              + " the vector was extracted, else mean).")
  private String mode;

  @Option(
      names = "--similarity",
      paramLabel = "NAME",
      description =
          "projected, cosine or signed (default: projected; cosine for whitened_mean_diff).")
  private Similarity similarity;

  @Option(
      names = "--holdout",
      paramLabel = "SHARE",
      description = "Keep this share of the prompts from the search, to measure the point on.")
  private double holdout;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Which prompts are held out (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--semantics",
      paramLabel = "NAME",
      description =
          "corrected, or reference for the Python library's results (default: ${DEFAULT-VALUE}).")
  private String semantics = "corrected";

  @Option(
      names = "--save-analysis",
      paramLabel = "FILE",
      description = "Write the similarities and the F1 of every threshold, as JSON.")
  private Path analysisFile;

  @Option(
      names = "--heatmap",
      paramLabel = "FILE.png",
      description = "Draw F1 over layers and thresholds, as PNG or SVG.")
  private Path heatmapFile;

  @Option(
      names = "--save-vector",
      paramLabel = "FILE.safetensors",
      description = "Write the vector with the point in it, for plans that name no threshold.")
  private Path pointedFile;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  FindConditionCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    List<ContrastPair> prompts = texts.read();
    SteeringVector vector = SteeringVector.load(vectorFile);
    SearchOptions options = options(vector);
    if (pointedFile != null
        && !(options.pooled().equals(Condition.pooledFor(vector, options.semantics()))
            && options.similarity() == Condition.similarityFor(vector))) {
      throw new DroverException(
          "--save-vector keeps a point that plans use as it is, but --mode or --similarity is not"
              + " what the vector implies");
    }
    for (Path file : new Path[] {analysisFile, heatmapFile, pointedFile}) {
      if (file != null) {
        // Whether a file can be written is better known before the work than after.
        AtomicFile.create(file).close();
      }
    }
    modelOptions.run(model -> find(model, vector, prompts, options));
  }

  private SearchOptions options(SteeringVector vector) {
    Semantics reading = Semantics.named(semantics);
    SearchOptions options =
        SearchOptions.of(vector, reading).withMaxLayers(maxLayers).withHeldOut(holdout, seed);
    if (layers != null) {
      options = options.withLayers(layerRange(layers));
    }
    if (thresholds != null) {
      options = options.withThresholds(Thresholds.parse(thresholds));
    } else if (!reading.equals(Semantics.CORRECTED)) {
      options = options.withThresholds(Thresholds.grid(0, 1, 0.01));
    }
    if (mode != null) {
      options = options.withPooled(Accumulate.ofMode(mode));
    }
    return similarity == null ? options : options.withSimilarity(similarity);
  }

  /** {@code 1:10} as Python has it, or a list that names each layer. */
  private static NavigableSet<Integer> layerRange(String text) {
    String[] ends = text.split(":", -1);
    if (ends.length != 2) {
      return Layers.parse(text);
    }
    try {
      int from = Integer.parseInt(ends[0]);
      int to = Integer.parseInt(ends[1]);
      if (from >= 0 && from < to && to <= 10_000) {
        return new TreeSet<>(IntStream.range(from, to).boxed().toList());
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    throw new DroverException(
        "--layers %s is no range such as 1:10".formatted(DroverException.quote(text)));
  }

  private void find(
      Llama model, SteeringVector vector, List<ContrastPair> prompts, SearchOptions options) {
    ConditionFinder.Found found;
    try (Progress progress = new Progress(io, Unit.ITEMS)) {
      found =
          new ConditionFinder(model, vector, options)
              .find(
                  prompts.stream().map(ContrastPair::positive).toList(),
                  prompts.stream().map(ContrastPair::negative).toList(),
                  (done, total) -> progress.update("tokens", done, total, done));
    }
    if (analysisFile != null) {
      found.analysis().write(analysisFile);
    }
    if (heatmapFile != null) {
      found.heatmap().write(heatmapFile);
    }
    if (pointedFile != null) {
      vector.withPoint(found.point()).save(pointedFile).forEach(io::notice);
    }
    print(found.point());
  }

  private void print(ConditionPoint point) {
    if (json) {
      new JsonLines(io.out()).write(out -> writeJson(out, point));
      return;
    }
    String layerList =
        point.layers().stream().map(Object::toString).collect(Collectors.joining(", "));
    Quality quality = point.quality();
    io.out()
        .println(
            String.format(
                Locale.ROOT,
                "Layers [%s], threshold %s, direction '%s', F1 %.3f (precision %.3f, recall %.3f,"
                    + " AUC %.3f, margin %.3g)",
                layerList,
                point.threshold(),
                point.thresholdIs(),
                quality.f1(),
                quality.precision(),
                quality.recall(),
                quality.auc(),
                point.margin()));
    point
        .heldOut()
        .ifPresent(
            held ->
                io.out()
                    .println(
                        String.format(
                            Locale.ROOT,
                            "held out: F1 %.3f (precision %.3f, recall %.3f, AUC %.3f)",
                            held.f1(),
                            held.precision(),
                            held.recall(),
                            held.auc())));
    io.out().flush();
  }

  private static void writeJson(JsonGenerator out, ConditionPoint point) throws IOException {
    out.writeArrayFieldStart("layers");
    for (int layer : point.layers()) {
      out.writeNumber(layer);
    }
    out.writeEndArray();
    out.writeNumberField("threshold", point.threshold());
    out.writeStringField("comparator_threshold_is", point.thresholdIs().toString());
    out.writeNumberField("f1", point.quality().f1());
    Optional<Quality> held = point.heldOut();
    if (held.isPresent()) {
      out.writeNumberField("held_out_f1", held.get().f1());
      out.writeNumberField("held_out_auc", held.get().auc());
    } else {
      out.writeNullField("held_out_f1");
    }
    out.writeNumberField("margin", point.margin());
    out.writeNumberField("precision", point.quality().precision());
    out.writeNumberField("recall", point.quality().recall());
    out.writeNumberField("auc", point.quality().auc());
  }
}
