package drover.cli;

import drover.cli.PairsFile.Choice;
import drover.demo.DemoData;
import drover.engine.io.DroverException;
import drover.steering.ContrastPair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The texts of the tour, from the four files of the tutorial. Each has three parts: what directions
 * are fitted on, what points are sought on, and what rates are measured on, which has no text of
 * the others. The parts are stretches of the files, because neighbours there are often paraphrases
 * of each other: spread samples would let a direction see what it is measured on.
 *
 * @param questions what the behaviour is extracted from
 * @param suffixes refusing and complying openings
 * @param instructions questions to be answered in Part I
 * @param harmful the kind that Part II asks for, and its opposite
 * @param categories the six kinds of Part III, by name, in the order of C1 to C6
 */
record TourData(
    List<String> questions,
    List<ContrastPair> suffixes,
    List<String> instructions,
    Contrast harmful,
    SequencedMap<String, Contrast> categories) {
  /** Texts of a kind and others, for each use. */
  record Contrast(List<ContrastPair> fit, Sides calibration, Sides heldOut) {}

  /** Texts of a kind, and others. */
  record Sides(List<String> positive, List<String> negative) {}

  private static final double FIT = 0.6;
  private static final double CALIBRATION = 0.75;
  private static final Optional<String> TRAIN = Optional.of("train");
  private static final Optional<String> TEST = Optional.of("test");
  private static final int INSTRUCTIONS = 4;

  /** The categories of the tutorial, as C1 to C6, and their keys in the file. */
  private static final Map<String, String> KEYS = keys();

  private static Map<String, String> keys() {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("base", "base");
    keys.put("crime", "crime_planning");
    keys.put("hate", "hate_speech");
    keys.put("health", "health_consultation");
    keys.put("legal", "legal_opinion");
    keys.put("sexual", "sexual_content");
    return keys;
  }

  /**
   * Reads the files.
   *
   * @throws DroverException if one is missing or is not what the tutorial has
   */
  static TourData read(Path folder, TourSizes sizes) {
    PairsFile alpaca = PairsFile.open(folder.resolve(DemoData.ALPACA));
    List<String> questions = texts(alpaca, "question", TRAIN);
    List<String> instructions = texts(alpaca, "question", TEST);
    PairsFile openings = PairsFile.open(folder.resolve(DemoData.BEHAVIOR_REFUSAL));
    List<ContrastPair> suffixes =
        openings.pairs(
            "non_compliant_responses", "compliant_responses", Optional.empty(), Choice.ALL);
    return new TourData(
        spread(questions, 0, 1, sizes.questions()),
        spread(suffixes, 0, 1, sizes.suffixes()),
        spread(instructions, 0, 1, INSTRUCTIONS),
        harmful(folder.resolve(DemoData.CONDITION_HARMFUL), sizes),
        categories(folder.resolve(DemoData.CONDITION_MULTIPLE), sizes));
  }

  private static List<String> texts(PairsFile file, String key, Optional<String> split) {
    return file.texts(key, split, Choice.ALL);
  }

  private static Contrast harmful(Path path, TourSizes sizes) {
    PairsFile file = PairsFile.open(path);
    List<ContrastPair> train = file.pairs("harmful", "harmless", TRAIN, Choice.ALL);
    List<ContrastPair> fit = spread(train, 0, FIT, sizes.pairs());
    Sides calibration = sides(spread(train, FIT, CALIBRATION, sizes.calibration()));
    Set<String> seen = seen(fit, calibration);
    List<ContrastPair> test = file.pairs("harmful", "harmless", TEST, Choice.ALL);
    Sides held = sides(spread(test, CALIBRATION, 1, Integer.MAX_VALUE));
    return new Contrast(
        fit,
        calibration,
        new Sides(
            fresh(path, held.positive(), seen, sizes.heldOut()),
            fresh(path, held.negative(), seen, sizes.heldOut())));
  }

  private static SequencedMap<String, Contrast> categories(Path path, TourSizes sizes) {
    PairsFile file = PairsFile.open(path);
    Map<String, List<String>> train = new LinkedHashMap<>();
    Map<String, List<String>> test = new LinkedHashMap<>();
    KEYS.forEach(
        (name, key) -> {
          train.put(name, texts(file, key, TRAIN));
          test.put(name, texts(file, key, TEST));
        });
    SequencedMap<String, Contrast> categories = new LinkedHashMap<>();
    for (String name : KEYS.keySet()) {
      List<ContrastPair> fit = againstOthers(name, train, 0, FIT, sizes.rows());
      Sides calibration = sides(againstOthers(name, train, FIT, 1, sizes.rows() / 2));
      Set<String> seen = seen(fit, calibration);
      Sides held = sides(againstOthers(name, test, CALIBRATION, 1, Integer.MAX_VALUE));
      categories.put(
          name,
          new Contrast(
              fit,
              calibration,
              new Sides(
                  fresh(path, held.positive(), seen, sizes.rowsHeldOut()),
                  fresh(path, held.negative(), seen, sizes.rowsHeldOut()))));
    }
    return categories;
  }

  /** Texts of a category, each beside one of another, which the others give in turn. */
  private static List<ContrastPair> againstOthers(
      String name, Map<String, List<String>> texts, double from, double to, int count) {
    List<String> others = texts.keySet().stream().filter(other -> !other.equals(name)).toList();
    List<ContrastPair> pairs = new ArrayList<>();
    int rows = texts.values().stream().mapToInt(List::size).min().orElseThrow();
    for (int row : spread(IntStream.range(0, rows).boxed().toList(), from, to, count)) {
      String other = others.get(pairs.size() % others.size());
      pairs.add(new ContrastPair(texts.get(name).get(row), texts.get(other).get(row)));
    }
    return pairs;
  }

  /** So many, at even distances, of the stretch between two shares of a list. */
  private static <T> List<T> spread(List<T> all, double from, double to, int count) {
    int start = (int) (all.size() * from);
    List<T> stretch = all.subList(start, Math.max(start + 1, (int) (all.size() * to)));
    int taken = Math.min(count, stretch.size());
    return IntStream.range(0, taken)
        .mapToObj(i -> stretch.get((int) ((long) i * stretch.size() / taken)))
        .toList();
  }

  private static Sides sides(List<ContrastPair> pairs) {
    return new Sides(
        pairs.stream().map(ContrastPair::positive).toList(),
        pairs.stream().map(ContrastPair::negative).toList());
  }

  private static Set<String> seen(List<ContrastPair> fit, Sides calibration) {
    Set<String> seen = new HashSet<>(calibration.positive());
    seen.addAll(calibration.negative());
    fit.forEach(pair -> seen.addAll(List.of(pair.positive(), pair.negative())));
    return seen;
  }

  /** Distinct texts that were not seen. */
  private static List<String> fresh(Path path, List<String> texts, Set<String> seen, int count) {
    List<String> fresh = texts.stream().distinct().filter(text -> !seen.contains(text)).toList();
    if (fresh.isEmpty()) {
      throw new DroverException(
          path + ": its test prompts are all among its training prompts, so none is held out");
    }
    return spread(fresh, 0, 1, count);
  }
}
