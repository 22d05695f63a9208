package drover.steering;

import drover.engine.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The gate of one text: what its conditions have found so far, and which behaviors apply. */
final class SteeredText {

  /** The sum of pooled rows of one layer, over the passes of a prompt. */
  private static final class Pool {
    private final double[] sum;
    private int tokens;

    Pool(int width) {
      this.sum = new double[width];
    }
  }

  private record Place(int layer, Accumulate pooled) {}

  private final PlanOnModel plan;
  private final PromptTokens prompt;
  private final int promptStart;
  private final Map<Place, Pool> pools = new HashMap<>();
  private final List<Decision> decisions = new ArrayList<>();
  private final BitSet met = new BitSet();
  private final int[] unread;

  /** By behavior, asked at every steered layer of every pass; null where it is to be found anew. */
  private int[] times;

  /** A text whose prompt continues a sequence. */
  SteeredText(PlanOnModel plan, Sequence sequence, PromptTokens prompt) {
    this.plan = plan;
    this.prompt = prompt;
    this.promptStart = sequence.length();
    List<Condition> conditions = plan.plan().conditions();
    this.unread = conditions.stream().mapToInt(c -> c.layers().size()).toArray();
    // A prompt that cannot be pooled is refused before anything runs.
    conditions.forEach(condition -> prompt.pooled(condition.pooled()));
  }

  PlanOnModel plan() {
    return plan;
  }

  PromptTokens prompt() {
    return prompt;
  }

  /** The position of the prompt's first token. */
  int promptStart() {
    return promptStart;
  }

  /** The position behind the prompt's last token. */
  int promptEnd() {
    return promptStart + prompt.length();
  }

  /** Whether every condition has been read at every layer. */
  boolean isDecided() {
    return Arrays.stream(unread).allMatch(layers -> layers == 0);
  }

  /** Whether a behavior applies, by what is known. */
  boolean applies(int behavior) {
    return times(behavior) > 0;
  }

  /** How many times a behavior is carried out, by what is known. */
  int times(int behavior) {
    if (times == null) {
      times =
          IntStream.range(0, plan.plan().behaviors().size())
              .map(b -> plan.times(b, met::get, c -> unread[c] > 0 && !met.get(c)))
              .toArray();
    }
    return times[behavior];
  }

  /** Adds the mean of some pooled tokens at a layer. */
  void pool(int layer, Accumulate pooled, float[] mean, int tokens) {
    Pool pool = pools.computeIfAbsent(new Place(layer, pooled), _ -> new Pool(mean.length));
    for (int i = 0; i < mean.length; i++) {
      pool.sum[i] += (double) mean[i] * tokens;
    }
    pool.tokens += tokens;
  }

  /** Decides what is looked at in a layer: the prompt has passed it. */
  void decide(int layer) {
    for (PlanOnModel.Look look : plan.looks().getOrDefault(layer, List.of())) {
      Condition terms = look.terms();
      Pool pool = pools.get(new Place(layer, terms.pooled()));
      float[] mean = new float[pool.sum.length];
      for (int i = 0; i < mean.length; i++) {
        mean[i] = (float) (pool.sum[i] / pool.tokens);
      }
      double similarity = terms.similarity().of(mean, look.direction());
      boolean holds = terms.thresholdIs().met(similarity, terms.threshold());
      String name = "C" + (look.condition() + 1);
      decisions.add(new Decision(name, layer, similarity, holds));
      unread[look.condition()]--;
      if (holds) {
        met.set(look.condition());
      }
    }
    times = null;
  }

  /** What was found, by condition and layer. */
  List<Decision> decisions() {
    return decisions.stream()
        .sorted(
            Comparator.comparingInt((Decision d) -> Integer.parseInt(d.name().substring(1)))
                .thenComparingInt(Decision::layer))
        .toList();
  }

  /** The names of the behaviors that apply. */
  List<String> behaviors() {
    List<String> names = new ArrayList<>();
    for (int b = 0; b < plan.plan().behaviors().size(); b++) {
      if (applies(b)) {
        names.add("B" + (b + 1));
      }
    }
    return names;
  }
}
