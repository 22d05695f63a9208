package drover.steering;

import drover.engine.Batch;
import drover.engine.Batch.LogitRows;
import drover.engine.GenerationListener;
import drover.engine.GenerationRequest;
import drover.engine.GenerationSettings;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Logits;
import drover.engine.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Short ways to run steered texts in tests. */
final class Steered {
  private Steered() {}

  /** Random token ids for the tiny model. */
  static int[] prompt(long seed, int length) {
    return new Random(seed).ints(length, 0, 256).toArray();
  }

  /** Generates from ready ids, all in one batch, each by the plan of its place. */
  static List<SteeredGeneration> generate(
      Llama model, List<int[]> prompts, List<SteeringPlan> plans, int tokens) {
    List<Sequence> sequences = new ArrayList<>();
    try {
      List<SteeredRequest> requests = new ArrayList<>();
      for (int i = 0; i < prompts.size(); i++) {
        sequences.add(model.newSequence());
        requests.add(
            new SteeredRequest(
                sequences.getLast(), PromptTokens.ofIds(prompts.get(i)), plans.get(i)));
      }
      GenerationSettings settings = GenerationSettings.greedy(tokens).withSpecialTokens(true, true);
      return new SteeredGenerator(model, settings).generate(requests, GenerationListener.NONE);
    } finally {
      sequences.forEach(Sequence::close);
    }
  }

  /**
   * The logits of a prompt's last token and of one more token behind it: what a plan does to prompt
   * and generated tokens, to the bit.
   */
  static float[][] logits(Llama model, SteeringPlan plan, int... prompt) {
    try (PlanOnModel onModel = new PlanOnModel(plan, model);
        Sequence sequence = model.newSequence()) {
      PromptTokens tokens = PromptTokens.ofIds(prompt);
      Map<Sequence, SteeredText> texts = new HashMap<>();
      texts.put(sequence, new SteeredText(onModel, sequence, tokens));
      SteeredPasses passes = new SteeredPasses(model, texts);
      List<float[]> rows = new ArrayList<>();
      passes.prefill(
          List.of(new GenerationRequest(sequence, prompt)), (_, logits) -> rows.add(logits.row(0)));
      try (Logits next = passes.decode(Batch.of(sequence, 9))) {
        rows.add(next.row(0));
      }
      return rows.toArray(float[][]::new);
    }
  }

  /** The same with hooks of one's own, which see prompt and generated token alike. */
  static float[][] logits(Llama model, Hooks onPrompt, Hooks onNext, int... prompt) {
    try (Sequence sequence = model.newSequence();
        Logits first =
            model.forward(Batch.builder().add(sequence, prompt, LogitRows.LAST).build(), onPrompt);
        Logits next = model.forward(Batch.of(sequence, 9), onNext)) {
      return new float[][] {first.row(0), next.row(0)};
    }
  }

  /** The mean of rows in the order of the tokens, as a condition pools it. */
  static float[] mean(float[][] rows) {
    double[] sum = new double[rows[0].length];
    Arrays.stream(rows).forEach(row -> Arrays.setAll(sum, i -> sum[i] + row[i]));
    float[] mean = new float[sum.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sum[i] / rows.length);
    }
    return mean;
  }
}
