package drover.steering.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Python library's searches, from the similarities that it saved. */
class ReferencePointsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"tutorial", "wide", "two_layers", "last"})
  void theGridsPointAndItsFileAreTheLibrarysToTheByte(String name, TestReporter reporter)
      throws IOException {
    Path file = golden("point_" + name + ".json");
    Analysis reference = Analysis.read(file);
    JsonNode run =
        new ObjectMapper().readTree(golden("condition.json").toFile()).at("/points/" + name);
    double[] thresholds = thresholds(run.get("parameters"));
    int maxLayers = run.at("/parameters/max_layers_to_combine").asInt(1);

    ConditionPoint point =
        ConditionSearch.grid(reference.texts(), maxLayers, thresholds, GridSemantics.REFERENCE);
    assertThat(point.layers()).hasSize(1).first().isEqualTo(run.at("/layers/0").intValue());
    assertThat(point.threshold()).isEqualTo(run.get("threshold").doubleValue());
    assertThat(point.thresholdIs()).hasToString(run.get("direction").textValue());
    assertThat(point.quality().f1()).isEqualTo(run.get("f1").doubleValue());

    Analysis analysis =
        Analysis.of(point, reference.texts(), maxLayers, thresholds, GridSemantics.REFERENCE);
    assertThat(analysis.f1Scores()).isEqualTo(reference.f1Scores());
    analysis.write(folder.resolve("analysis.json"));
    String theirs = Files.readString(file);
    assertThat(Files.readString(folder.resolve("analysis.json")))
        .startsWith(theirs.substring(0, theirs.lastIndexOf("\n}")) + ",\n  \"margin\": ");

    ConditionPoint exact = ConditionSearch.exact(reference.texts(), maxLayers);
    assertThat(exact.quality().f1()).isGreaterThanOrEqualTo(point.quality().f1());
    reporter.publishEntry(name, "grid " + point + ", exact " + exact);
  }

  private static double[] thresholds(JsonNode parameters) {
    return Thresholds.grid(
        parameters.at("/threshold_range/0").doubleValue(),
        parameters.at("/threshold_range/1").doubleValue(),
        parameters.get("threshold_step").doubleValue());
  }

  private static Path golden(String name) {
    String shared = System.getenv("DROVER_SHARED");
    assumeTrue(
        shared != null && Files.exists(Path.of(shared, "golden/ibm-smollm2", name)),
        "skipped: needs golden/ibm-smollm2/" + name + " (set DROVER_SHARED to its folder)");
    return Path.of(shared, "golden/ibm-smollm2", name);
  }
}
