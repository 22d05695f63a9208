package drover.bench;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * One figure.
 *
 * @param what the benchmark's name
 * @param runs the figure of each run, in rising order; at least one
 * @param unit of the figures
 * @param judgement what it is judged by; empty where it speaks for itself
 * @param details what else was counted, by name
 */
public record Measurement(
    String what,
    double[] runs,
    String unit,
    Optional<Judgement> judgement,
    SequencedMap<String, Number> details) {

  /** What a figure is judged by. */
  public sealed interface Judgement {
    /**
     * What the machine could do at best.
     *
     * @param value in the figure's unit
     * @param by what that limit is
     */
    record Limit(double value, String by) implements Judgement {}

    /**
     * The figure divided by another that was measured in turn with it.
     *
     * @param runs the ratio in each pair of runs, in rising order; at least one
     * @param to what it is divided by
     */
    record Ratio(double[] runs, String to) implements Judgement {
      /** Sorts a copy of the ratios. */
      public Ratio {
        runs = sorted(runs);
      }

      /** The median over the pairs. */
      public double median() {
        return Measurement.median(runs);
      }
    }
  }

  /** Sorts a copy of the runs. */
  public Measurement {
    runs = sorted(runs);
    details = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(details));
  }

  /** A figure that speaks for itself. */
  public static Measurement of(String what, String unit, double... runs) {
    return new Measurement(what, runs, unit, Optional.empty(), new LinkedHashMap<>());
  }

  /** The same beside what the machine could do at best. */
  public Measurement limited(double limit, String by) {
    return new Measurement(what, runs, unit, Optional.of(new Judgement.Limit(limit, by)), details);
  }

  /** The same beside another, pair by pair. */
  public Measurement comparedTo(double[] ratios, String to) {
    return new Measurement(what, runs, unit, Optional.of(new Judgement.Ratio(ratios, to)), details);
  }

  /** The same with something else that was counted. */
  public Measurement with(String name, Number value) {
    SequencedMap<String, Number> more = new LinkedHashMap<>(details);
    more.put(name, value);
    return new Measurement(what, runs, unit, judgement, more);
  }

  /** The median over the runs. */
  public double median() {
    return median(runs);
  }

  /** The smallest of the runs. */
  public double least() {
    return runs[0];
  }

  /** The largest of the runs. */
  public double most() {
    return runs[runs.length - 1];
  }

  private static double[] sorted(double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("a figure without a run");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  /** Of numbers in rising order; the mean of the middle two where there is no middle. */
  static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
