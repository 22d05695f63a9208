package drover.engine;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Chooses the next token of one text. */
final class Sampler {
  private final GenerationSettings settings;
  private final SplittableRandom random;
  private final BitSet seen = new BitSet();

  /** For a text that begins with {@code prompt}. */
  Sampler(GenerationSettings settings, int[] prompt) {
    this.settings = settings;
    this.random = new SplittableRandom(settings.seed());
    for (int id : prompt) {
      seen.set(id);
    }
  }

  /** Whether the choice is simply the largest logit, so that the device can make it. */
  boolean isArgmax() {
    return settings.temperature() == 0 && settings.repetitionPenalty() == 1;
  }

  /** Tells of a token that was chosen elsewhere. */
  void accept(int id) {
    seen.set(id);
  }

  /** Chooses from logits {@code [vocab]}, which are overwritten. */
  int choose(float[] logits) {
    penalizeRepetition(logits);
    int id = settings.temperature() == 0 ? argmax(logits) : sample(logits);
    seen.set(id);
    return id;
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
    float[] sorted = logits.clone();
    Arrays.sort(sorted);
    float least = sorted[sorted.length - k];
    return IntStream.range(0, logits.length)
        .filter(id -> logits[id] >= least)
        .boxed()
        .sorted((a, b) -> Float.compare(logits[b], logits[a]))
        .limit(k)
        .mapToInt(Integer::intValue)
        .toArray();
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
