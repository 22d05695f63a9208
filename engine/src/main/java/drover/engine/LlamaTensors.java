package drover.engine;

import drover.engine.io.DroverException;
import drover.engine.safetensors.ElementType;
import drover.engine.safetensors.TensorInfo;
import drover.engine.safetensors.Weights;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tensors that a Llama needs, by HuggingFace's names, and the check that a model folder has
 * them. Matrices are {@code [out, in]}.
 */
public final class LlamaTensors {
  /** The token embedding, {@code [vocab, hidden]}. */
  public static final String EMBEDDING = "model.embed_tokens.weight";

  /** The weight of the norm after the last block, {@code [hidden]}. */
  public static final String FINAL_NORM = "model.norm.weight";

  /** The LM head, {@code [vocab, hidden]}; absent or ignored where embeddings are tied. */
  public static final String LM_HEAD = "lm_head.weight";

  private static final System.Logger LOG = System.getLogger(LlamaTensors.class.getName());
  private static final Set<ElementType> SUPPORTED =
      EnumSet.of(ElementType.F32, ElementType.F16, ElementType.BF16);
  private static final int MOST_NAMES_LOGGED = 8;

  private LlamaTensors() {}

  /** The name of a tensor of one block, such as {@code layer(3, "mlp.up_proj.weight")}. */
  public static String layer(int layer, String name) {
    return "model.layers." + layer + "." + name;
  }

  /** Every tensor that a model of this config needs, with its shape, in the order of use. */
  public static Map<String, List<Long>> expectedShapes(ModelConfig config) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    long hidden = config.hiddenSize();
    long vocab = config.vocabSize();
    shapes.put(EMBEDDING, List.of(vocab, hidden));
    for (int layer = 0; layer < config.layers(); layer++) {
      addLayer(shapes, layer, config);
    }
    shapes.put(FINAL_NORM, List.of(hidden));
    if (!config.tieWordEmbeddings()) {
      shapes.put(LM_HEAD, List.of(vocab, hidden));
    }
    return shapes;
  }

  /**
   * The matrices that rows are multiplied by, in the order of use: all but the embedding, unless
   * that is the LM head as well.
   */
  static List<String> matrices(ModelConfig config) {
    return expectedShapes(config).entrySet().stream()
        .filter(tensor -> tensor.getValue().size() == 2)
        .map(Map.Entry::getKey)
        .filter(name -> !name.equals(EMBEDDING) || config.tieWordEmbeddings())
        .toList();
  }

  private static void addLayer(Map<String, List<Long>> shapes, int layer, ModelConfig config) {
    long hidden = config.hiddenSize();
    long queries = config.queryWidth();
    long keys = config.kvWidth();
    long inner = config.intermediateSize();
    boolean attention = config.attentionBias();
    boolean mlp = config.mlpBias();
    shapes.put(layer(layer, "input_layernorm.weight"), List.of(hidden));
    addLinear(shapes, layer(layer, "self_attn.q_proj"), queries, hidden, attention);
    addLinear(shapes, layer(layer, "self_attn.k_proj"), keys, hidden, attention);
    addLinear(shapes, layer(layer, "self_attn.v_proj"), keys, hidden, attention);
    addLinear(shapes, layer(layer, "self_attn.o_proj"), hidden, queries, attention);
    shapes.put(layer(layer, "post_attention_layernorm.weight"), List.of(hidden));
    addLinear(shapes, layer(layer, "mlp.gate_proj"), inner, hidden, mlp);
    addLinear(shapes, layer(layer, "mlp.up_proj"), inner, hidden, mlp);
    addLinear(shapes, layer(layer, "mlp.down_proj"), hidden, inner, mlp);
  }

  private static void addLinear(
      Map<String, List<Long>> shapes, String name, long out, long in, boolean bias) {
    shapes.put(name + ".weight", List.of(out, in));
    if (bias) {
      shapes.put(name + ".bias", List.of(out));
    }
  }

  /**
   * Checks that the weights hold every tensor that the config asks for, in its shape and a type
   * that is computed with. Tensors beyond those are not used; they are logged, except for the ones
   * that are known to be redundant (old checkpoints' {@code rotary_emb.inv_freq}, a tied LM head).
   *
   * @throws DroverException naming the first tensor that is missing or differs, what was found and
   *     what was expected
   */
  public static void check(ModelConfig config, Weights weights) {
    Map<String, List<Long>> expected = expectedShapes(config);
    expected.forEach((name, shape) -> checkTensor(weights, name, shape));
    List<String> unused =
        weights.names().stream()
            .filter(name -> !expected.containsKey(name))
            .filter(name -> !name.endsWith(".rotary_emb.inv_freq") && !name.equals(LM_HEAD))
            .sorted()
            .toList();
    if (!unused.isEmpty()) {
      LOG.log(System.Logger.Level.INFO, () -> unusedNotice(weights, unused));
    }
  }

  private static void checkTensor(Weights weights, String name, List<Long> shape) {
    if (!weights.has(name)) {
      throw new DroverException(
          weights.folder()
              + " has no tensor named '"
              + name
              + "', which config.json asks for with shape "
              + shape);
    }
    TensorInfo found = weights.info(name);
    if (!found.shape().equals(shape)) {
      throw new DroverException(
          weights.folder()
              + ": tensor '"
              + name
              + "' has shape "
              + found.shape()
              + ", but config.json asks for "
              + shape);
    }
    if (!SUPPORTED.contains(found.type())) {
      throw new DroverException(
          weights.folder()
              + ": tensor '"
              + name
              + "' has elements of type "
              + found.type()
              + ", but only F32, F16 and BF16 are supported");
    }
  }

  private static String unusedNotice(Weights weights, List<String> unused) {
    String names = String.join(", ", unused.subList(0, Math.min(MOST_NAMES_LOGGED, unused.size())));
    return weights.folder()
        + ": "
        + unused.size()
        + " tensors are not used: "
        + names
        + (unused.size() > MOST_NAMES_LOGGED ? ", ..." : "");
  }
}
