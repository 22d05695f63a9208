package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drover.cli.Cli.Result;
import drover.steering.SteeringVector;
import drover.steering.search.Analysis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a vector to a point, and from the point to gated texts, on a random model. */
class FindConditionCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEMPLATE =
      "{% for m in messages %}[{{ m.role }}]{{ m.content }}</s>{% endfor %}"
          + "{% if add_generation_prompt %}[assistant]{% endif %}";

  @TempDir private Path folder;
  private Path model;
  private Path pairs;
  private Path vector;

  /** Digits against letters, which even a random model tells apart. */
  @BeforeEach
  void makeFiles() throws IOException {
    model = Folders.tinyWithTokenizer(folder.resolve("model"), TEMPLATE);
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      rows.add("{\"digits\": \"%d %d\", \"letters\": \"%s\"}".formatted(17 * i, 90 - i, word(i)));
    }
    pairs =
        Files.writeString(
            folder.resolve("pairs.json"), "{\"train\": [" + String.join(",", rows) + "]}");
    vector = folder.resolve("v.safetensors");
    assertThat(
            run("extract", "--positive=digits", "--negative=letters", "--out", vector).status())
        .isZero();
  }

  @Test
  void theBestPointIsPrintedAsScriptsReadIt() throws IOException {
    JsonNode point = JSON.readTree(find("--json").out());
    assertThat(point.fieldNames())
        .toIterable()
        .containsExactly(
            "layers",
            "threshold",
            "comparator_threshold_is",
            "f1",
            "held_out_f1",
            "margin",
            "precision",
            "recall",
            "auc");
    assertThat(point.get("f1").doubleValue()).isEqualTo(1);
    assertThat(point.get("comparator_threshold_is").textValue()).isEqualTo("smaller");
    assertThat(point.get("held_out_f1").isNull()).isTrue();
    assertThat(JSON.readTree(find("--json", "--holdout=0.5").out()).get("held_out_f1").isNumber())
        .isTrue();
    assertThat(find().out()).startsWith("Layers [").contains("direction 'smaller', F1 1.000");
  }

  @Test
  void layersAndThresholdsAreThoseAskedFor() throws IOException {
    JsonNode point =
        JSON.readTree(
            find("--json", "--layers=1:2", "--thresholds=-0.5:0.5:0.01", "--mode=mean").out());
    assertThat(point.get("layers").toString()).isEqualTo("[1]");
    double threshold = point.get("threshold").doubleValue();
    assertThat(threshold * 100).isCloseTo(Math.rint(threshold * 100), within(1e-6));
  }

  @Test
  void theAnalysisTheHeatmapAndTheVectorWithThePointAreWritten() {
    Path analysis = folder.resolve("analysis.json");
    Path heatmap = folder.resolve("heatmap.png");
    Path pointed = folder.resolve("pointed.safetensors");
    Result result =
        find("--save-analysis", analysis, "--heatmap", heatmap, "--save-vector", pointed);
    assertThat(result.status()).isZero();
    Analysis read = Analysis.read(analysis);
    assertThat(read.point().quality().f1()).isEqualTo(1);
    assertThat(heatmap).isNotEmptyFile();
    assertThat(SteeringVector.load(pointed).provenance().point())
        .hasValueSatisfying(
            point -> assertThat(point.threshold()).isEqualTo(read.point().threshold()));
  }

  @Test
  void aPlanThatNamesNoThresholdUsesThePointAndEachPromptIsGatedByItself() throws IOException {
    Path pointed = folder.resolve("pointed.safetensors");
    find("--save-vector", pointed);
    Path plan =
        Files.writeString(
            folder.resolve("plan.json"),
            "{\"behaviors\": [{\"vector\": \"v.safetensors\", \"layers\": \"0-2\", \"strength\": 9}],"
                + "\"conditions\": [{\"vector\": \"pointed.safetensors\"}],"
                + "\"rules\": [\"if C1 then B1\"]}");
    Path prompts = Files.writeString(
            folder.resolve("prompts.txt"), "17 89\n" + word(2) + "\n51 87\n");
    List<JsonNode> gated = generate(prompts, "--steer", plan);
    List<JsonNode> base = generate(prompts);
    boolean[] digits = {true, false, true};
    for (int i = 0; i < digits.length; i++) {
      JsonNode decision = gated.get(i).get("conditions").get(0);
      assertThat(decision.get("name").textValue()).isEqualTo("C1");
      assertThat(decision.get("met").booleanValue()).isEqualTo(digits[i]);
      assertThat(gated.get(i).get("behaviors").toString())
          .isEqualTo(digits[i] ? "[\"B1\"]" : "[]");
      assertThat(gated.get(i).get("ids").equals(base.get(i).get("ids"))).isEqualTo(!digits[i]);
    }
  }

  @Test
  void whatCannotBeDoneIsSaidInOneSentence() {
    refused("'7:3' is no range such as 1:10", "--layers=7:3");
    refused("layer 7 is to be searched, but the vector has layers 0-2", "--layers=7");
    refused("holdout is 1.0", "--holdout=1");
    refused("max-layers is 0", "--max-layers=0");
    refused("is no start:stop:step", "--thresholds=1:2");
    refused("unknown semantics 'x'", "--semantics=x");
    refused("--save-vector keeps a point", "--save-vector", folder.resolve("p"), "--mode=last");
  }

  private void refused(String sentence, Object... options) {
    Result result = find(options);
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains(sentence).hasLineCount(1);
    assertThat(result.out()).isEmpty();
  }

  private Result find(Object... options) {
    Object[] own = {"--positive=digits", "--negative=letters", "--vector", vector};
    return run("find-condition", Stream.concat(Stream.of(own), Stream.of(options)).toArray());
  }

  private Result run(String command, Object... options) {
    Object[] own = {command, "--model", model, "--device=scalar", "--pairs", pairs};
    return Cli.run(Stream.concat(Stream.of(own), Stream.of(options)).toArray());
  }

  private List<JsonNode> generate(Path prompts, Object... options) throws IOException {
    Object[] own = {
      "generate", "--model", model, "--device=scalar", "--prompts", prompts, "--json",
      "--max-new-tokens=8"
    };
    Result result = Cli.run(Stream.concat(Stream.of(own), Stream.of(options)).toArray());
    assertThat(result.err()).isEmpty();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : result.out().lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  private static String word(int i) {
    return "abc xyz word".substring(i % 5, 6 + i % 6) + (char) ('a' + i);
  }
}
