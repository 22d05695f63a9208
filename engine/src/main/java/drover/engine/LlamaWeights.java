package drover.engine;

import drover.engine.io.DroverException;
import drover.engine.safetensors.Tensor;
import drover.engine.safetensors.Weights;
import drover.kernels.DType;
import drover.kernels.Device;
import drover.kernels.Weight;
import java.util.ArrayList;
import java.util.List;

/**
 * The weights of a Llama on a device. Biases are null where the model has none.
 *
 * @param embedding {@code [vocab, hidden]}
 * @param finalNorm {@code [1, hidden]}
 * @param lmHead {@code [vocab, hidden]}: the embedding itself where they are tied and of one type
 */
record LlamaWeights(Weight embedding, List<Layer> layers, Weight finalNorm, Weight lmHead) {

  /** A linear map {@code [outputs, inputs]} with its bias {@code [1, outputs]} or null. */
  record Linear(Weight weight, Weight bias) {}

  /** One block. */
  record Layer(
      Weight attentionNorm,
      Linear q,
      Linear k,
      Linear v,
      Linear o,
      Weight mlpNorm,
      Linear gate,
      Linear up,
      Linear down) {}

  /**
   * Wraps the tensors of a checked model; nothing is copied on a CPU.
   *
   * @param matrices what to multiply by instead of the model's own, or null
   */
  static LlamaWeights of(ModelConfig config, Weights tensors, Q8Matrices matrices, Device device) {
    Loader loader = new Loader(tensors, matrices, device);
    Weight embedding = loader.weight(LlamaTensors.EMBEDDING);
    List<Layer> layers = new ArrayList<>();
    for (int l = 0; l < config.layers(); l++) {
      layers.add(
          new Layer(
              loader.weight(LlamaTensors.layer(l, "input_layernorm.weight")),
              loader.linear(l, "self_attn.q_proj", config.attentionBias()),
              loader.linear(l, "self_attn.k_proj", config.attentionBias()),
              loader.linear(l, "self_attn.v_proj", config.attentionBias()),
              loader.linear(l, "self_attn.o_proj", config.attentionBias()),
              loader.weight(LlamaTensors.layer(l, "post_attention_layernorm.weight")),
              loader.linear(l, "mlp.gate_proj", config.mlpBias()),
              loader.linear(l, "mlp.up_proj", config.mlpBias()),
              loader.linear(l, "mlp.down_proj", config.mlpBias())));
    }
    Weight lmHead =
        !config.tieWordEmbeddings()
            ? loader.matrix(LlamaTensors.LM_HEAD)
            : matrices == null ? embedding : loader.matrix(LlamaTensors.EMBEDDING);
    return new LlamaWeights(
        embedding, List.copyOf(layers), loader.weight(LlamaTensors.FINAL_NORM), lmHead);
  }

  /** The bytes of weights that are read for every token. */
  long bytesPerToken() {
    long bytes = bytes(finalNorm) + bytes(lmHead);
    for (Layer layer : layers) {
      bytes += bytes(layer.attentionNorm) + bytes(layer.mlpNorm);
      for (Linear linear :
          List.of(layer.q, layer.k, layer.v, layer.o, layer.gate, layer.up, layer.down)) {
        bytes += bytes(linear.weight) + (linear.bias == null ? 0 : bytes(linear.bias));
      }
    }
    return bytes;
  }

  private static long bytes(Weight weight) {
    return weight.rows() * weight.type().rowBytes(weight.columns());
  }

  private record Loader(Weights tensors, Q8Matrices matrices, Device device) {
    Linear linear(int layer, String name, boolean bias) {
      return new Linear(
          matrix(LlamaTensors.layer(layer, name + ".weight")),
          bias ? weight(LlamaTensors.layer(layer, name + ".bias")) : null);
    }

    Weight matrix(String name) {
      if (matrices == null) {
        return weight(name);
      }
      List<Long> shape = tensors.info(name).shape();
      return device.weight(
          DType.Q8_0,
          matrices.data(name),
          Math.toIntExact(shape.getFirst()),
          Math.toIntExact(shape.getLast()));
    }

    /** Vectors become matrices of one row. */
    Weight weight(String name) {
      Tensor tensor = tensors.tensor(name);
      List<Long> shape = tensor.shape();
      int rows = shape.size() == 1 ? 1 : Math.toIntExact(shape.getFirst());
      return device.weight(type(tensor), tensor.data(), rows, Math.toIntExact(shape.getLast()));
    }

    private static DType type(Tensor tensor) {
      return switch (tensor.type()) {
        case F32 -> DType.F32;
        case F16 -> DType.F16;
        case BF16 -> DType.BF16;
        default ->
            throw new DroverException(
                "tensor %s is %s; weights are F32, F16 or BF16"
                    .formatted(DroverException.quote(tensor.name()), tensor.type()));
      };
    }
  }
}
