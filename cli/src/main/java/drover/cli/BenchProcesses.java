package drover.cli;

import drover.bench.BenchSizes;
import drover.bench.Measurement;
import drover.bench.ProcessBench;
import drover.engine.Llama;
import drover.engine.ModelConfig;
import drover.engine.ModelFolder;
import drover.engine.WeightType;
import drover.engine.io.AtomicFile;
import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import drover.kernels.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;

/** The commands of processes that are measured from outside: {@code drover generate}. */
final class BenchProcesses implements AutoCloseable {
  private static final int PROMPT = 16;

  private final Path folder;
  private final Device device;
  private final int threads;
  private final WeightType weights;
  private final boolean hasTokenizer;
  private final ModelConfig config;
  private final long weightBytes;
  private final Path ids;

  /** For a model on a device. */
  BenchProcesses(Path folder, Device device, ModelOptions options) {
    this.folder = folder;
    this.device = device;
    this.threads = options.threads();
    this.weights = options.weights();
    try (ModelFolder model = ModelFolder.open(folder)) {
      hasTokenizer = model.tokenizerJson().isPresent();
      config = model.config();
      weightBytes = weightBytes(model);
    }
    try {
      ids = Files.createTempFile("drover-bench", ".jsonl");
    } catch (IOException e) {
      throw new DroverException("no temporary file can be made: " + IoErrors.reason(e), e);
    }
    AtomicFile.writeString(ids, "{\"ids\":[" + randomIds() + "]}\n");
  }

  private long weightBytes(ModelFolder model) {
    return switch (weights) {
      case FILE -> model.weights().dataBytes();
      case Q8_0 -> {
        // This makes their file, too, if it is not there yet: the processes measured just read it.
        // The embedding stays in the model's file, where they look up single rows.
        try (Llama quantised = Llama.open(folder, device, weights)) {
          yield quantised.bytesPerToken();
        }
      }
    };
  }

  private String randomIds() {
    return new Random(1)
        .ints(PROMPT, 0, config.vocabSize())
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(","));
  }

  /** Answers a short chat prompt with one token. */
  List<String> firstToken() {
    return hasTokenizer ? generate(1, "--prompt", "Hello") : generate(1, idsPrompt());
  }

  /** The peak of decoding one text, and what of it is neither weights nor KV cache. */
  Measurement memory(BenchSizes sizes) {
    int tokens = Math.min(sizes.decoded(), config.maxPositions() - PROMPT);
    Measurement peak =
        ProcessBench.memory(Math.min(3, sizes.runs()), generate(tokens, idsPrompt()));
    long kvBytes = 2L * Float.BYTES * config.layers() * config.kvWidth() * (PROMPT + tokens);
    return peak.with("weights_mb", weightBytes / 1e6)
        .with("kv_cache_mb", kvBytes / 1e6)
        .with("beyond_both_mb", peak.median() - (weightBytes + kvBytes) / 1e6);
  }

  private String[] idsPrompt() {
    return new String[] {"--json", "--prompts", ids.toString()};
  }

  private List<String> generate(int tokens, String... prompt) {
    List<String> command = new ArrayList<>(OwnProcess.command());
    command.addAll(
        List.of(
            "generate",
            "--model",
            folder.toString(),
            "--device",
            device.name(),
            "--threads",
            Integer.toString(threads),
            "--weights",
            weights.name().toLowerCase(Locale.ROOT),
            "--max-new-tokens",
            Integer.toString(tokens)));
    command.addAll(List.of(prompt));
    return command;
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(ids);
    } catch (IOException e) {
      throw new DroverException(ids + " cannot be deleted: " + IoErrors.reason(e), e);
    }
  }
}
