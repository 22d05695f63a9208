package drover.steering;

import drover.engine.Batch;
import drover.engine.Batch.LogitRows;
import drover.engine.GenerationRequest;
import drover.engine.HookPoint;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Logits;
import drover.engine.Passes;
import drover.engine.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The passes of texts that are steered, each by its own plan. A prompt runs once from bottom to top
 * where its conditions are read before anything is steered; otherwise it takes two runs, see {@link
 * LatePrefill}.
 */
final class SteeredPasses implements Passes {
  private final Llama model;
  private final Map<Sequence, SteeredText> texts;
  private final Hooks readAndWrite;
  private final Hooks write;

  /** Passes for these texts and no others. */
  SteeredPasses(Llama model, Map<Sequence, SteeredText> texts) {
    this.model = model;
    this.texts = texts;
    this.readAndWrite = hooks(true);
    this.write = hooks(false);
  }

  private Hooks hooks(boolean reading) {
    Hooks.Builder hooks = Hooks.builder();
    for (HookPoint point : List.of(HookPoint.RESID_PRE, HookPoint.RESID_POST)) {
      Set<Integer> looked = new TreeSet<>();
      Set<Integer> acted = new TreeSet<>();
      for (SteeredText text : texts.values()) {
        if (text.plan().point() == point) {
          looked.addAll(text.plan().looks().keySet());
          acted.addAll(text.plan().acts().keySet());
        }
      }
      if (reading) {
        // A layer that is both read and changed is read as it was.
        hooks.on(point, looked, activation -> GateReads.apply(activation, texts));
      }
      hooks.on(point, acted, activation -> SteeringWrites.apply(activation, texts));
    }
    return hooks.build();
  }

  @Override
  public void prefill(List<GenerationRequest> prompts, Sink sink) {
    List<Integer> atOnce = new ArrayList<>();
    List<Integer> late = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      (needsTwoRuns(prompts.get(i)) ? late : atOnce).add(i);
    }
    if (!atOnce.isEmpty()) {
      runAtOnce(prompts, atOnce, sink);
    }
    if (!late.isEmpty()) {
      new LatePrefill(model, texts, write).run(prompts, late, sink);
    }
  }

  /**
   * Whether the gate is decided too late for a single run: behind a layer that it steers, or behind
   * a pass that holds only a part of the prompt.
   */
  private boolean needsTwoRuns(GenerationRequest request) {
    PlanOnModel plan = texts.get(request.sequence()).plan();
    if (plan.looks().isEmpty() || plan.acts().isEmpty()) {
      return false;
    }
    return !plan.keeps(Quirk.LATE_GATE_MISSES_PROMPT)
        && (plan.acts().firstKey() < plan.looks().lastKey()
            || request.prompt().length > PREFILL_ROWS);
  }

  private void runAtOnce(List<GenerationRequest> prompts, List<Integer> which, Sink sink) {
    Batch.Builder ends = Batch.builder();
    for (int i : which) {
      ends.add(prompts.get(i).sequence(), allButEnd(prompts.get(i)), LogitRows.LAST);
    }
    try (Logits logits = model.forward(ends.build(), readAndWrite)) {
      sink.take(which.stream().mapToInt(Integer::intValue).toArray(), logits);
    }
  }

  /** Runs what does not fit into the last pass, and gives the rest. */
  private int[] allButEnd(GenerationRequest request) {
    int[] rest = request.prompt();
    // What is decided in the pass itself needs the whole prompt in it.
    boolean whole = !texts.get(request.sequence()).plan().looks().isEmpty();
    while (!whole && rest.length > PREFILL_ROWS) {
      int[] chunk = Arrays.copyOf(rest, PREFILL_ROWS);
      Batch pass = Batch.builder().add(request.sequence(), chunk, LogitRows.NONE).build();
      model.forward(pass, readAndWrite).close();
      rest = Arrays.copyOfRange(rest, PREFILL_ROWS, rest.length);
    }
    return rest;
  }

  @Override
  public Logits decode(Batch batch) {
    return model.forward(batch, write);
  }
}
