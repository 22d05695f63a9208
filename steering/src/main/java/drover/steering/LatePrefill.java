package drover.steering;

import drover.engine.Activation;
import drover.engine.Batch;
import drover.engine.Batch.LogitRows;
import drover.engine.GenerationRequest;
import drover.engine.HookPoint;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Logits;
import drover.engine.Passes;
import drover.engine.Residual;
import drover.engine.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Prompts whose gate is decided too late for a single run. They run unsteered up to the last layer
 * that a condition reads, and the residual stream is saved below the lowest layer that may be
 * steered, and at the end. Then each goes on: from the end where nothing below it is steered after
 * all, and from the lower place where something is.
 */
final class LatePrefill {

  /** A prompt on its way. */
  private final class Prompt {
    private final int index;
    private final GenerationRequest request;
    private final SteeredText text;
    private final int lowest;
    private final float[] low;
    private final float[] high;

    Prompt(int index, GenerationRequest request) {
      this.index = index;
      this.request = request;
      this.text = texts.get(request.sequence());
      this.lowest = text.plan().acts().firstKey();
      int elements = Math.multiplyExact(request.prompt().length, width);
      this.low = new float[elements];
      this.high = new float[elements];
    }

    /** The layer to go on from, now that the gate is decided. */
    int goesOnFrom(int gate) {
      boolean early =
          text.plan().acts().headMap(gate, true).values().stream()
              .flatMap(List::stream)
              .anyMatch(act -> text.applies(act.behavior()));
      return early ? lowest : gate + 1;
    }

    int[] chunk(int from, int to) {
      return Arrays.copyOfRange(request.prompt(), from, to);
    }
  }

  private final Llama model;
  private final Map<Sequence, SteeredText> texts;
  private final Hooks write;
  private final int width;

  /** With the hooks that steer texts whose gate is decided. */
  LatePrefill(Llama model, Map<Sequence, SteeredText> texts, Hooks write) {
    this.model = model;
    this.texts = texts;
    this.write = write;
    this.width = model.config().hiddenSize();
  }

  /** Runs some of the prompts: several short ones, or one of any length. */
  void run(List<GenerationRequest> prompts, List<Integer> which, Passes.Sink sink) {
    List<Prompt> all = which.stream().map(i -> new Prompt(i, prompts.get(i))).toList();
    int gate = all.stream().mapToInt(p -> p.text.plan().looks().lastKey()).max().getAsInt();
    int longest = all.stream().mapToInt(p -> p.request.prompt().length).max().getAsInt();
    for (int from = 0; from < longest; from += Passes.PREFILL_ROWS) {
      runToGate(all, from, gate);
    }
    Map<Integer, List<Prompt>> byLayer = new TreeMap<>();
    for (Prompt prompt : all) {
      byLayer.computeIfAbsent(prompt.goesOnFrom(gate), _ -> new ArrayList<>()).add(prompt);
    }
    byLayer.forEach((layer, group) -> goOn(group, layer, layer == gate + 1, longest, sink));
  }

  /** The unsteered run of one chunk of each prompt. */
  private void runToGate(List<Prompt> prompts, int from, int gate) {
    List<Prompt> inPass = having(prompts, from);
    Batch.Builder batch = Batch.builder();
    for (Prompt p : inPass) {
      batch.add(p.request.sequence(), p.chunk(from, end(p, from)), LogitRows.NONE);
    }
    Hooks.Builder hooks = Hooks.builder().stopAfterLayer(gate);
    for (int layer = 0; layer <= gate; layer++) {
      int here = layer;
      hooks.on(
          HookPoint.RESID_PRE,
          layer,
          a -> save(a, inPass, from, p -> p.lowest == here ? p.low : null));
    }
    hooks.on(HookPoint.RESID_POST, gate, a -> save(a, inPass, from, p -> p.high));
    for (HookPoint point : List.of(HookPoint.RESID_PRE, HookPoint.RESID_POST)) {
      for (int layer = 0; layer <= gate; layer++) {
        hooks.on(point, layer, a -> GateReads.apply(a, texts));
      }
    }
    model.forward(batch.build(), hooks.build()).close();
  }

  /** Where a prompt's rows are kept, if they are. */
  private interface Store {
    float[] of(Prompt prompt);
  }

  private void save(Activation activation, List<Prompt> inPass, int from, Store store) {
    for (int run = 0; run < inPass.size(); run++) {
      float[] rows = store.of(inPass.get(run));
      if (rows != null) {
        Batch batch = activation.batch();
        activation.read(batch.start(run), batch.length(run), rows, from * width);
      }
    }
  }

  /** The rest of the way, steered. */
  private void goOn(
      List<Prompt> prompts, int layer, boolean fromEnd, int longest, Passes.Sink sink) {
    for (int from = 0; from < longest; from += Passes.PREFILL_ROWS) {
      List<Prompt> inPass = having(prompts, from);
      Batch.Builder batch = Batch.builder();
      List<Prompt> ending = new ArrayList<>();
      for (Prompt p : inPass) {
        boolean ends = end(p, from) == p.request.prompt().length;
        batch.again(
            p.request.sequence(),
            p.text.promptStart() + from,
            p.chunk(from, end(p, from)),
            ends ? LogitRows.LAST : LogitRows.NONE);
        if (ends) {
          ending.add(p);
        }
      }
      if (!inPass.isEmpty()) {
        Residual residual = new Residual(layer, rows(inPass, from, fromEnd));
        try (Logits logits = model.forward(batch.build(), write, residual)) {
          if (!ending.isEmpty()) {
            sink.take(ending.stream().mapToInt(p -> p.index).toArray(), logits);
          }
        }
      }
    }
  }

  private float[] rows(List<Prompt> inPass, int from, boolean fromEnd) {
    int count = inPass.stream().mapToInt(p -> end(p, from) - from).sum();
    float[] rows = new float[count * width];
    int at = 0;
    for (Prompt p : inPass) {
      int length = (end(p, from) - from) * width;
      System.arraycopy(fromEnd ? p.high : p.low, from * width, rows, at, length);
      at += length;
    }
    return rows;
  }

  private static List<Prompt> having(List<Prompt> prompts, int from) {
    return prompts.stream().filter(p -> from < p.request.prompt().length).toList();
  }

  private static int end(Prompt prompt, int from) {
    return Math.min(prompt.request.prompt().length, from + Passes.PREFILL_ROWS);
  }
}
