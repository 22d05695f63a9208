package drover.steering.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import drover.engine.io.DroverException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

class AnalysisTest {
  private static final int MUTATIONS = 3_000;

  @TempDir Path folder;

  @Test
  void theFileIsLaidOutAsTheLibrarysWithDroversOwnBehindIt() throws IOException {
    Similarities texts =
        new Similarities(List.of(3), new double[][] {{0.25}}, new double[][] {{0.75}});
    ConditionPoint point =
        ConditionSearch.exact(texts, 1)
            .withHeldOut(
                new Similarities(
                    List.of(3), new double[][] {{0.5}, {0.1}}, new double[][] {{0.6}}));
    Path file = folder.resolve("analysis.json");
    Analysis.of(point, texts, 1, new double[] {0.1, 0.5}, GridSemantics.CORRECTED).write(file);
    assertThat(Files.readString(file))
        .isEqualTo(
            """
            {
              "best_layers": [
                3
              ],
              "best_threshold": 0.5,
              "best_direction": "larger",
              "best_f1_score": 1.0,
              "analysis": {
                "layers_3": {
                  "f1_scores": {
                    "0.1_smaller": 0.6666666666666666,
                    "0.5_larger": 1.0
                  },
                  "similarities": {}
                },
                "layer_3": {
                  "similarities": {
                    "positive": [
                      0.25
                    ],
                    "negative": [
                      0.75
                    ]
                  }
                }
              },
              "margin": 0.25,
              "precision": 1.0,
              "recall": 1.0,
              "auc": 1.0,
              "held_out_f1": 0.6666666666666666,
              "held_out_precision": 1.0,
              "held_out_recall": 0.5,
              "held_out_auc": 1.0
            }\
            """);
  }

  @Test
  void whatIsWrittenIsReadBack() {
    Similarities.Split split = Texts.random(new Random(1), 30, 20, 4, 1 << 20).split(0.2, 7);
    ConditionPoint point = ConditionSearch.exact(split.training(), 2).withHeldOut(split.heldOut());
    double[] thresholds = Thresholds.spanning(split.training(), 50);
    Analysis written = Analysis.of(point, split.training(), 2, thresholds, GridSemantics.CORRECTED);
    written.write(folder.resolve("analysis.json"));
    Analysis read = Analysis.read(folder.resolve("analysis.json"));
    assertThat(read.point()).isEqualTo(point);
    assertThat(read.f1Scores()).hasSize(4 + 6).isEqualTo(written.f1Scores());
    assertThat(read.texts()).usingRecursiveComparison().isEqualTo(split.training());
  }

  @Test
  void whatTheLibrarysFileDoesNotTellIsMeasuredOnItsSimilarities() throws IOException {
    Analysis read = Analysis.read(file(valid()));
    assertThat(read.point().margin()).isEqualTo(0.125);
    assertThat(read.point().quality()).isEqualTo(new Quality(0.75, 1, 0.5, 0.875));
    assertThat(read.point().heldOut()).isEmpty();
  }

  @Test
  void roundedKeysOfNeighboursCollideAndTheLastIsKept() {
    Similarities texts = Texts.of(new double[] {0.1}, new double[] {0.1003});
    double[] thresholds = {0.1002, 0.1004};
    assertThat(f1Scores(texts, thresholds, GridSemantics.REFERENCE))
        .containsExactly(entry("0.100_larger", 2.0 / 3));
    assertThat(f1Scores(texts, thresholds, GridSemantics.CORRECTED))
        .containsExactly(entry("0.1002_larger", 1.0), entry("0.1004_larger", 2.0 / 3));
  }

  private static Map<String, Double> f1Scores(
      Similarities texts, double[] thresholds, GridSemantics semantics) {
    ConditionPoint point = ConditionSearch.exact(texts, 1);
    return Analysis.of(point, texts, 1, thresholds, semantics).f1Scores().get(List.of(0));
  }

  @Test
  void anAnalysisTooLargeForAFileIsRefused() {
    Similarities texts = Texts.random(new Random(1), 2, 2, 30, 10);
    ConditionPoint point = ConditionSearch.exact(texts, 1);
    assertThatThrownBy(() -> Analysis.of(point, texts, 3, new double[600], GridSemantics.REFERENCE))
        .isInstanceOf(DroverException.class)
        .hasMessage(
            "an analysis of up to 3 of 30 layers at 600 thresholds would hold more than 1000000"
                + " F1 scores");
  }

  @Test
  void filesThatAreNoAnalysesAreRefusedInOneSentence() throws IOException {
    refused("[]", "must hold one JSON object, but an array was found");
    refused("{}", "analysis is nothing, not an object");
    refused("{\"analysis\": {}}", "analysis holds the similarities of no layer");
    refusedWith("[3]", "[]", "best_layers is an array, not a list of layers");
    refusedWith("[3]", "3", "best_layers is '3', not a list of layers");
    refusedWith("[3]", "[4]", "'best_layers' must name layers with similarities");
    refusedWith("[3]", "[3, 3]", "'best_layers' must name layers with similarities");
    refusedWith("[3]", "[3.0]", "'best_layers' must name layers with similarities");
    refusedWith("0.5, \"best_d", "\"x\", \"best_d", "best_threshold is 'x', not a number");
    refusedWith("0.5, \"best_d", "1e999, \"best_d", "best_threshold is 'Infinity', not a number");
    refusedWith("\"larger\"", "7", "best_direction is '7', not larger or smaller");
    refusedWith("\"larger\"", "\"up\"", "larger or smaller than the similarity, but not 'up'");
    refusedWith("0.75,", "1.5,", "best_f1_score is 1.5, not a number between 0 and 1");
    refusedWith("0.75,", "null,", "best_f1_score is null, not a number");
    refusedWith("0.043_larger", "larger", "has the key 'larger', where one such as");
    refusedWith("0.25}", "-1}", "an F1 of layers_3 is -1.0, not a number between 0 and 1");
    refusedWith("{\"0.043_larger\": 0.25}", "[]", "f1_scores of layers_3 is an array");
    refusedWith("layers_3", "layers_3_9", "'layers_3_9' must name layers with similarities");
    refusedWith("[0.375, 0.625]", "0.5", "positive similarities of layer 3 are '0.5', not a list");
    refusedWith("[0.375, 0.625]", "[]", "there is no positive text");
    refusedWith("0.625]", "true]", "one of the positive similarities of layer 3 is 'true'");
    refusedWith("0.625]", "1e300]", "positive text 2 at layer 3 is 1.0E300, not a finite number");
    refusedWith("0.625]", "NaN]", "is not valid JSON");
    refusedWith(
        "\"layer_3\": {",
        "\"layer_4\": {\"similarities\": {\"positive\": [1], \"negative\": [1]}}, \"layer_3\": {",
        "the positive similarities of layer 4 are 1, but those of layer 3 are 2");
    refusedWith("\"layer_3\": {", "\"layer_3\": 5, \"x\": {", "similarities of layer_3 is nothing");
    refusedWith("{\"best", "{\"held_out_f1\": 1, \"best", "held_out_precision is nothing");
    refusedWith("{\"best", "{\"margin\": [], \"best", "margin is an array, not a number");
  }

  @Test
  void aMutatedFileIsReadOrRefusedInOneSentence(TestReporter reporter) throws IOException {
    byte[] valid = valid().getBytes(StandardCharsets.UTF_8);
    Random random = new Random(5);
    int read = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated =
          random.nextInt(4) == 0
              ? Arrays.copyOf(valid, random.nextInt(valid.length))
              : valid.clone();
      for (int j = random.nextInt(3); j >= 0 && mutated.length > 0; j--) {
        mutated[random.nextInt(mutated.length)] = (byte) (' ' + random.nextInt(95));
      }
      Path file = Files.write(folder.resolve("mutated.json"), mutated);
      try {
        assertThat(Analysis.read(file).point().layers()).isNotEmpty();
        read++;
      } catch (DroverException e) {
        assertThat(e).hasMessageStartingWith(file.toString());
        assertThat(e.getMessage().lines()).hasSize(1);
      }
    }
    reporter.publishEntry("mutations", MUTATIONS + ", of which are read " + read);
    assertThat(read).isBetween(1, MUTATIONS - 1);
  }

  /** As the Python library might write it. */
  private static String valid() {
    return "{\"best_layers\": [3], \"best_threshold\": 0.5, \"best_direction\": \"larger\","
        + " \"best_f1_score\": 0.75, \"analysis\": {\"layers_3\": {\"f1_scores\":"
        + " {\"0.043_larger\": 0.25}, \"similarities\": {}}, \"layer_3\": {\"similarities\":"
        + " {\"positive\": [0.375, 0.625], \"negative\": [0.625, 0.75]}}}}";
  }

  private Path file(String json) throws IOException {
    return Files.writeString(folder.resolve("file.json"), json);
  }

  private void refusedWith(String part, String replacement, String sentence) throws IOException {
    assertThat(valid()).contains(part);
    refused(valid().replace(part, replacement), sentence);
  }

  private void refused(String json, String sentence) throws IOException {
    Path file = file(json);
    assertThatThrownBy(() -> Analysis.read(file))
        .as(json)
        .isInstanceOf(DroverException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(sentence);
  }
}
