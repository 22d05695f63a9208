package drover.engine;

import drover.engine.Batch.LogitRows;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Passes that call the same hooks for every text. */
final class HookedPasses implements Passes {
  private final Llama model;
  private final Hooks hooks;

  HookedPasses(Llama model, Hooks hooks) {
    this.model = model;
    this.hooks = hooks;
  }

  @Override
  public void prefill(List<GenerationRequest> prompts, Sink sink) {
    Batch.Builder ends = Batch.builder();
    for (GenerationRequest request : prompts) {
      ends.add(request.sequence(), allButEnd(request), LogitRows.LAST);
    }
    try (Logits logits = model.forward(ends.build(), hooks)) {
      sink.take(IntStream.range(0, prompts.size()).toArray(), logits);
    }
  }

  /** Runs what does not fit into the last pass, and gives the rest. */
  private int[] allButEnd(GenerationRequest request) {
    int[] rest = request.prompt();
    while (rest.length > PREFILL_ROWS) {
      int[] chunk = Arrays.copyOf(rest, PREFILL_ROWS);
      Batch pass = Batch.builder().add(request.sequence(), chunk, LogitRows.NONE).build();
      model.forward(pass, hooks).close();
      rest = Arrays.copyOfRange(rest, PREFILL_ROWS, rest.length);
    }
    return rest;
  }

  @Override
  public Logits decode(Batch batch) {
    return model.forward(batch, hooks);
  }
}
