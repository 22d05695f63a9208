package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import drover.engine.Llama;
import drover.steering.search.ConditionPoint;
import drover.steering.search.Similarities;
import drover.steering.search.ThresholdIs;
import drover.steering.search.Thresholds;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From prompts to the condition point: the Python library's similarities and points. */
class ReferenceSearchTest {
  private static final double LARGEST_ERROR = 1e-4;

  @ParameterizedTest
  @ValueSource(strings = {"tutorial", "wide", "two_layers", "last"})
  void promptsHaveTheLibrarysSimilaritiesAndItsBestPoint(String name, TestReporter reporter) {
    JsonNode condition = Shared.json("golden/ibm-smollm2/condition.json");
    JsonNode golden = Shared.json("golden/ibm-smollm2/point_" + name + ".json");
    JsonNode expected = condition.get("points").get(name);
    SteeringVector vector =
        SteeringVector.load(Shared.file("golden/ibm-smollm2/harmful_single.svec"));
    SearchOptions options = options(vector, expected.get("parameters"));
    int texts = golden.get("analysis").get("layer_7").get("similarities").get("positive").size();
    try (Llama model = Llama.open(Shared.smollm2())) {
      ConditionFinder.Found found =
          new MalleableModel(model, Semantics.REFERENCE)
              .findBestConditionPoint(
                  texts(condition.get("probe_positive"), texts),
                  texts(condition.get("probe_negative"), texts),
                  vector,
                  options,
                  Progress.NONE);
      double worst = compare(found.similarities(), golden.get("analysis"));
      reporter.publishEntry(name, "largest error of a similarity " + worst);
      assertThat(worst).isLessThan(LARGEST_ERROR);
      ConditionPoint point = found.point();
      assertThat(point.layers()).containsExactlyElementsOf(ints(expected.get("layers")));
      assertThat(point.threshold()).isEqualTo(expected.get("threshold").doubleValue());
      assertThat(point.thresholdIs())
          .isEqualTo(ThresholdIs.named(expected.get("direction").textValue()));
      assertThat(point.quality().f1()).isCloseTo(expected.get("f1").doubleValue(), within(1e-12));
    }
  }

  private static SearchOptions options(SteeringVector vector, JsonNode parameters) {
    List<Integer> range = ints(parameters.get("layer_range"));
    NavigableSet<Integer> layers =
        new TreeSet<>(IntStream.range(range.get(0), range.get(1)).boxed().toList());
    JsonNode thresholds = parameters.get("threshold_range");
    SearchOptions options =
        SearchOptions.of(vector, Semantics.REFERENCE)
            .withLayers(layers)
            .withMaxLayers(parameters.path("max_layers_to_combine").asInt(1))
            .withThresholds(
                Thresholds.grid(
                    thresholds.get(0).doubleValue(),
                    thresholds.get(1).doubleValue(),
                    parameters.get("threshold_step").doubleValue()));
    boolean last =
        parameters.path("condition_threshold_comparison_mode").asText("mean").equals("last");
    return last ? options.withPooled(new Accumulate.Last(1)) : options;
  }

  private static double compare(Similarities actual, JsonNode analysis) {
    double worst = 0;
    for (int layer : actual.layers()) {
      JsonNode expected = analysis.get("layer_" + layer).get("similarities");
      worst = Math.max(worst, worst(actual.positive(layer), expected.get("positive")));
      worst = Math.max(worst, worst(actual.negative(layer), expected.get("negative")));
    }
    return worst;
  }

  private static double worst(double[] actual, JsonNode expected) {
    assertThat(actual).hasSize(expected.size());
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      worst = Math.max(worst, Math.abs(actual[i] - expected.get(i).doubleValue()));
    }
    return worst;
  }

  private static List<String> texts(JsonNode list, int count) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.textValue()));
    return texts.subList(0, count);
  }

  private static List<Integer> ints(JsonNode list) {
    List<Integer> ints = new ArrayList<>();
    list.forEach(number -> ints.add(number.intValue()));
    return ints;
  }
}
