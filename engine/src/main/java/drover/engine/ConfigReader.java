package drover.engine;

import drover.engine.io.DroverException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads {@code config.json} into a {@link ModelConfig}. Defaults and precedence are those of
 * transformers' configuration_llama.py and modeling_rope_utils.py.
 */
final class ConfigReader {
  private static final String ARCHITECTURE = "LlamaForCausalLM";
  private static final double DEFAULT_THETA = 10_000;

  private final JsonFields json;

  private ConfigReader(JsonFields json) {
    this.json = json;
  }

  static ModelConfig read(Path file) {
    return JsonFields.read(file, json -> new ConfigReader(json).config());
  }

  private ModelConfig config() {
    String modelType = json.text("model_type").orElse("");
    checkSupported(modelType);
    int hiddenSize = json.integer("hidden_size", 4096);
    int heads = json.integer("num_attention_heads", 32);
    int maxPositions = json.integer("max_position_embeddings", 2048);
    Rope rope = rope(maxPositions);
    return new ModelConfig(
        modelType,
        hiddenSize,
        json.integer("intermediate_size", 11008),
        json.integer("num_hidden_layers", 32),
        heads,
        json.integer("num_key_value_heads", heads),
        headDim(hiddenSize, heads),
        json.integer("vocab_size", 32000),
        maxPositions,
        (float) json.number("rms_norm_eps", 1e-6),
        rope.theta(),
        rope.scaling(),
        json.flag("tie_word_embeddings", false),
        json.flag("attention_bias", false),
        json.flag("mlp_bias", false),
        json.mentions("bos_token_id") ? json.tokenId("bos_token_id") : OptionalInt.of(1),
        json.mentions("eos_token_id") ? json.tokenIds("eos_token_id") : List.of(2),
        json.tokenId("pad_token_id"),
        json.text("dtype").or(() -> json.text("torch_dtype")));
  }

  private void checkSupported(String modelType) {
    ModelConfig.requireLlama(modelType);
    List<String> architectures = json.texts("architectures");
    if (!architectures.isEmpty() && !architectures.contains(ARCHITECTURE)) {
      throw new DroverException(
          "the architecture "
              + DroverException.quote(String.join(", ", architectures))
              + " is not supported, only '"
              + ARCHITECTURE
              + "' is");
    }
    json.text("hidden_act")
        .filter(name -> !name.equals("silu") && !name.equals("swish"))
        .ifPresent(
            name -> {
              throw new DroverException(
                  "hidden_act "
                      + DroverException.quote(name)
                      + " is not supported, only 'silu' is");
            });
    json.fields("quantization_config")
        .ifPresent(
            quantization -> {
              throw new DroverException(
                  "weights quantized by "
                      + DroverException.quote(
                          quantization.text("quant_method").orElse("an unnamed method"))
                      + " are not supported, only BF16, F16 and F32 are");
            });
  }

  private int headDim(int hiddenSize, int heads) {
    if (json.has("head_dim")) {
      return json.integer("head_dim", 0);
    }
    if (heads < 1 || hiddenSize % heads != 0) {
      throw new DroverException(
          "hidden_size, "
              + hiddenSize
              + ", must be a multiple of num_attention_heads, "
              + heads
              + ", where there is no head_dim");
    }
    return hiddenSize / heads;
  }

  /** What the rope keys amount to. */
  private record Rope(double theta, RopeScaling scaling) {}

  private Rope rope(int maxPositions) {
    Optional<JsonFields> classic =
        json.fields("rope_scaling").filter(fields -> !fields.object().isEmpty());
    Optional<JsonFields> chosen = classic.or(() -> json.fields("rope_parameters"));
    double outerTheta = json.number("rope_theta", DEFAULT_THETA);
    requireWholeRotary(json);
    if (chosen.isEmpty()) {
      return new Rope(outerTheta, new RopeScaling.None());
    }
    JsonFields parameters = chosen.get();
    requireWholeRotary(parameters);
    return new Rope(parameters.number("rope_theta", outerTheta), scaling(parameters, maxPositions));
  }

  private RopeScaling scaling(JsonFields parameters, int maxPositions) {
    String type = parameters.text("rope_type").or(() -> parameters.text("type")).orElse("default");
    return switch (type) {
      case "default" -> new RopeScaling.None();
      case "linear" -> new RopeScaling.Linear(required(parameters, "factor"));
      case "llama3" ->
          new RopeScaling.Llama3(
              required(parameters, "factor"),
              required(parameters, "low_freq_factor"),
              required(parameters, "high_freq_factor"),
              originalMaxPositions(parameters, maxPositions));
      default ->
          throw new DroverException(
              "the rope type "
                  + DroverException.quote(type)
                  + " is not supported, only 'default', 'linear' and 'llama3' are");
    };
  }

  /** A value beside the rope keys goes before the one among them, as in transformers. */
  private int originalMaxPositions(JsonFields parameters, int maxPositions) {
    String key = "original_max_position_embeddings";
    return json.integer(key).orElseGet(() -> parameters.integer(key, maxPositions));
  }

  private double required(JsonFields parameters, String key) {
    return parameters
        .number(key)
        .orElseThrow(() -> new DroverException("the rope scaling has no " + key));
  }

  private void requireWholeRotary(JsonFields fields) {
    double factor = fields.number("partial_rotary_factor", 1);
    if (factor != 1) {
      throw new DroverException("partial_rotary_factor " + factor + " is not supported, only 1 is");
    }
  }
}
