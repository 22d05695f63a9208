package drover.engine;

import drover.engine.io.DroverException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/** Chooses the next token of one text. */
final class Sampler {
  private final GenerationSettings settings;
  private final SplittableRandom random;
  private final BitSet seen = new BitSet();

  /** For a text that begins with {@code past} and goes on with {@code prompt}. */
  Sampler(GenerationSettings settings, int[] past, int[] prompt) {
    this.settings = settings;
    this.random = new SplittableRandom(settings.seed());
    Arrays.stream(past).forEach(seen::set);
    Arrays.stream(prompt).forEach(seen::set);
  }

  /** Whether the choice is simply the largest logit, so that the device can make it. */
  boolean isArgmax() {
    return settings.temperature() == 0 && settings.repetitionPenalty() == 1;
  }

  /** Makes a token part of the text. */
  void accept(int id) {
    seen.set(id);
  }

  /**
   * Chooses from logits {@code [vocab]}, which are overwritten.
   *
   * @throws DroverException if they are no numbers, as when steering is far too strong
   */
  int choose(float[] logits) {
    requireNumbers(logits);
    penalizeRepetition(logits);
    return settings.temperature() == 0 ? argmax(logits) : sample(logits);
  }

  private static void requireNumbers(float[] logits) {
    for (float logit : logits) {
      if (Float.isNaN(logit) || logit == Float.POSITIVE_INFINITY) {
        throw new DroverException(
            "the model's logits are not finite: its weights are damaged, or a hook or steering"
                + " drove its activations beyond what F32 holds");
      }
    }
  }

  private void penalizeRepetition(float[] logits) {
    float penalty = (float) settings.repetitionPenalty();
    if (penalty == 1) {
      return;
    }
    for (int id = seen.nextSetBit(0); id >= 0 && id < logits.length; id = seen.nextSetBit(id + 1)) {
      logits[id] = logits[id] < 0 ? logits[id] * penalty : logits[id] / penalty;
    }
  }

  private static int argmax(float[] logits) {
    int best = 0;
    for (int id = 1; id < logits.length; id++) {
      if (logits[id] > logits[best]) {
        best = id;
      }
    }
    return best;
  }

  private int sample(float[] logits) {
    int[] candidates = candidates(logits);
    double[] weights = new double[candidates.length];
    double largest = logits[candidates[0]];
    double sum = 0;
    for (int i = 0; i < candidates.length; i++) {
      weights[i] = Math.exp((logits[candidates[i]] - largest) / settings.temperature());
      sum += weights[i];
    }
    int kept = keepTopP(weights, sum);
    kept = keepMinP(weights, kept);
    return candidates[draw(weights, kept)];
  }

  /** The token ids from the most likely down, no more than top-k of them. */
  private int[] candidates(float[] logits) {
    int k = settings.topK() == 0 ? logits.length : Math.min(settings.topK(), logits.length);
    long[] keys = new long[logits.length];
    for (int id = 0; id < keys.length; id++) {
      keys[id] = ((long) ascending(logits[id]) << 32) | (0xffff_ffffL - id);
    }
    Arrays.sort(keys);
    int[] ids = new int[k];
    for (int i = 0; i < k; i++) {
      ids[i] = (int) (0xffff_ffffL - (keys[keys.length - 1 - i] & 0xffff_ffffL));
    }
    return ids;
  }

  /** An integer that is the larger the larger the number is; of both zeros the same. */
  private static int ascending(float x) {
    int bits = Float.floatToIntBits(x + 0f);
    return bits < 0 ? bits ^ 0x7fff_ffff : bits;
  }

  /** How many of the leading candidates have the mass top-p; the one that reaches it included. */
  private int keepTopP(double[] weights, double sum) {
    double mass = 0;
    for (int i = 0; i < weights.length; i++) {
      mass += weights[i];
      if (mass >= settings.topP() * sum) {
        return i + 1;
      }
    }
    return weights.length;
  }

  private int keepMinP(double[] weights, int count) {
    int kept = count;
    while (kept > 1 && weights[kept - 1] < settings.minP() * weights[0]) {
      kept--;
    }
    return kept;
  }

  private int draw(double[] weights, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += weights[i];
    }
    double left = random.nextDouble() * sum;
    for (int i = 0; i < count - 1; i++) {
      left -= weights[i];
      if (left < 0) {
        return i;
      }
    }
    return count - 1;
  }
}
