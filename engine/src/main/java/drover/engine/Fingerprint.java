package drover.engine;

import drover.engine.safetensors.Tensor;
import drover.engine.safetensors.Weights;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * A model's identity without reading all of it: SHA-256, cut to 128 bits, over the config's numbers
 * that the forward pass uses, the name, type and shape of every tensor that it uses, and 512 bytes
 * from the middle of some tensors: the embedding, the final norm and the LM head, and the query and
 * down projections of 16 blocks spread over the model. Any full training or merged adapter moves
 * those; an edit of single rows elsewhere goes unnoticed.
 */
final class Fingerprint {
  private static final int SAMPLED_LAYERS = 16;
  private static final int SAMPLE_BYTES = 512;
  private static final int HEX_DIGITS = 32;

  private final MessageDigest digest;
  private final Weights weights;

  private Fingerprint(Weights weights) {
    this.weights = weights;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  static String of(ModelConfig config, Weights weights) {
    Fingerprint fingerprint = new Fingerprint(weights);
    fingerprint.addConfig(config);
    fingerprint.addTensors(config);
    fingerprint.addSamples(config);
    byte[] hash = fingerprint.digest.digest();
    return HexFormat.of().formatHex(hash).substring(0, HEX_DIGITS);
  }

  private void addConfig(ModelConfig config) {
    add("drover model 1");
    add(config.modelType());
    add(config.heads() + " " + config.kvHeads() + " " + config.headDim());
    add(config.rmsNormEps() + " " + config.ropeTheta());
    add(
        switch (config.ropeScaling()) {
          case RopeScaling.None _ -> "none";
          case RopeScaling.Linear linear -> "linear " + linear.factor();
          case RopeScaling.Llama3 llama3 ->
              "llama3 "
                  + llama3.factor()
                  + " "
                  + llama3.lowFreqFactor()
                  + " "
                  + llama3.highFreqFactor()
                  + " "
                  + llama3.originalMaxPositions();
        });
    add(config.tieWordEmbeddings() ? "tied" : "untied");
  }

  private void addTensors(ModelConfig config) {
    Map<String, ?> inOrder = new TreeMap<>(LlamaTensors.expectedShapes(config));
    for (String name : inOrder.keySet()) {
      add(name + " " + weights.info(name).type() + " " + weights.info(name).shape());
    }
  }

  private void addSamples(ModelConfig config) {
    addSample(LlamaTensors.EMBEDDING);
    addSample(LlamaTensors.FINAL_NORM);
    if (!config.tieWordEmbeddings()) {
      addSample(LlamaTensors.LM_HEAD);
    }
    int samples = Math.min(SAMPLED_LAYERS, config.layers());
    for (int i = 0; i < samples; i++) {
      int layer = (int) ((long) i * config.layers() / samples);
      addSample(LlamaTensors.layer(layer, "self_attn.q_proj.weight"));
      addSample(LlamaTensors.layer(layer, "mlp.down_proj.weight"));
    }
  }

  private void addSample(String name) {
    Tensor tensor = weights.tensor(name);
    MemorySegment data = tensor.data();
    long length = Math.min(SAMPLE_BYTES, data.byteSize());
    long start = (data.byteSize() - length) / 2;
    digest.update(data.asSlice(start, length).asByteBuffer());
  }

  private void add(String line) {
    digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
