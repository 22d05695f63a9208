package drover.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import drover.cli.ModelInfo.TokenizerInfo;
import drover.cli.Progress.Unit;
import drover.engine.ModelConfig;
import drover.engine.RopeScaling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code drover model info}: what a model folder holds. */
@Command(name = "info", description = "Show what a model folder holds.")
final class ModelInfoCommand implements Runnable {
  private final Io io;

  @Parameters(index = "0", paramLabel = "DIR", description = "A HuggingFace model folder.")
  private Path folder;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  ModelInfoCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    ModelInfo info = ModelInfo.of(folder);
    if (json) {
      new JsonLines(io.out()).write(out -> write(out, info));
    } else {
      print(info);
    }
  }

  private void print(ModelInfo info) {
    ModelConfig config = info.config();
    line("folder", info.folder().toString());
    line("architecture", config.modelType());
    line("parameters", count(info.parameters()) + ", " + types(info));
    line("weights", Unit.BYTES.show(info.weightBytes()));
    line("layers", Integer.toString(config.layers()));
    line("hidden size", config.hiddenSize() + ", MLP " + config.intermediateSize());
    line(
        "heads",
        "%d of %d, sharing %s"
            .formatted(
                config.heads(), config.headDim(), Counts.of(config.kvHeads(), "key/value head")));
    line("context", Counts.of(config.maxPositions(), "token"));
    line("rope", "theta " + number(config.ropeTheta()) + ", " + scaling(config.ropeScaling()));
    line("embeddings", config.tieWordEmbeddings() ? "tied" : "not tied");
    line("vocabulary", Counts.of(config.vocabSize(), "row"));
    line("tokenizer", info.tokenizer().map(ModelInfoCommand::tokenizer).orElse("none"));
    line("chat template", info.chatTemplate() ? "yes" : "no");
    line("fingerprint", info.fingerprint());
    String files =
        info.files().entrySet().stream()
            .map(file -> file.getKey() + " (" + Unit.BYTES.show(file.getValue()) + ")")
            .collect(Collectors.joining(", "));
    line("files", files);
  }

  private void line(String name, String value) {
    io.out().printf(Locale.ROOT, "%-14s %s%n", name, value);
  }

  private static String tokenizer(TokenizerInfo tokenizer) {
    return tokenizer.kind()
        + tokenizer
            .problem()
            .map(problem -> ", not usable: " + problem)
            .orElse(", " + Counts.of(tokenizer.tokens(), "token"));
  }

  private static String types(ModelInfo info) {
    if (info.parametersByType().size() == 1) {
      return info.parametersByType().firstKey();
    }
    return info.parametersByType().entrySet().stream()
        .map(type -> count(type.getValue()) + " " + type.getKey())
        .collect(Collectors.joining(", "));
  }

  private static String count(long count) {
    return count < 1_000_000
        ? Long.toString(count)
        : String.format(
            Locale.ROOT,
            count < 1e9 ? "%.1f million" : "%.2f billion",
            count / (count < 1e9 ? 1e6 : 1e9));
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private static String scaling(RopeScaling scaling) {
    return switch (scaling) {
      case RopeScaling.None _ -> "not scaled";
      case RopeScaling.Linear(double factor) -> "scaled linearly by " + number(factor);
      case RopeScaling.Llama3(double factor, double low, double high, int positions) ->
          "scaled as in Llama 3.1 by %s (low %s, high %s, from %d tokens)"
              .formatted(number(factor), number(low), number(high), positions);
    };
  }

  private static void write(JsonGenerator out, ModelInfo info) throws IOException {
    ModelConfig config = info.config();
    out.writeStringField("folder", info.folder().toString());
    out.writeStringField("architecture", config.modelType());
    out.writeNumberField("parameters", info.parameters());
    writeCounts(out, "parameters_by_type", info.parametersByType());
    out.writeNumberField("weight_bytes", info.weightBytes());
    out.writeNumberField("layers", config.layers());
    out.writeNumberField("hidden_size", config.hiddenSize());
    out.writeNumberField("intermediate_size", config.intermediateSize());
    out.writeNumberField("heads", config.heads());
    out.writeNumberField("kv_heads", config.kvHeads());
    out.writeNumberField("head_dim", config.headDim());
    out.writeNumberField("context", config.maxPositions());
    out.writeNumberField("rope_theta", config.ropeTheta());
    out.writeFieldName("rope_scaling");
    writeScaling(out, config.ropeScaling());
    out.writeBooleanField("tied_embeddings", config.tieWordEmbeddings());
    out.writeNumberField("vocab_size", config.vocabSize());
    out.writeFieldName("tokenizer");
    writeTokenizer(out, info.tokenizer());
    out.writeBooleanField("chat_template", info.chatTemplate());
    out.writeStringField("fingerprint", info.fingerprint());
    writeCounts(out, "files", info.files());
  }

  private static void writeTokenizer(JsonGenerator out, Optional<TokenizerInfo> tokenizer)
      throws IOException {
    if (tokenizer.isEmpty()) {
      out.writeNull();
      return;
    }
    out.writeStartObject();
    out.writeStringField("kind", tokenizer.get().kind());
    if (tokenizer.get().problem().isPresent()) {
      out.writeStringField("problem", tokenizer.get().problem().get());
    } else {
      out.writeNumberField("tokens", tokenizer.get().tokens());
    }
    out.writeEndObject();
  }

  private static void writeScaling(JsonGenerator out, RopeScaling scaling) throws IOException {
    switch (scaling) {
      case RopeScaling.None _ -> out.writeNull();
      case RopeScaling.Linear(double factor) -> {
        out.writeStartObject();
        out.writeStringField("rope_type", "linear");
        out.writeNumberField("factor", factor);
        out.writeEndObject();
      }
      case RopeScaling.Llama3(double factor, double low, double high, int positions) -> {
        out.writeStartObject();
        out.writeStringField("rope_type", "llama3");
        out.writeNumberField("factor", factor);
        out.writeNumberField("low_freq_factor", low);
        out.writeNumberField("high_freq_factor", high);
        out.writeNumberField("original_max_position_embeddings", positions);
        out.writeEndObject();
      }
    }
  }

  private static void writeCounts(JsonGenerator out, String name, Map<String, Long> counts)
      throws IOException {
    out.writeObjectFieldStart(name);
    for (Map.Entry<String, Long> entry : counts.entrySet()) {
      out.writeNumberField(entry.getKey(), entry.getValue());
    }
    out.writeEndObject();
  }
}
