package drover.engine;

import drover.engine.io.DroverException;
import drover.engine.safetensors.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A HuggingFace model folder: config.json, model*.safetensors and, as the model has them,
 * generation_config.json, tokenizer.json, tokenizer_config.json, special_tokens_map.json and
 * chat_template.jinja.
 *
 * <p>Opening reads the two config files. The weights are mapped when first asked for and stay so
 * until {@link #close}.
 */
public final class ModelFolder implements AutoCloseable {
  private static final String CONFIG = "config.json";

  private final Path path;
  private final ModelConfig config;
  private final Optional<GenerationDefaults> generationDefaults;
  private Weights weights;

  private ModelFolder(
      Path path, ModelConfig config, Optional<GenerationDefaults> generationDefaults) {
    this.path = path;
    this.config = config;
    this.generationDefaults = generationDefaults;
  }

  /**
   * Reads a folder's config files.
   *
   * @throws DroverException if it is not a folder, has no config.json, or its model is not one that
   *     is supported
   */
  public static ModelFolder open(Path path) {
    if (!Files.exists(path)) {
      throw new DroverException("model folder " + path + " does not exist");
    }
    if (!Files.isDirectory(path)) {
      throw new DroverException(
          "model folder " + path + " is a file, but a folder with a config.json was expected");
    }
    if (!Files.exists(path.resolve(CONFIG))) {
      throw new DroverException(
          "model folder " + path + " has no config.json, so it is not a HuggingFace model folder");
    }
    ModelConfig config = ModelConfig.load(path.resolve(CONFIG));
    Optional<GenerationDefaults> defaults =
        existing(path.resolve("generation_config.json")).map(GenerationDefaults::load);
    return new ModelFolder(path, config, defaults);
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** What config.json says. */
  public ModelConfig config() {
    return config;
  }

  /** What generation_config.json says, if there is one. */
  public Optional<GenerationDefaults> generationDefaults() {
    return generationDefaults;
  }

  /**
   * The tokens that end a text: generation_config.json's where it names any, else config.json's.
   */
  public List<Integer> eosTokenIds() {
    return generationDefaults
        .map(GenerationDefaults::eosTokenIds)
        .filter(ids -> !ids.isEmpty())
        .orElseGet(config::eosTokenIds);
  }

  /**
   * The weights, mapped and checked against the config at the first call.
   *
   * @throws DroverException if a file is missing or broken, or a tensor is missing or has another
   *     shape or type than the config asks for
   */
  public synchronized Weights weights() {
    if (weights == null) {
      Weights opened = Weights.open(path);
      try {
        LlamaTensors.check(config, opened);
      } catch (RuntimeException e) {
        opened.close();
        throw e;
      }
      weights = opened;
    }
    return weights;
  }

  /**
   * A name for what this model computes: equal for equal models wherever they lie and however they
   * are sharded, different for another training of the same architecture.
   *
   * @return 32 hexadecimal digits, see {@link Fingerprint}
   * @throws DroverException as {@link #weights}
   */
  public String fingerprint() {
    return Fingerprint.of(config, weights());
  }

  /** tokenizer.json, if there is one; a model without runs on token ids. */
  public Optional<Path> tokenizerJson() {
    return existing(path.resolve("tokenizer.json"));
  }

  /** tokenizer_config.json, if there is one. */
  public Optional<Path> tokenizerConfigJson() {
    return existing(path.resolve("tokenizer_config.json"));
  }

  /** special_tokens_map.json, if there is one. */
  public Optional<Path> specialTokensMapJson() {
    return existing(path.resolve("special_tokens_map.json"));
  }

  /** chat_template.jinja, if there is one; older models keep theirs in tokenizer_config.json. */
  public Optional<Path> chatTemplate() {
    return existing(path.resolve("chat_template.jinja"));
  }

  /** Unmaps the weights, if they were asked for. */
  @Override
  public synchronized void close() {
    if (weights != null) {
      weights.close();
    }
  }

  private static Optional<Path> existing(Path file) {
    return Optional.of(file).filter(Files::exists);
  }
}
