package drover.bench;

import drover.engine.Llama;
import drover.engine.ModelConfig;
import java.util.Random;

/**
 * What is measured, and how much.
 *
 * @param model on its device
 * @param limits of the machine
 * @param sizes of the work
 */
public record Subject(Llama model, MachineLimits limits, BenchSizes sizes) {
  static final String FMA_PEAK = "F32 multiply-add peak";
  static final String READING = "read bandwidth / bytes of weights per token";

  /** Token ids of no meaning, always the same for a seed. */
  int[] ids(int seed, int count) {
    return ids(model, seed, count);
  }

  /** Token ids of a model's vocabulary, always the same for a seed. */
  static int[] ids(Llama model, int seed, int count) {
    return new Random(seed).ints(count, 0, model.config().vocabSize()).toArray();
  }

  /** The length of a long prompt that leaves room for an answer. */
  int prefillTokens(int answer) {
    return Math.max(1, Math.min(sizes.prefill(), model.config().maxPositions() - answer));
  }

  /** The length of a long answer to a short prompt. */
  int decodedTokens(int prompt) {
    return Math.max(1, Math.min(sizes.decoded(), model.config().maxPositions() - prompt));
  }

  /**
   * The most tokens a second that the multiply-adds of some blocks allow, attention left out: 2
   * operations for each weight and token.
   */
  double computeLimit(int layers) {
    return limits.fmaPeak() / (2.0 * layers * weightsOfBlock(model.config()));
  }

  /** The most tokens a second that one text can get, if each reads all weights once. */
  double readingLimit() {
    return limits.readBandwidth() / model.bytesPerToken();
  }

  /** The weights of a block: what every token of a prompt is multiplied with. */
  static double weightsOfBlock(ModelConfig config) {
    double attention = config.hiddenSize() * (2.0 * config.queryWidth() + 2.0 * config.kvWidth());
    double mlp = 3.0 * config.hiddenSize() * config.intermediateSize();
    return attention + mlp;
  }
}
