package drover.bench;

import drover.engine.Batch;
import drover.engine.Batch.LogitRows;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Sequence;
import java.util.Arrays;
import java.util.List;

/**
 * What a block costs, so that the speed of a model is known of which only some blocks fit in
 * memory.
 */
public final class LayerBench {
  private static final int PAST = 16;
  private static final int STEPS = 8;

  private final Subject subject;
  private final Llama model;
  private final int allLayers;

  /**
   * For a model that may lack blocks.
   *
   * @param allLayers how many blocks the whole model has
   */
  public LayerBench(Subject subject, int allLayers) {
    this.subject = subject;
    this.model = subject.model();
    this.allLayers = allLayers;
  }

  /**
   * Blocks per second for one token and for a long prompt, and what follows for the whole model.
   */
  public List<Measurement> measure() {
    decodeSeconds(LogitRows.NONE);
    decodeSeconds(LogitRows.LAST);
    prefillSeconds();
    int runs = subject.sizes().runs();
    int layers = model.config().layers();
    Runs.Pairs steps =
        Runs.inTurn(runs, () -> decodeSeconds(LogitRows.NONE), () -> decodeSeconds(LogitRows.LAST));
    double[] prefills = Runs.of(Math.min(3, runs), this::prefillSeconds);
    double layerBytes = 2 * Subject.weightsOfBlock(model.config());
    double block = median(steps.first()) / layers;
    double head = Math.max(0, median(steps.second()) - median(steps.first()));
    int tokens = subject.prefillTokens(0);
    return List.of(
        Measurement.of(
                "layer decode",
                "blocks/s",
                Arrays.stream(steps.first()).map(seconds -> layers / seconds).toArray())
            .limited(
                subject.limits().readBandwidth() / layerBytes,
                "read bandwidth / bytes of weights per block")
            .with("blocks", layers)
            .with("of_blocks", allLayers)
            .with("lm_head_ms", 1e3 * head)
            .with("whole_model_tokens_per_s", 1 / (allLayers * block + head)),
        Measurement.of(
                "layer prefill " + tokens,
                "blocks x tokens/s",
                Arrays.stream(prefills).map(seconds -> layers * tokens / seconds).toArray())
            .limited(subject.computeLimit(1), Subject.FMA_PEAK)
            .with("blocks", layers)
            .with("of_blocks", allLayers)
            .with("whole_model_tokens_per_s", layers * tokens / median(prefills) / allLayers));
  }

  private static double median(double[] seconds) {
    double[] sorted = seconds.clone();
    Arrays.sort(sorted);
    return Measurement.median(sorted);
  }

  /** Of one step. */
  private double decodeSeconds(LogitRows logits) {
    try (Sequence sequence = model.newSequence()) {
      pass(sequence, subject.ids(2, PAST), logits);
      double seconds =
          Runs.seconds(
              () -> {
                for (int i = 0; i < STEPS; i++) {
                  pass(sequence, subject.ids(i, 1), logits);
                }
              });
      return seconds / STEPS;
    }
  }

  private double prefillSeconds() {
    try (Sequence sequence = model.newSequence()) {
      int[] ids = subject.ids(1, subject.prefillTokens(0));
      return Runs.seconds(() -> pass(sequence, ids, LogitRows.NONE));
    }
  }

  private void pass(Sequence sequence, int[] ids, LogitRows logits) {
    Batch batch = Batch.builder().add(sequence, ids, logits).build();
    model.forward(batch, Hooks.NONE).close();
  }
}
