package drover.steering;

import drover.engine.HookPoint;
import drover.engine.Llama;
import drover.engine.PromptEncoder;
import drover.engine.io.DroverException;
import drover.steering.figures.Heatmap;
import drover.steering.figures.Range;
import drover.steering.search.Analysis;
import drover.steering.search.ConditionPoint;
import drover.steering.search.ConditionSearch;
import drover.steering.search.GridSemantics;
import drover.steering.search.Similarities;
import drover.steering.search.Thresholds;
import drover.tokenizer.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Finds the point at which a vector tells two kinds of prompt apart: prompts are read as steering
 * reads them, each distinct beginning once and no layer beyond the last that matters, and their
 * similarities searched.
 */
public final class ConditionFinder {
  /** How many thresholds an analysis lists where the search tried every one that matters. */
  private static final int LISTED_THRESHOLDS = 200;

  private static final int HEATMAP_COLUMNS = 300;

  /**
   * What was found.
   *
   * @param point the best point
   * @param analysis its surroundings, to be saved or drawn
   * @param similarities of all prompts
   */
  public record Found(ConditionPoint point, Analysis analysis, Similarities similarities) {

    /** F1 over layers and thresholds, on the point's side of the similarities, the point marked. */
    public Heatmap heatmap() {
      double[] thresholds = Thresholds.spanning(similarities, HEATMAP_COLUMNS);
      double step = (thresholds[1] - thresholds[0]);
      long column = step > 0 ? Math.round((point.threshold() - thresholds[0]) / step) : 0;
      List<Integer> layers = similarities.layers();
      return new Heatmap(
          "F1 where the threshold is " + point.thresholdIs() + " than the similarity",
          "threshold",
          "layer",
          "F1",
          ConditionSearch.f1ByLayer(similarities, point.thresholdIs(), thresholds),
          layers.stream().map(Object::toString).toList(),
          new Range(thresholds[0], thresholds[thresholds.length - 1]),
          new Heatmap.Cell(
              layers.indexOf(point.layers().getFirst()),
              Math.clamp(column, 0, thresholds.length - 1)));
    }
  }

  private final Llama model;
  private final SteeringVector vector;
  private final SearchOptions options;

  /**
   * A search for a vector on a model.
   *
   * @throws DroverException if the vector does not fit the model, or lacks a layer
   */
  public ConditionFinder(Llama model, SteeringVector vector, SearchOptions options) {
    this.model = model;
    this.vector = vector;
    this.options = options;
    layers().forEach(layer -> vector.requireLayer(layer, "is to be searched"));
    VectorFit.require(vector, layers(), "searched", model.config());
  }

  private NavigableSet<Integer> layers() {
    return options.layers().orElseGet(() -> new TreeSet<>(vector.directions().keySet()));
  }

  /**
   * Searches.
   *
   * @param positive prompts that shall meet the condition
   * @param negative prompts that shall not
   * @throws DroverException if a side is empty, or a prompt is too long
   */
  public Found find(List<String> positive, List<String> negative, Progress progress) {
    if (positive.isEmpty() || negative.isEmpty()) {
      throw new DroverException(
          "a search needs prompts that meet the condition and some that do not");
    }
    return find(similarities(positive, negative, progress));
  }

  /** Searches in similarities that {@link #similarities} found. */
  public Found find(Similarities all) {
    if (options.heldOut() == 0) {
      ConditionPoint point = search(all);
      return new Found(point, analysis(point, all), all);
    }
    Similarities.Split split = all.split(options.heldOut(), options.seed());
    ConditionPoint point = search(split.training()).withHeldOut(split.heldOut());
    return new Found(point, analysis(point, split.training()), all);
  }

  private ConditionPoint search(Similarities texts) {
    return options
        .thresholds()
        .map(grid -> ConditionSearch.grid(texts, options.maxLayers(), grid, gridSemantics()))
        .orElseGet(() -> ConditionSearch.exact(texts, options.maxLayers()));
  }

  private Analysis analysis(ConditionPoint point, Similarities texts) {
    double[] thresholds =
        options.thresholds().orElseGet(() -> Thresholds.spanning(texts, LISTED_THRESHOLDS));
    return Analysis.of(point, texts, options.maxLayers(), thresholds, gridSemantics());
  }

  private GridSemantics gridSemantics() {
    Semantics semantics = options.semantics();
    return new GridSemantics(
        semantics.keeps(Quirk.ROUNDED_THRESHOLD),
        semantics.keeps(Quirk.COLLIDING_KEYS),
        semantics.keeps(Quirk.EQUAL_MEETS_LARGER));
  }

  /**
   * The similarity of every prompt at every layer.
   *
   * @throws DroverException if a prompt is too long
   */
  public Similarities similarities(
      List<String> positive, List<String> negative, Progress progress) {
    return similarities(List.of(new Prompts(this, positive, negative)), progress).getFirst();
  }

  /**
   * Prompts of which a search wants the similarities.
   *
   * @param finder the search
   * @param positive prompts that shall meet the condition
   * @param negative prompts that shall not
   */
  public record Prompts(ConditionFinder finder, List<String> positive, List<String> negative) {
    /** Keeps copies of the lists. */
    public Prompts {
      positive = List.copyOf(positive);
      negative = List.copyOf(negative);
    }

    private List<String> all() {
      List<String> all = new ArrayList<>(positive);
      all.addAll(negative);
      return all;
    }
  }

  /**
   * The similarities for several searches on one model, the same as each finds by itself. Prompts
   * that several of them have are computed once.
   *
   * @return in the order of the searches
   * @throws DroverException if a prompt is too long
   */
  public static List<Similarities> similarities(List<Prompts> searches, Progress progress) {
    if (searches.isEmpty()) {
      return List.of();
    }
    Llama model = searches.getFirst().finder().model;
    List<Pooled> strings = new ArrayList<>();
    List<PoolingPasses.Place> places = new ArrayList<>();
    Map<PromptForm, PromptTokens> encoded = new HashMap<>();
    PromptEncoder encoder = PromptEncoder.of(model);
    for (Prompts search : searches) {
      ConditionFinder finder = search.finder();
      if (finder.model != model) {
        throw new IllegalArgumentException("searches on different models");
      }
      for (String prompt : search.all()) {
        PromptTokens tokens =
            encoded.computeIfAbsent(
                new PromptForm(prompt, finder.options.semantics()), form -> form.encode(encoder));
        strings.add(
            new Pooled(tokens.ids(), Pooled.Window.of(tokens.pooled(finder.options.pooled()))));
      }
      finder.layers().stream()
          .map(finder::place)
          .filter(place -> !places.contains(place))
          .forEach(places::add);
    }
    try (PooledRows rows = PooledRows.read(model, strings, places, progress)) {
      List<Similarities> results = new ArrayList<>();
      int first = 0;
      for (Prompts search : searches) {
        results.add(search.finder().similarities(search, rows, first, places));
        first += search.positive().size() + search.negative().size();
      }
      return results;
    }
  }

  /** A prompt in a reading of the method. */
  private record PromptForm(String prompt, Semantics semantics) {
    PromptTokens encode(PromptEncoder encoder) {
      return PromptTokens.of(encoder, List.of(new Message("user", prompt)), semantics);
    }
  }

  /** From the rows of some prompts, the first of which is text {@code first}. */
  private Similarities similarities(
      Prompts prompts, PooledRows rows, int first, List<PoolingPasses.Place> places) {
    List<Integer> layers = List.copyOf(layers());
    int positives = prompts.positive().size();
    double[][] values = new double[positives + prompts.negative().size()][layers.size()];
    for (int text = 0; text < values.length; text++) {
      if (!rows.has(first + text)) {
        throw new DroverException("the search was stopped before every prompt was read");
      }
      for (int column = 0; column < layers.size(); column++) {
        float[] direction = vector.directions().get(layers.get(column));
        float[] row = rows.row(first + text, places.indexOf(place(layers.get(column))));
        values[text][column] = options.similarity().of(row, direction);
      }
    }
    return new Similarities(
        layers,
        Arrays.copyOfRange(values, 0, positives),
        Arrays.copyOfRange(values, positives, values.length));
  }

  /** Where steering reads a layer; what a block is given is what the one before it left. */
  private PoolingPasses.Place place(int layer) {
    if (!options.semantics().keeps(Quirk.ACTS_BEFORE_BLOCK)) {
      return new PoolingPasses.Place(HookPoint.RESID_POST, layer);
    }
    return layer == 0
        ? new PoolingPasses.Place(HookPoint.RESID_PRE, 0)
        : new PoolingPasses.Place(HookPoint.RESID_POST, layer - 1);
  }
}
