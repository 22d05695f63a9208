package drover.engine;

import drover.engine.LlamaWeights.Linear;
import drover.kernels.Device;
import drover.kernels.Device.Product;
import drover.kernels.DeviceArray;
import java.util.List;

/**
 * The whole Llama-3 forward pass over one batch, from top to bottom.
 *
 * <p>Formulas: RMSNorm (Zhang and Sennrich 2019), rotary embedding (Su et al. 2021), SwiGLU
 * (Shazeer 2020), grouped-query attention (Ainslie et al. 2023), as HuggingFace transformers' Llama
 * combines them.
 */
final class ForwardPass {
  private final ModelConfig config;
  private final LlamaWeights weights;
  private final float[] inverseFrequencies;
  private final Device device;
  private final Workspace space;
  private final LogitArrays logitArrays;
  private final Batch batch;
  private final Hooks hooks;

  ForwardPass(
      ModelConfig config,
      LlamaWeights weights,
      float[] inverseFrequencies,
      Device device,
      Workspace space,
      LogitArrays logitArrays,
      Batch batch,
      Hooks hooks) {
    this.config = config;
    this.weights = weights;
    this.inverseFrequencies = inverseFrequencies;
    this.device = device;
    this.space = space;
    this.logitArrays = logitArrays;
    this.batch = batch;
    this.hooks = hooks;
  }

  /** Runs the layers and gives the logits that the batch asks for. */
  Logits run() {
    device.embed(space.residual(), weights.embedding(), batch.ids());
    return layers(0);
  }

  /** The same from a layer on, with the residual stream as it is there. */
  Logits run(Residual from) {
    device.write(space.residual(), 0, batch.rows(), from.rows(), 0);
    return layers(from.layer());
  }

  private Logits layers(int first) {
    device.rotations(space.rotations(), batch.layout().positions(), inverseFrequencies);
    int last = hooks.stopAfterLayer().orElse(config.layers() - 1);
    for (int layer = first; layer <= last; layer++) {
      block(layer, weights.layers().get(layer));
    }
    return hooks.stopAfterLayer().isPresent() ? new Logits(device, logitArrays, null) : head();
  }

  private void block(int layer, LlamaWeights.Layer w) {
    DeviceArray x = space.residual();
    offer(HookPoint.RESID_PRE, layer, x);

    device.rmsNorm(space.normed(), x, w.attentionNorm(), config.rmsNormEps());
    attention(layer, w, space.normed(), space.update());
    offer(HookPoint.ATTN_OUT, layer, space.update());
    device.add(x, space.update());
    offer(HookPoint.RESID_MID, layer, x);

    device.rmsNorm(space.normed(), x, w.mlpNorm(), config.rmsNormEps());
    device.mlp(
        space.normed(),
        product(space.gate(), w.gate()),
        product(space.up(), w.up()),
        product(space.update(), w.down()));
    offer(HookPoint.MLP_OUT, layer, space.update());
    device.add(x, space.update());
    offer(HookPoint.RESID_POST, layer, x);
  }

  private void attention(int layer, LlamaWeights.Layer w, DeviceArray x, DeviceArray out) {
    device.linears(
        x,
        List.of(product(space.q(), w.q()), product(space.k(), w.k()), product(space.v(), w.v())));
    offer(HookPoint.Q, layer, space.q());
    offer(HookPoint.K, layer, space.k());
    offer(HookPoint.V, layer, space.v());

    device.rope(space.q(), space.rotations(), config.headDim());
    device.rope(space.k(), space.rotations(), config.headDim());
    device.store(space.k(), space.v(), layer, batch.layout());
    float scale = (float) (1 / Math.sqrt(config.headDim()));
    device.attention(space.z(), space.q(), layer, batch.layout(), scale);
    offer(HookPoint.Z, layer, space.z());
    linear(out, space.z(), w.o());
  }

  /** Final norm and LM head, for the rows that somebody wants. */
  private Logits head() {
    int[] rows = batch.logitRows();
    DeviceArray normed = space.normed();
    if (hooks.any(HookPoint.FINAL_NORM, config.layers())) {
      device.rmsNorm(normed, space.residual(), weights.finalNorm(), config.rmsNormEps());
      offer(HookPoint.FINAL_NORM, config.layers(), normed);
      return logits(rows, normed, false);
    }
    return logits(rows, space.residual(), true);
  }

  private Logits logits(int[] rows, DeviceArray from, boolean norm) {
    if (rows.length == 0) {
      return new Logits(device, logitArrays, null);
    }
    try (DeviceArray x = device.allocate(rows.length, config.hiddenSize());
        DeviceArray normed = device.allocate(rows.length, config.hiddenSize())) {
      device.gather(x, from, rows);
      if (norm) {
        device.rmsNorm(normed, x, weights.finalNorm(), config.rmsNormEps());
      }
      DeviceArray logits = logitArrays.take(rows.length);
      device.linear(logits, norm ? normed : x, weights.lmHead(), null);
      return new Logits(device, logitArrays, logits);
    }
  }

  private static Product product(DeviceArray out, Linear w) {
    return new Product(out, w.weight(), w.bias());
  }

  private void linear(DeviceArray out, DeviceArray x, Linear w) {
    device.linear(out, x, w.weight(), w.bias());
  }

  private void offer(HookPoint point, int layer, DeviceArray array) {
    for (Hook hook : hooks.at(point, layer)) {
      hook.apply(new Activation(point, layer, batch, device, array));
    }
  }
}
