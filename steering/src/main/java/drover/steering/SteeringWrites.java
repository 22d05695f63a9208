package drover.steering;

import drover.engine.Activation;
import drover.engine.Batch;
import drover.engine.Sequence;
import drover.steering.PlanOnModel.Act;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The changes that the texts of a batch want made to the rows of one layer. */
final class SteeringWrites {

  /**
   * An act and what it does to each row.
   *
   * @param effects {@code [rows]}; rows with 0 are left alone
   */
  private record Work(Act act, float[] effects) {}

  private final Activation activation;
  private final List<Work> works = new ArrayList<>();
  private final List<Integer> guardedRuns = new ArrayList<>();
  private final List<Integer> guardedWhole = new ArrayList<>();

  private SteeringWrites(Activation activation) {
    this.activation = activation;
  }

  /** Carries out what applies to each text of the batch at this layer. */
  static void apply(Activation activation, Map<Sequence, SteeredText> texts) {
    SteeringWrites writes = new SteeringWrites(activation);
    Batch batch = activation.batch();
    for (int run = 0; run < batch.runs(); run++) {
      SteeredText text = texts.get(batch.sequence(run));
      if (text != null && text.plan().point() == activation.point()) {
        writes.collect(run, text);
      }
    }
    writes.carryOut();
  }

  private void collect(int run, SteeredText text) {
    boolean guarded = false;
    for (Act act : text.plan().acts().getOrDefault(activation.layer(), List.of())) {
      int times = text.times(act.behavior());
      if (times > 0) {
        collect(run, text, act, times * act.effect());
        guarded |= act.terms().normGuard();
      }
    }
    if (guarded) {
      (text.plan().keeps(Quirk.GUARD_RESCALES_ALL) ? guardedWhole : guardedRuns).add(run);
    }
  }

  private void collect(int run, SteeredText text, Act act, float effect) {
    float[] effects = workOf(act).effects();
    Batch batch = activation.batch();
    for (int i = 0; i < batch.length(run); i++) {
      if (act.terms().scope().includes(batch.position(run) + i, text.promptEnd())) {
        effects[batch.start(run) + i] = effect;
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // an act is one place of one plan, whatever its terms
  private Work workOf(Act act) {
    for (Work work : works) {
      if (work.act() == act) {
        return work;
      }
    }
    works.add(new Work(act, new float[activation.rows()]));
    return works.getLast();
  }

  private void carryOut() {
    boolean guard = !guardedRuns.isEmpty() || !guardedWhole.isEmpty();
    float[] before = guard ? activation.norms() : null;
    works.forEach(this::carryOut);
    if (guard) {
      guardNorms(before, activation.norms());
    }
  }

  private void carryOut(Work work) {
    float[] before = work.act().terms().keepNorm() ? activation.norms() : null;
    switch (work.act().terms().operator()) {
      case ADD -> activation.add(work.act().direction(), work.effects());
      case ABLATE -> activation.projectOut(work.act().direction(), work.effects());
      case ROTATE -> rotate(work);
    }
    if (before != null) {
      float[] after = activation.norms();
      float[] scales = ones();
      for (int row = 0; row < scales.length; row++) {
        if (work.effects()[row] != 0 && after[row] > 0) {
          scales[row] = before[row] / after[row];
        }
      }
      activation.scaleRows(scales);
    }
  }

  /**
   * A row x is a part along the direction, a long, and the rest, r long, at the angle atan2(r, a):
   * turned by theta, the part is |x| cos(angle - theta) long and the rest |x| sin(angle - theta).
   */
  private void rotate(Work work) {
    float[] dots = activation.dot(work.act().direction());
    float[] norms = activation.norms();
    float[] scales = ones();
    float[] shares = new float[scales.length];
    double length = work.act().length();
    for (int row = 0; row < scales.length; row++) {
      double along = dots[row] / length;
      double rest = Math.sqrt(Math.max(0, (double) norms[row] * norms[row] - along * along));
      if (work.effects()[row] != 0 && rest > 1e-6 * norms[row]) {
        double angle = Math.atan2(rest, along) - Math.toRadians(work.effects()[row]);
        double scale = norms[row] * Math.sin(angle) / rest;
        scales[row] = (float) scale;
        shares[row] = (float) ((norms[row] * Math.cos(angle) - scale * along) / length);
      }
    }
    activation.scaleRows(scales);
    activation.add(work.act().direction(), shares);
  }

  private void guardNorms(float[] before, float[] after) {
    float[] scales = ones();
    for (int run : guardedRuns) {
      for (int row = first(run); row < end(run); row++) {
        if (after[row] / before[row] > 1) {
          scales[row] = before[row] / after[row];
        }
      }
    }
    for (int run : guardedWhole) {
      boolean grown = false;
      for (int row = first(run); row < end(run); row++) {
        grown |= after[row] / before[row] > 1;
      }
      for (int row = first(run); grown && row < end(run); row++) {
        scales[row] = before[row] / after[row];
      }
    }
    activation.scaleRows(scales);
  }

  private int first(int run) {
    return activation.batch().start(run);
  }

  private int end(int run) {
    return first(run) + activation.batch().length(run);
  }

  private float[] ones() {
    float[] ones = new float[activation.rows()];
    Arrays.fill(ones, 1);
    return ones;
  }
}
