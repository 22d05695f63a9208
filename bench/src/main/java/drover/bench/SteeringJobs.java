package drover.bench;

import drover.engine.Llama;
import drover.steering.Accumulate;
import drover.steering.ConditionFinder;
import drover.steering.ContrastPair;
import drover.steering.Progress;
import drover.steering.Quirk;
import drover.steering.SearchOptions;
import drover.steering.Semantics;
import drover.steering.SteeringDataset;
import drover.steering.SteeringVector;
import drover.steering.TrainingOptions;
import drover.steering.search.Thresholds;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The tutorial's jobs: extracting vectors and searching the points of conditions. A rate is in
 * distinct tokens a second, since those are what is computed; the details have the seconds, to be
 * compared with another program's at the same job.
 */
public final class SteeringJobs {
  /** The very texts of the Python library, whose jobs these are: without a reply's header. */
  private static final TrainingOptions BEHAVIOR =
      TrainingOptions.BEHAVIOR.withSemantics(
          Semantics.CORRECTED.with(Quirk.EXTRACTS_WITHOUT_REPLY_HEADER));

  private static final TrainingOptions CONDITION = BEHAVIOR.withAccumulate(new Accumulate.All());

  /** A layer's activations before its block, as the Python library reads them. */
  private static final Semantics SEARCH = Semantics.CORRECTED.with(Quirk.ACTS_BEFORE_BLOCK);

  private static final double[] THRESHOLDS = Thresholds.grid(0, 0.06, 0.0001);

  /** The tutorial searches layers 1 to 9. */
  private static final int LAST_SEARCHED = 9;

  private static final int FEW = 16;

  private final Subject subject;
  private final Llama model;
  private final BenchTexts texts;

  /** For a model on a device. */
  public SteeringJobs(Subject subject, BenchTexts texts) {
    this.subject = subject;
    this.model = subject.model();
    this.texts = texts;
  }

  /** Runs a small portion of either kind of job, for the JIT to see. */
  public void warmUp() {
    behavior(2, FEW, new Tokens());
    SteeringVector vector = condition(texts.harmful(), FEW, new Tokens());
    search(vector, FEW, new Tokens());
  }

  /**
   * A behaviour vector from questions with pairs of suffixes: suffix-only, pairwise, all layers.
   */
  public Measurement extract(String name, int questions, int suffixes) {
    int q = available(texts.questions(), questions);
    int s = available(texts.suffixes(), suffixes);
    return measure(name, model.config().layers(), tokens -> behavior(q, s, tokens))
        .with("questions", q)
        .with("suffix_pairs", s);
  }

  /** A condition vector from pairs of prompts: all tokens, pairwise, all layers. */
  public Measurement conditionVector(String name, int pairs) {
    int count = available(texts.harmful(), pairs);
    return measure(
            name,
            model.config().layers(),
            tokens -> {
              condition(texts.harmful(), count, tokens);
              return tokens.computed;
            })
        .with("pairs", count);
  }

  /** The six vectors of Part III, each category against the five others, in one job. */
  public Measurement sixConditions() {
    List<SteeringDataset> contrasts = sixContrasts();
    return measure(
            "six-conditions",
            model.config().layers(),
            tokens -> {
              SteeringVector.trainAll(model, contrasts, CONDITION, tokens);
              return tokens.computed;
            })
        .with("vectors", contrasts.size())
        .with("pairs", contrasts.stream().mapToInt(SteeringDataset::pairs).sum());
  }

  /** The best of 600 thresholds and two directions at layers 1 to 9. */
  public Measurement search(String name, int prompts) {
    int count = available(texts.harmful(), prompts);
    SteeringVector vector = condition(texts.harmful(), FEW, new Tokens());
    int blocks = Math.max(1, searched().last());
    return measure(name, blocks, tokens -> search(vector, count, tokens))
        .with("prompts", 2 * count)
        .with("thresholds", THRESHOLDS.length);
  }

  private Measurement measure(String name, int layers, ToLongFunction<Tokens> job) {
    List<Double> seconds = new ArrayList<>();
    long[] computed = {0};
    double[] rates =
        Runs.of(
            subject.sizes().runs(),
            () -> {
              seconds.add(Runs.seconds(() -> computed[0] = job.applyAsLong(new Tokens())));
              return computed[0] / seconds.getLast();
            });
    double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return Measurement.of(name, "distinct tokens/s", rates)
        .limited(subject.computeLimit(layers), Subject.FMA_PEAK)
        .with("seconds", Measurement.median(sorted))
        .with("distinct_tokens", computed[0]);
  }

  private int available(List<?> list, int wanted) {
    return Math.min(Math.min(wanted, subject.sizes().texts()), list.size());
  }

  private long behavior(int questions, int suffixes, Tokens tokens) {
    SteeringDataset dataset =
        SteeringDataset.ofQuestions(
            first(texts.questions(), questions), first(texts.suffixes(), suffixes));
    SteeringVector.train(model, dataset, BEHAVIOR, tokens);
    return tokens.computed;
  }

  private SteeringVector condition(List<ContrastPair> pairs, int count, Tokens tokens) {
    SteeringDataset dataset = SteeringDataset.ofTexts(first(pairs, count));
    return SteeringVector.train(model, dataset, CONDITION, tokens);
  }

  private long search(SteeringVector vector, int prompts, Tokens tokens) {
    SearchOptions options =
        SearchOptions.of(vector, SEARCH).withLayers(searched()).withThresholds(THRESHOLDS);
    List<ContrastPair> pairs = first(texts.harmful(), prompts);
    new ConditionFinder(model, vector, options)
        .find(
            pairs.stream().map(ContrastPair::positive).toList(),
            pairs.stream().map(ContrastPair::negative).toList(),
            tokens);
    return tokens.computed;
  }

  private NavigableSet<Integer> searched() {
    int last = Math.min(LAST_SEARCHED, model.config().layers() - 1);
    return IntStream.rangeClosed(Math.min(1, last), last)
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private List<SteeringDataset> sixContrasts() {
    int rows = available(texts.categories().firstEntry().getValue(), Integer.MAX_VALUE);
    List<SteeringDataset> contrasts = new ArrayList<>();
    for (String target : texts.categories().keySet()) {
      List<ContrastPair> pairs = new ArrayList<>();
      for (String other : texts.categories().keySet()) {
        for (int row = 0; row < rows && !other.equals(target); row++) {
          pairs.add(
              new ContrastPair(
                  texts.categories().get(target).get(row), texts.categories().get(other).get(row)));
        }
      }
      contrasts.add(SteeringDataset.ofTexts(pairs));
    }
    return contrasts;
  }

  private static <T> List<T> first(List<T> list, int count) {
    return list.subList(0, Math.min(count, list.size()));
  }

  /** Hears how many tokens a job computes. */
  private static final class Tokens implements Progress {
    private long computed;

    @Override
    public void at(long done, long total) {
      computed = done;
    }
  }
}
