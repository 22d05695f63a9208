package drover.steering;

import drover.engine.Activation;
import drover.engine.Batch;
import drover.engine.Sequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads what the conditions of a batch's texts look at in one layer, and decides where it can. */
final class GateReads {

  /**
   * Consecutive rows whose mean is wanted.
   *
   * @param to behind the last of them
   */
  private record Slice(SteeredText text, int from, int to) {}

  private final Activation activation;
  private final Map<Accumulate, List<Slice>> slices = new LinkedHashMap<>();
  private final List<SteeredText> passed = new ArrayList<>();

  private GateReads(Activation activation) {
    this.activation = activation;
  }

  /** Reads for every text of the batch that is still undecided and in its prompt. */
  static void apply(Activation activation, Map<Sequence, SteeredText> texts) {
    GateReads reads = new GateReads(activation);
    Batch batch = activation.batch();
    for (int run = 0; run < batch.runs(); run++) {
      SteeredText text = texts.get(batch.sequence(run));
      if (text != null
          && text.plan().point() == activation.point()
          && batch.position(run) < text.promptEnd()
          && !text.isDecided()) {
        reads.collect(run, text);
      }
    }
    reads.slices.forEach(reads::pool);
    reads.passed.forEach(text -> text.decide(activation.layer()));
  }

  private void collect(int run, SteeredText text) {
    List<PlanOnModel.Look> looks = text.plan().looks().getOrDefault(activation.layer(), List.of());
    Set<Accumulate> seen = new HashSet<>();
    for (PlanOnModel.Look look : looks) {
      if (seen.add(look.terms().pooled())) {
        collect(run, text, look.terms().pooled());
      }
    }
    Batch batch = activation.batch();
    if (!looks.isEmpty() && batch.position(run) + batch.length(run) == text.promptEnd()) {
      passed.add(text);
    }
  }

  /** The pooled tokens that are in this run, as rows. */
  private void collect(int run, SteeredText text, Accumulate pooled) {
    Batch batch = activation.batch();
    int offset = batch.position(run) - text.promptStart();
    for (TokenSpans.Range range : text.prompt().pooled(pooled)) {
      int from = Math.max(range.from() - offset, 0);
      int to = Math.min(range.to() - offset, batch.length(run));
      if (from < to) {
        int start = batch.start(run);
        slices
            .computeIfAbsent(pooled, _ -> new ArrayList<>())
            .add(new Slice(text, start + from, start + to));
      }
    }
  }

  /** One mean for each slice, and for each gap between two, which is left aside. */
  private void pool(Accumulate pooled, List<Slice> wanted) {
    List<Integer> bounds = new ArrayList<>();
    List<Integer> groups = new ArrayList<>();
    for (Slice slice : wanted) {
      if (bounds.isEmpty() || bounds.getLast() < slice.from()) {
        bounds.add(slice.from());
      }
      groups.add(bounds.size() - 1);
      bounds.add(slice.to());
    }
    float[][] means = activation.means(bounds.stream().mapToInt(Integer::intValue).toArray());
    for (int i = 0; i < groups.size(); i++) {
      Slice slice = wanted.get(i);
      slice
          .text()
          .pool(activation.layer(), pooled, means[groups.get(i)], slice.to() - slice.from());
    }
  }
}
