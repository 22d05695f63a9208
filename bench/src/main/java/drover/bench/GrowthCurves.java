package drover.bench;

import drover.engine.Batch;
import drover.engine.Batch.LogitRows;
import drover.engine.GenerationListener;
import drover.engine.GenerationRequest;
import drover.engine.GenerationSettings;
import drover.engine.Generator;
import drover.engine.HookPoint;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Sequence;
import drover.kernels.Device;
import drover.steering.Accumulate;
import drover.steering.Progress;
import drover.steering.SteeringDataset;
import drover.steering.SteeringVector;
import drover.steering.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * How time and memory grow with a prompt's length, a text's past, the pairs of an extraction and
 * the texts of a batch. Of the time, attention's share is told: it is all that grows with the
 * square of the length.
 *
 * <p>Memory is what is in use of the Java heap in the middle of the work, garbage not counted.
 */
public final class GrowthCurves implements AutoCloseable {
  private static final int SHORTEST = 64;
  private static final int LONGEST = 8_192;
  private static final int CHUNK = 512;
  private static final int STEPS = 8;
  private static final int PROMPT = 16;
  private static final int MOST_TEXTS = 64;
  private static final int MOST_PAIRS = 400;
  private static final int FEWEST_PAIRS = 25;
  private static final String ATTENTION = "attention";

  private final Subject subject;
  private final TimedDevice device;
  private final Llama model;
  private final int longest;
  private final int mostTexts;
  private final int mostPairs;

  /**
   * Opens the subject's model once more, on its device with clocks around the operations.
   *
   * @param open opens it on a device
   */
  public GrowthCurves(Subject subject, Function<Device, Llama> open) {
    this.subject = subject;
    device = new TimedDevice(subject.model().device());
    model = open.apply(device);
    boolean quick = subject.sizes().texts() < FEWEST_PAIRS;
    int context = Math.min(LONGEST, model.config().maxPositions());
    longest = quick ? Math.min(2 * SHORTEST, context) : context;
    mostTexts = quick ? 2 : MOST_TEXTS;
    mostPairs = quick ? 2 * FEWEST_PAIRS : MOST_PAIRS;
  }

  /**
   * Measures all curves.
   *
   * @param texts to extract from
   * @param each hears of each curve as it is finished
   */
  public void measure(BenchTexts texts, Consumer<Curve> each) {
    each.accept(curve("prefill", "prompt tokens", doubling(SHORTEST, longest), this::prefill));
    each.accept(decode());
    int pairs = Math.min(mostPairs, texts.harmful().size());
    each.accept(
        curve("extraction", "pairs", doubling(FEWEST_PAIRS, pairs), n -> extraction(texts, n)));
    each.accept(curve("batch", "texts", doubling(1, mostTexts), this::batch));
  }

  /** From a number on, each twice the one before, and the last at the end. */
  private static int[] doubling(int from, int to) {
    List<Integer> numbers = new ArrayList<>();
    for (int n = from; n < to; n *= 2) {
      numbers.add(n);
    }
    numbers.add(to);
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }

  private Curve curve(String name, String x, int[] at, IntFunction<Curve.Point> measure) {
    // Not counted: the JIT may have seen nothing like it.
    Curve.Point _ = measure.apply(at[0]);
    List<Curve.Point> points = new ArrayList<>();
    for (int n : at) {
      Curve.Point[] runs =
          IntStream.range(0, subject.sizes().runs())
              .mapToObj(_ -> measure.apply(n))
              .sorted((a, b) -> Double.compare(a.seconds(), b.seconds()))
              .toArray(Curve.Point[]::new);
      points.add(runs[runs.length / 2]);
    }
    return new Curve(name, x, points);
  }

  private Curve.Point prefill(int tokens) {
    int[] ids = subject.ids(1, tokens);
    Meter meter = new Meter();
    Hooks middle =
        Hooks.builder()
            .on(HookPoint.RESID_POST, model.config().layers() / 2, _ -> meter.readMemory())
            .build();
    try (Sequence sequence = model.newSequence()) {
      return meter.point(
          tokens, tokens, () -> model.forward(Batch.of(sequence, ids), middle).close());
    }
  }

  /** One text's past grows; at each length, a fork of it goes on for a few steps. */
  private Curve decode() {
    List<Curve.Point> points = new ArrayList<>();
    try (Sequence sequence = model.newSequence()) {
      for (int past : doubling(SHORTEST, longest - STEPS)) {
        while (sequence.length() < past) {
          int count = Math.min(CHUNK, past - sequence.length());
          int[] ids = subject.ids(sequence.length(), count);
          Batch batch = Batch.builder().add(sequence, ids, LogitRows.NONE).build();
          model.forward(batch, Hooks.NONE).close();
        }
        Curve.Point[] runs =
            IntStream.range(0, subject.sizes().runs())
                .mapToObj(_ -> steps(sequence, past))
                .sorted((a, b) -> Double.compare(a.seconds(), b.seconds()))
                .toArray(Curve.Point[]::new);
        points.add(runs[runs.length / 2]);
      }
    }
    return new Curve("decode", "past tokens", points);
  }

  private Curve.Point steps(Sequence past, int tokens) {
    Meter meter = new Meter();
    try (Sequence sequence = past.fork()) {
      EngineBench.step(model, sequence, 0);
      Curve.Point point =
          meter.point(
              tokens,
              STEPS - 1,
              () -> {
                for (int i = 1; i < STEPS; i++) {
                  EngineBench.step(model, sequence, i);
                }
              });
      meter.readMemory();
      return point.withMemory(meter.memory);
    }
  }

  private Curve.Point extraction(BenchTexts texts, int pairs) {
    SteeringDataset dataset = SteeringDataset.ofTexts(texts.harmful().subList(0, pairs));
    TrainingOptions options = TrainingOptions.BEHAVIOR.withAccumulate(new Accumulate.All());
    Meter meter = new Meter();
    long[] computed = {0};
    Progress middle =
        (done, total) -> {
          computed[0] = done;
          if (meter.memory == 0 && 2 * done >= total) {
            meter.readMemory();
          }
        };
    Curve.Point point =
        meter.point(pairs, 1, () -> SteeringVector.train(model, dataset, options, middle));
    return point.withUnits(computed[0]);
  }

  private Curve.Point batch(int texts) {
    int answer = Math.max(2, subject.sizes().newTokens() / 2);
    GenerationSettings settings = GenerationSettings.greedy(answer).withSpecialTokens(true, false);
    List<GenerationRequest> requests =
        IntStream.range(0, texts)
            .mapToObj(i -> new GenerationRequest(model.newSequence(), subject.ids(i, PROMPT)))
            .toList();
    Meter meter = new Meter();
    try {
      Generator generator = new Generator(model, Hooks.NONE, settings);
      Curve.Point point =
          meter.point(
              texts,
              (long) texts * answer,
              () -> generator.generate(requests, GenerationListener.NONE));
      meter.readMemory();
      return point.withMemory(meter.memory);
    } finally {
      requests.forEach(request -> request.sequence().close());
    }
  }

  /** Closes the model; its device stays open. */
  @Override
  public void close() {
    model.close();
  }

  /** Takes the time of some work, and the memory in its middle without the time that this takes. */
  private final class Meter {
    private long memory;
    private double apart;

    void readMemory() {
      apart +=
          Runs.seconds(
              () -> {
                System.gc();
                Runtime runtime = Runtime.getRuntime();
                memory = runtime.totalMemory() - runtime.freeMemory();
              });
    }

    Curve.Point point(int x, long units, Runnable work) {
      device.reset();
      double seconds = Runs.seconds(work) - apart;
      double attention = device.seconds().getOrDefault(ATTENTION, 0.0);
      return new Curve.Point(x, units, seconds, attention, memory);
    }
  }
}
