package drover.steering.search;

import drover.engine.io.AtomicFile;
import drover.engine.io.DroverException;
import drover.steering.python.PythonNumbers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What a search saw, in the Python library's file format: a JSON object with {@code best_layers},
 * {@code best_threshold}, {@code best_direction}, {@code best_f1_score} and {@code analysis}, where
 * {@code layers_7_9} holds the F1 of those layers together by threshold and direction, and {@code
 * layer_7} the similarities of positive and negative texts at one. Behind these Drover adds {@code
 * margin}, {@code precision}, {@code recall} and {@code auc}, and {@code held_out_f1} and its like
 * where texts were held out.
 *
 * @param point the point found
 * @param texts the texts among which it was sought
 * @param f1Scores by combination of layers, then by threshold and direction, as in {@code
 *     0.043_larger}; without those that are zero
 */
public record Analysis(
    ConditionPoint point,
    Similarities texts,
    SequencedMap<List<Integer>, SequencedMap<String, Double>> f1Scores) {
  /** A file of some 50 MB. */
  private static final long MOST_SCORES = 1_000_000;

  /** Keeps the maps, unmodifiable. */
  public Analysis {
    f1Scores = Collections.unmodifiableSequencedMap(f1Scores);
  }

  /**
   * Measures F1 at every point of a grid.
   *
   * @param texts the texts among which the point was sought
   * @param maxLayers the most layers that are combined
   * @param thresholds the grid's thresholds, in the order that the file shows
   * @throws DroverException if the grid has too many points for a file
   */
  public static Analysis of(
      ConditionPoint point,
      Similarities texts,
      int maxLayers,
      double[] thresholds,
      GridSemantics semantics) {
    long most = MOST_SCORES / (2L * thresholds.length);
    if (Combinations.count(texts.layers().size(), maxLayers, most) > most) {
      throw new DroverException(
          "an analysis of up to %d of %d layers at %d thresholds would hold more than %d F1 scores"
              .formatted(maxLayers, texts.layers().size(), thresholds.length, MOST_SCORES));
    }
    SequencedMap<List<Integer>, SequencedMap<String, Double>> f1Scores = new LinkedHashMap<>();
    Combinations.forEach(
        texts,
        maxLayers,
        combination ->
            f1Scores.put(
                Arrays.stream(combination).mapToObj(texts.layers()::get).toList(),
                f1Scores(texts, combination, thresholds, semantics)));
    return new Analysis(point, texts, f1Scores);
  }

  private static SequencedMap<String, Double> f1Scores(
      Similarities texts, int[] combination, double[] thresholds, GridSemantics semantics) {
    List<SortedScores> directions = new ArrayList<>();
    for (ThresholdIs thresholdIs : ThresholdIs.values()) {
      directions.add(SortedScores.of(texts, combination, thresholdIs));
    }
    SequencedMap<String, Double> f1Scores = new LinkedHashMap<>();
    for (double threshold : thresholds) {
      String shown =
          semantics.roundedKeys()
              ? PythonNumbers.fixed(threshold, 3)
              : PythonNumbers.repr(threshold);
      for (SortedScores sorted : directions) {
        double f1 = sorted.f1(threshold, semantics.equalMeetsLarger());
        if (f1 > 0) {
          f1Scores.put(shown + "_" + sorted.thresholdIs(), f1);
        }
      }
    }
    return Collections.unmodifiableSequencedMap(f1Scores);
  }

  /**
   * Writes the file.
   *
   * @throws DroverException if it cannot be written
   */
  public void write(Path file) {
    AtomicFile.writeString(file, AnalysisJson.of(this));
  }

  /**
   * Reads a file, Drover's or the Python library's. What the latter does not tell of the point is
   * measured on its similarities at the threshold that it tells.
   *
   * @throws DroverException if it cannot be read or is no analysis
   */
  public static Analysis read(Path file) {
    return AnalysisReader.read(file);
  }
}
