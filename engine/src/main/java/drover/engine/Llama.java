package drover.engine;

import drover.engine.io.DroverException;
import drover.kernels.Device;
import drover.kernels.DeviceArray;
import drover.kernels.Devices;
import drover.kernels.KvCache;
import drover.tokenizer.Tokenizer;
import drover.tokenizer.TokenizerException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * A Llama, opened from a HuggingFace model folder and ready to run.
 *
 * <pre>{@code
 * try (Llama model = Llama.open(Path.of("SmolLM2-135M-Instruct"))) {
 *   Sequence sequence = model.newSequence();
 *   Logits logits = model.forward(Batch.of(sequence, ids), Hooks.NONE);
 *   int next = logits.argmax()[0];
 * }
 * }</pre>
 *
 * <p>The weights stay in their mapped file. Any number of threads may run passes at the same time,
 * over sequences of their own.
 */
public final class Llama implements AutoCloseable {
  /** Workspaces of more rows than this are not kept: they would hold too much memory. */
  private static final int MOST_ROWS_KEPT = 1024;

  private static final int MOST_WORKSPACES_KEPT = 4;

  private final ModelFolder folder;
  private final Device device;
  private final boolean ownsDevice;
  private final ModelConfig config;
  private final Q8Matrices matrices;
  private final LlamaWeights weights;
  private final float[] inverseFrequencies;
  private final KvCache cache;
  private final LogitArrays logitArrays;
  private volatile Tokenizer tokenizer;
  private final Kept<Workspace> workspaces =
      new Kept<>(MOST_WORKSPACES_KEPT, Workspace::rows, Workspace::close);

  private Llama(ModelFolder folder, Q8Matrices matrices, Device device, boolean ownsDevice) {
    this.folder = folder;
    this.device = device;
    this.ownsDevice = ownsDevice;
    this.config = folder.config();
    this.matrices = matrices;
    this.weights = LlamaWeights.of(config, folder.weights(), matrices, device);
    this.inverseFrequencies = RopeFrequencies.inverseFrequencies(config);
    this.cache = device.newKvCache(config.layers(), config.kvHeads(), config.headDim());
    this.logitArrays = new LogitArrays(device, config.vocabSize());
  }

  /**
   * Opens a model on the default device, which is closed with it.
   *
   * @throws DroverException if the folder is not a model that can be run
   */
  public static Llama open(Path folder) {
    return open(folder, WeightType.FILE, Devices.open(), true);
  }

  /**
   * Opens a model on a device, which stays open when the model is closed.
   *
   * @throws DroverException if the folder is not a model that can be run
   */
  public static Llama open(Path folder, Device device) {
    return open(folder, WeightType.FILE, device, false);
  }

  /**
   * Opens a model on a device, which stays open when the model is closed, to compute with weights
   * of a type. Quantised weights are made once and kept in a file beside the model, or in the
   * user's cache folder where the model's cannot be written; a file that does not fit the model any
   * more is made anew.
   *
   * @throws DroverException if the folder is not a model that can be run, or its weights are not
   *     finite and cannot be quantised for that
   */
  public static Llama open(Path folder, Device device, WeightType weights) {
    return open(folder, weights, device, false);
  }

  private static Llama open(Path path, WeightType weights, Device device, boolean ownsDevice) {
    ModelFolder folder = null;
    Q8Matrices matrices = null;
    try {
      folder = ModelFolder.open(path);
      matrices =
          switch (weights) {
            case FILE -> null;
            case Q8_0 -> Q8Matrices.of(folder);
          };
      return new Llama(folder, matrices, device, ownsDevice);
    } catch (RuntimeException e) {
      if (matrices != null) {
        matrices.close();
      }
      if (folder != null) {
        folder.close();
      }
      if (ownsDevice) {
        device.close();
      }
      throw e;
    }
  }

  /** The numbers that define the model. */
  public ModelConfig config() {
    return config;
  }

  /** The folder that the model came from. */
  public ModelFolder folder() {
    return folder;
  }

  /**
   * The tokenizer, read at the first call; none where the folder has no tokenizer.json: such a
   * model runs on token ids.
   *
   * @throws DroverException if the file is not a tokenizer that is supported
   */
  public Optional<Tokenizer> tokenizer() {
    if (tokenizer == null && folder.tokenizerJson().isPresent()) {
      synchronized (this) {
        if (tokenizer == null) {
          tokenizer = loadTokenizer(folder.tokenizerJson().get());
        }
      }
    }
    return Optional.ofNullable(tokenizer);
  }

  private static Tokenizer loadTokenizer(Path file) {
    try {
      return Tokenizer.load(file);
    } catch (TokenizerException e) {
      throw new DroverException(e.getMessage(), e);
    }
  }

  /** The bytes of weights that every token's pass reads. */
  public long bytesPerToken() {
    return weights.bytesPerToken();
  }

  /** What it runs on. */
  public Device device() {
    return device;
  }

  /** A new, empty sequence. */
  public Sequence newSequence() {
    return newSequence(Sequence.EXPECTED_TOKENS);
  }

  /**
   * A new, empty sequence with room for a number of tokens to begin with.
   *
   * @param expectedTokens how many it will probably hold: less memory where these are few
   */
  public Sequence newSequence(int expectedTokens) {
    return new Sequence(cache.newSegment(expectedTokens), config.maxPositions());
  }

  /** Puts a vector on the device for hooks to use; the array is copied. */
  public Direction direction(float[] vector) {
    DeviceArray array = device.allocate(1, vector.length);
    device.write(array, 0, 1, vector, 0);
    return new Direction(array);
  }

  /**
   * Runs one batch and makes its tokens part of their sequences.
   *
   * @return the logits of the rows that the batch asks for; none if the hooks stop the pass early
   * @throws DroverException if a token id or a hook's layer is out of range
   */
  public Logits forward(Batch batch, Hooks hooks) {
    requireIds(batch.ids());
    return run(batch, hooks, ForwardPass::run);
  }

  /**
   * Runs one batch from a layer on, with a residual stream that an earlier pass left there. The
   * layers before it are not run: their keys and values must be in the cache already, which they
   * are for tokens that run {@link Batch.Builder#again}.
   *
   * @return as {@link #forward(Batch, Hooks)}
   * @throws DroverException if a hook's layer is out of range
   */
  public Logits forward(Batch batch, Hooks hooks, Residual from) {
    if (from.layer() < 0 || from.layer() > config.layers()) {
      throw new IllegalArgumentException(
          "a pass from layer " + from.layer() + " of " + config.layers());
    }
    return run(batch, hooks, pass -> pass.run(from));
  }

  private Logits run(Batch batch, Hooks hooks, Function<ForwardPass, Logits> work) {
    hooks.check(config.layers());
    Workspace space = takeWorkspace(batch.rows());
    try {
      Logits logits =
          work.apply(
              new ForwardPass(
                  config, weights, inverseFrequencies, device, space, logitArrays, batch, hooks));
      batch.commit();
      return logits;
    } finally {
      keepWorkspace(space);
    }
  }

  /** Refuses token ids that the model does not have. */
  void requireIds(int[] ids) {
    for (int id : ids) {
      if (id < 0 || id >= config.vocabSize()) {
        throw new DroverException(
            "token id %d is outside the vocabulary of %d".formatted(id, config.vocabSize()));
      }
    }
  }

  private Workspace takeWorkspace(int rows) {
    return workspaces.take(rows).orElseGet(() -> Workspace.allocate(device, config, rows));
  }

  private void keepWorkspace(Workspace space) {
    if (space.rows() > MOST_ROWS_KEPT) {
      space.close();
    } else {
      workspaces.give(space);
    }
  }

  /** Unmaps the weights; sequences and directions of the model must not be used after that. */
  @Override
  public void close() {
    cache.close();
    workspaces.close();
    logitArrays.close();
    folder.close();
    if (matrices != null) {
      matrices.close();
    }
    if (ownsDevice) {
      device.close();
    }
  }
}
