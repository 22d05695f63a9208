package drover.bench;

import drover.engine.GenerationListener;
import drover.engine.GenerationRequest;
import drover.engine.GenerationSettings;
import drover.engine.Generator;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Sequence;
import drover.steering.Behavior;
import drover.steering.Condition;
import drover.steering.PromptTokens;
import drover.steering.Provenance;
import drover.steering.SteeredGenerator;
import drover.steering.SteeredRequest;
import drover.steering.SteeringPlan;
import drover.steering.SteeringVector;
import drover.steering.search.ThresholdIs;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What steering costs: the same texts with and without it, in turn. The vectors are random, the
 * conditions are always met, so that everything that can cost anything does.
 */
public final class SteeringBench {
  private static final int PROMPT = 16;
  private static final int SHORT_ANSWER = 24;
  private static final int BEHAVIOR_LAYERS = 9;
  private static final int PLANS = 8;

  /** Below every similarity. */
  private static final double ALWAYS_MET = -2;

  private final Subject subject;
  private final Llama model;
  private final BenchSizes sizes;

  /** For a model on a device. */
  public SteeringBench(Subject subject) {
    this.subject = subject;
    this.model = subject.model();
    this.sizes = subject.sizes();
  }

  /** Decoding with nine steered layers and a condition, against decoding without. */
  public Measurement decode() {
    SteeringPlan plan = plan(1);
    int tokens = Math.min(SHORT_ANSWER, subject.decodedTokens(PROMPT));
    int[] ids = subject.ids(5, PROMPT);
    decodeSeconds(ids, tokens, plan);
    decodeSeconds(ids, tokens);
    Runs.Pairs pairs =
        Runs.inTurn(
            sizes.pairs(),
            () -> tokens / decodeSeconds(ids, tokens, plan),
            () -> tokens / decodeSeconds(ids, tokens));
    return Measurement.of("steering decode", "tokens/s", pairs.first())
        .comparedTo(pairs.ratios(), "without steering");
  }

  /** A long prompt with nine steered layers and a condition, against one without. */
  public Measurement prefill() {
    SteeringPlan plan = plan(1);
    int[] ids = subject.ids(6, subject.prefillTokens(1));
    generateSeconds(List.of(ids), List.of(plan), 1);
    plainSeconds(ids);
    Runs.Pairs pairs =
        Runs.inTurn(
            (sizes.pairs() + 1) / 2,
            () -> ids.length / generateSeconds(List.of(ids), List.of(plan), 1),
            () -> ids.length / plainSeconds(ids));
    return Measurement.of("steering prefill", "tokens/s", pairs.first())
        .comparedTo(pairs.ratios(), "without steering");
  }

  /** Many texts under eight plans in one batch, against the same under one plan. */
  public Measurement plans() {
    int texts = 2 * sizes.batch();
    int answer = sizes.newTokens() / 2;
    List<int[]> prompts =
        IntStream.range(0, texts).mapToObj(text -> subject.ids(200 + text, PROMPT)).toList();
    List<SteeringPlan> different = IntStream.range(0, PLANS).mapToObj(this::plan).toList();
    List<SteeringPlan> mixed = cycle(different, texts);
    List<SteeringPlan> same = cycle(different.subList(0, 1), texts);
    generateSeconds(prompts, mixed, answer);
    Runs.Pairs pairs =
        Runs.inTurn(
            sizes.runs(),
            () -> texts * answer / generateSeconds(prompts, mixed, answer),
            () -> texts * answer / generateSeconds(prompts, same, answer));
    return Measurement.of("plans, %d texts".formatted(texts), "new tokens/s", pairs.first())
        .comparedTo(pairs.ratios(), "one plan for all");
  }

  private static List<SteeringPlan> cycle(List<SteeringPlan> plans, int count) {
    return IntStream.range(0, count).mapToObj(i -> plans.get(i % plans.size())).toList();
  }

  /** From the first new token to the last, with a plan. */
  private double decodeSeconds(int[] prompt, int tokens, SteeringPlan plan) {
    try (Sequence sequence = model.newSequence()) {
      Clock clock = new Clock();
      new SteeredGenerator(model, settings(tokens + 1))
          .generate(List.of(new SteeredRequest(sequence, PromptTokens.ofIds(prompt), plan)), clock);
      return clock.seconds();
    }
  }

  /** The same without one. */
  private double decodeSeconds(int[] prompt, int tokens) {
    try (Sequence sequence = model.newSequence()) {
      Clock clock = new Clock();
      new Generator(model, Hooks.NONE, settings(tokens + 1))
          .generate(List.of(new GenerationRequest(sequence, prompt)), clock);
      return clock.seconds();
    }
  }

  private double plainSeconds(int[] prompt) {
    try (Sequence sequence = model.newSequence()) {
      List<GenerationRequest> requests = List.of(new GenerationRequest(sequence, prompt));
      Generator generator = new Generator(model, Hooks.NONE, settings(1));
      return Runs.seconds(() -> generator.generate(requests, GenerationListener.NONE));
    }
  }

  private double generateSeconds(List<int[]> prompts, List<SteeringPlan> plans, int tokens) {
    List<Sequence> sequences = new ArrayList<>();
    List<SteeredRequest> requests = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      sequences.add(model.newSequence());
      PromptTokens prompt = PromptTokens.ofIds(prompts.get(i));
      requests.add(new SteeredRequest(sequences.getLast(), prompt, plans.get(i)));
    }
    try {
      SteeredGenerator generator = new SteeredGenerator(model, settings(tokens));
      return Runs.seconds(() -> generator.generate(requests, GenerationListener.NONE));
    } finally {
      sequences.forEach(Sequence::close);
    }
  }

  private static GenerationSettings settings(int tokens) {
    return GenerationSettings.greedy(tokens).withSpecialTokens(true, false);
  }

  /** As the tutorial's: a condition at about a quarter of the layers, behaviours behind it. */
  private SteeringPlan plan(int seed) {
    int layers = model.config().layers();
    int steered = Math.min(BEHAVIOR_LAYERS, Math.max(1, layers / 2));
    int first = layers / 2 - (layers / 2 + steered > layers ? 1 : 0);
    NavigableSet<Integer> behaviorLayers =
        IntStream.range(first, first + steered)
            .boxed()
            .collect(Collectors.toCollection(TreeSet::new));
    NavigableSet<Integer> conditionLayers = new TreeSet<>(List.of(layers / 4));
    return new SteeringPlan(
        List.of(Behavior.of(vector(2 * seed), behaviorLayers, 0.5)),
        List.of(
            Condition.of(vector(2 * seed + 1), conditionLayers, ALWAYS_MET, ThresholdIs.SMALLER)),
        List.of(),
        SteeringPlan.NONE.semantics());
  }

  private SteeringVector vector(int seed) {
    Random random = new Random(seed);
    NavigableMap<Integer, float[]> directions = new TreeMap<>();
    for (int layer = 0; layer < model.config().layers(); layer++) {
      float[] direction = new float[model.config().hiddenSize()];
      double squares = 0;
      for (int i = 0; i < direction.length; i++) {
        direction[i] = (float) random.nextGaussian();
        squares += direction[i] * direction[i];
      }
      for (int i = 0; i < direction.length; i++) {
        direction[i] /= (float) Math.sqrt(squares);
      }
      directions.put(layer, direction);
    }
    return new SteeringVector(
        directions,
        new TreeMap<>(),
        new Provenance(
            model.config().modelType(),
            Optional.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            new TreeMap<>(),
            new TreeMap<>(),
            Optional.empty()));
  }

  /** The time from the first token of a text to its last. */
  private static final class Clock implements GenerationListener {
    private long first;
    private long last;

    @Override
    public void token(int request, int id, String text) {
      last = System.nanoTime();
      if (first == 0) {
        first = last;
      }
    }

    double seconds() {
      return (last - first) / 1e9;
    }
  }
}
