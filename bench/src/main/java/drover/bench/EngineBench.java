package drover.bench;

import drover.engine.Batch;
import drover.engine.Batch.LogitRows;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Logits;
import drover.engine.ModelConfig;
import drover.engine.Sequence;
import drover.engine.WeightType;
import drover.kernels.Device;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleSupplier;

/**
 * The engine's speed from end to end, in a JVM that has run all of it before: opening, prefill and
 * decoding are each warmed up, in turn, before anything is measured.
 */
public final class EngineBench {
  private static final int RUNS = 5;
  private static final int PREFILL = 512;
  private static final int DECODED = 128;
  private static final int WARM_UP_ROUNDS = 3;

  private final Path folder;
  private final Device device;
  private final WeightType weights;
  private final MachineLimits limits;

  /** For a model on a device, with its weights in a type. */
  public EngineBench(Path folder, Device device, WeightType weights, MachineLimits limits) {
    this.folder = folder;
    this.device = device;
    this.weights = weights;
    this.limits = limits;
  }

  /** Runs prefill, short prompts and decoding in turn until the JIT has seen the mixture. */
  public void warmUp() {
    try (Llama model = Llama.open(folder, device, weights)) {
      for (int round = 0; round < WARM_UP_ROUNDS; round++) {
        prefillSeconds(model, PREFILL);
        prefillSeconds(model, 37);
        decodeSeconds(model, 48);
      }
    }
  }

  /** Milliseconds to open the model. */
  public Measurement open() {
    return measure(
        "open",
        "ms",
        0,
        "",
        () -> {
          long start = System.nanoTime();
          Llama.open(folder, device, weights).close();
          return (System.nanoTime() - start) / 1e6;
        });
  }

  /** Tokens per second of a prompt of 512 tokens, against the multiply-add peak. */
  public Measurement prefill() {
    try (Llama model = Llama.open(folder, device, weights)) {
      double operations = 2.0 * layerWeights(model.config());
      return measure(
          "prefill " + PREFILL,
          "tokens/s",
          limits.fmaPeak() / operations,
          "F32 multiply-add peak",
          () -> PREFILL / prefillSeconds(model, PREFILL));
    }
  }

  /** Tokens per second of one text, against reading all weights once for each token. */
  public Measurement decode() {
    try (Llama model = Llama.open(folder, device, weights)) {
      double bytes = model.bytesPerToken();
      return measure(
          "decode " + DECODED,
          "tokens/s",
          limits.readBandwidth() / bytes,
          "read bandwidth / bytes of weights per token",
          () -> DECODED / decodeSeconds(model, DECODED));
    }
  }

  private static Measurement measure(
      String what, String unit, double limit, String limitedBy, DoubleSupplier run) {
    double[] results = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      results[i] = run.getAsDouble();
    }
    Arrays.sort(results);
    return new Measurement(
        what, results[RUNS / 2], results[0], results[RUNS - 1], unit, limit, limitedBy);
  }

  private static double prefillSeconds(Llama model, int tokens) {
    int[] ids = new Random(1).ints(tokens, 0, model.config().vocabSize()).toArray();
    try (Sequence sequence = model.newSequence()) {
      long start = System.nanoTime();
      model.forward(Batch.of(sequence, ids), Hooks.NONE).close();
      return (System.nanoTime() - start) / 1e9;
    }
  }

  /** After a prompt of 16 tokens. */
  private static double decodeSeconds(Llama model, int tokens) {
    int[] prompt = new Random(2).ints(16, 0, model.config().vocabSize()).toArray();
    try (Sequence sequence = model.newSequence()) {
      int next = step(model, sequence, prompt);
      long start = System.nanoTime();
      for (int i = 0; i < tokens; i++) {
        next = step(model, sequence, next);
      }
      return (System.nanoTime() - start) / 1e9;
    }
  }

  private static int step(Llama model, Sequence sequence, int... ids) {
    Batch batch = Batch.builder().add(sequence, ids, LogitRows.LAST).build();
    try (Logits logits = model.forward(batch, Hooks.NONE)) {
      return logits.argmax()[0];
    }
  }

  /** The weights of all blocks: what every token of a prompt is multiplied with. */
  private static double layerWeights(ModelConfig config) {
    double attention = config.hiddenSize() * (2.0 * config.queryWidth() + 2.0 * config.kvWidth());
    double mlp = 3.0 * config.hiddenSize() * config.intermediateSize();
    return config.layers() * (attention + mlp);
  }
}
