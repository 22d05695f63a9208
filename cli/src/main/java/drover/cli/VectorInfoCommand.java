package drover.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import drover.steering.Layers;
import drover.steering.Provenance;
import drover.steering.Provenance.Training;
import drover.steering.SteeringVector;
import drover.steering.VectorFormat;
import drover.steering.search.ConditionPointText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code drover vector info}: what a file says of its vector. */
@Command(name = "info", description = "Show what a file says of its steering vector.")
final class VectorInfoCommand implements Runnable {
  private static final String UNKNOWN = "not known";

  private final Io io;

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "A .svec, .gguf or .safetensors file; .svec may be left out.")
  private Path file;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  VectorInfoCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    Path existing = VectorFormat.existing(file);
    VectorFormat format = VectorFormat.of(existing);
    SteeringVector vector = SteeringVector.load(existing);
    if (json) {
      new JsonLines(io.out()).write(out -> write(out, existing, format, vector));
    } else {
      print(existing, format, vector);
    }
  }

  private void print(Path existing, VectorFormat format, SteeringVector vector) {
    Provenance from = vector.provenance();
    line("file", existing.toString());
    line("format", format.key());
    line("model type", from.modelType());
    line(
        "model layers",
        from.modelLayers().isPresent() ? "" + from.modelLayers().getAsInt() : UNKNOWN);
    line("fingerprint", from.modelFingerprint().orElse(UNKNOWN));
    line("layers", Layers.show(vector.directions().navigableKeySet()));
    line("width", Integer.toString(vector.width()));
    line("method", from.training().map(t -> method(t)).orElse(UNKNOWN));
    line("pooling", from.training().map(t -> t.accumulate().toString()).orElse(UNKNOWN));
    line("semantics", from.training().map(t -> t.semantics().toString()).orElse(UNKNOWN));
    line("pairs", from.training().map(t -> Integer.toString(t.pairs())).orElse(UNKNOWN));
    line("condition", from.point().map(ConditionPointText::line).orElse("none"));
    printLayers(vector);
  }

  /**
   * Every word of a file passes here: a model's type can hold anything, but not drive a terminal.
   */
  private void line(String name, String value) {
    io.out().printf(Locale.ROOT, "%-14s %s%n", name, value.replaceAll("\\p{C}", "\uFFFD"));
  }

  private static String method(Training training) {
    return training.method().key() + (training.unitRows() ? ", rows of unit norm" : "");
  }

  private void printLayers(SteeringVector vector) {
    NavigableMap<Integer, Double> norms = norms(vector);
    io.out().printf(Locale.ROOT, "%nlayer      norm  explained  residual  difference%n");
    for (int layer : vector.directions().keySet()) {
      io.out()
          .printf(
              Locale.ROOT,
              "%5d  %8s  %9s  %8s  %10s%n",
              layer,
              number(norms.get(layer)),
              number(vector.explainedVariances().get(layer)),
              number(vector.provenance().residualNorms().get(layer)),
              number(vector.provenance().differenceNorms().get(layer)));
    }
  }

  private static String number(Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.4g", value);
  }

  private static NavigableMap<Integer, Double> norms(SteeringVector vector) {
    NavigableMap<Integer, Double> norms = new TreeMap<>();
    vector
        .directions()
        .forEach(
            (layer, direction) -> {
              double squares = 0;
              for (float x : direction) {
                squares += (double) x * x;
              }
              norms.put(layer, Math.sqrt(squares));
            });
    return norms;
  }

  private static void write(
      JsonGenerator out, Path existing, VectorFormat format, SteeringVector vector)
      throws IOException {
    Provenance from = vector.provenance();
    out.writeStringField("file", existing.toString());
    out.writeStringField("format", format.key());
    out.writeStringField("model_type", from.modelType());
    if (from.modelLayers().isPresent()) {
      out.writeNumberField("model_layers", from.modelLayers().getAsInt());
    }
    if (from.modelFingerprint().isPresent()) {
      out.writeStringField("model_fingerprint", from.modelFingerprint().get());
    }
    out.writeArrayFieldStart("layers");
    for (int layer : vector.directions().keySet()) {
      out.writeNumber(layer);
    }
    out.writeEndArray();
    out.writeNumberField("width", vector.width());
    if (from.training().isPresent()) {
      writeTraining(out, from.training().get());
    }
    writeByLayer(out, "direction_norms", norms(vector));
    writeByLayer(out, "explained_variances", vector.explainedVariances());
    writeByLayer(out, "residual_norms", from.residualNorms());
    writeByLayer(out, "difference_norms", from.differenceNorms());
    if (from.point().isPresent()) {
      out.writeFieldName("condition_point");
      out.writeRawValue(ConditionPointText.json(from.point().get()));
    }
  }

  private static void writeTraining(JsonGenerator out, Training training) throws IOException {
    out.writeStringField("method", training.method().key());
    out.writeStringField("accumulate", training.accumulate().toString());
    out.writeStringField("semantics", training.semantics().toString());
    out.writeBooleanField("unit_rows", training.unitRows());
    out.writeNumberField("pairs", training.pairs());
  }

  private static void writeByLayer(JsonGenerator out, String name, Map<Integer, Double> values)
      throws IOException {
    out.writeObjectFieldStart(name);
    for (Map.Entry<Integer, Double> entry : values.entrySet()) {
      out.writeNumberField(entry.getKey().toString(), entry.getValue());
    }
    out.writeEndObject();
  }
}
