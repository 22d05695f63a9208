package drover.engine;

import static drover.engine.io.DroverException.quote;

import drover.engine.io.DroverException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The numbers that define a Llama, as a HuggingFace {@code config.json} gives them.
 *
 * @param modelType {@code model_type}; "llama" is the only one that is run
 * @param hiddenSize the width of the residual stream
 * @param intermediateSize the width of the MLP's hidden layer
 * @param layers the number of blocks
 * @param heads the number of query heads
 * @param kvHeads the number of key and value heads; divides {@code heads}
 * @param headDim the width of a head, even; not always {@code hiddenSize / heads}
 * @param vocabSize the number of rows of the embedding
 * @param maxPositions the longest context in tokens
 * @param rmsNormEps added to the mean square in every RMSNorm
 * @param ropeTheta the base of the rotary frequencies
 * @param ropeScaling how the rotary frequencies are stretched
 * @param tieWordEmbeddings whether the LM head is the embedding
 * @param attentionBias whether the q, k, v and o projections have biases
 * @param mlpBias whether the gate, up and down projections have biases
 * @param bosTokenId the token that begins a text, if any
 * @param eosTokenIds the tokens that end a text
 * @param padTokenId the padding token, if any
 * @param dtype the type that the weights were saved in by the config's account; the weights' own
 *     files decide
 */
public record ModelConfig(
    String modelType,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    int vocabSize,
    int maxPositions,
    float rmsNormEps,
    double ropeTheta,
    RopeScaling ropeScaling,
    boolean tieWordEmbeddings,
    boolean attentionBias,
    boolean mlpBias,
    OptionalInt bosTokenId,
    List<Integer> eosTokenIds,
    OptionalInt padTokenId,
    Optional<String> dtype) {

  /**
   * Checks every number, so that no later allocation or division can be led astray.
   *
   * @throws DroverException naming the number, by its name in config.json, and its bounds
   */
  public ModelConfig {
    requireLlama(modelType);
    requireBetween("hidden_size", hiddenSize, 1, 1 << 18);
    requireBetween("intermediate_size", intermediateSize, 1, 1 << 20);
    requireBetween("num_hidden_layers", layers, 1, 10_000);
    requireBetween("num_attention_heads", heads, 1, 1 << 14);
    requireBetween("num_key_value_heads", kvHeads, 1, heads);
    requireBetween("head_dim", headDim, 2, 1 << 14);
    requireBetween("num_attention_heads times head_dim", (long) heads * headDim, 2, 1 << 18);
    requireBetween("vocab_size", vocabSize, 1, 1 << 24);
    requireBetween("max_position_embeddings", maxPositions, 1, 1 << 28);
    requireBetween("rms_norm_eps", rmsNormEps, Float.MIN_NORMAL, 1);
    requireBetween("rope_theta", ropeTheta, 1, 1e15);
    if (heads % kvHeads != 0) {
      throw new DroverException(
          "num_attention_heads, "
              + heads
              + ", must be a multiple of num_key_value_heads, "
              + kvHeads);
    }
    if (headDim % 2 != 0) {
      throw new DroverException("head_dim is " + headDim + ", but must be even for RoPE");
    }
    eosTokenIds = List.copyOf(eosTokenIds);
  }

  /**
   * Reads a {@code config.json}, with the defaults of transformers' LlamaConfig for keys that it
   * leaves out, in the classic layout ({@code rope_theta}, {@code rope_scaling}, {@code
   * torch_dtype}) or that of transformers 5 ({@code rope_parameters}, {@code dtype}).
   *
   * <p>Where both layouts appear in one file, transformers' order holds: a non-empty {@code
   * rope_scaling} is taken instead of {@code rope_parameters}, and a {@code rope_theta} inside the
   * one taken goes before the one beside it. {@code pretraining_tp} only splits matrix products and
   * is ignored.
   *
   * @throws DroverException if the file cannot be read, a value is out of bounds, or the model is
   *     of a kind that is not supported (architecture, activation, rope type, quantization), named
   */
  public static ModelConfig load(Path configJson) {
    return ConfigReader.read(configJson);
  }

  /** The number of query heads that share a key and value head. */
  public int headsPerKvHead() {
    return heads / kvHeads;
  }

  /** The width of all query heads together. */
  public int queryWidth() {
    return heads * headDim;
  }

  /** The width of all key heads together, and of all value heads. */
  public int kvWidth() {
    return kvHeads * headDim;
  }

  static void requireLlama(String modelType) {
    if (!modelType.equals("llama")) {
      throw new DroverException(
          (modelType.isEmpty() ? "a missing model_type" : "model_type " + quote(modelType))
              + " is not supported, only 'llama' is (Llama 2 and 3, SmolLM2, TinyLlama and others"
              + " of that type)");
    }
  }

  private static void requireBetween(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new DroverException(
          name + " is " + value + ", but must be from " + least + " to " + most);
    }
  }

  private static void requireBetween(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new DroverException(
          name + " is " + value + ", but must be from " + least + " to " + most);
    }
  }
}
