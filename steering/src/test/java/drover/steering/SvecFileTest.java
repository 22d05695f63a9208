package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.io.DroverException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SvecFileTest {
  @TempDir private Path folder;

  @Test
  void whatIsSavedIsLoadedToTheBit() {
    SteeringVector vector = Tiny.vector(3);
    vector.save(folder.resolve("refusal"));
    assertThat(folder.resolve("refusal.svec")).exists();
    for (String name : new String[] {"refusal", "refusal.svec"}) {
      SteeringVector loaded = SteeringVector.load(folder.resolve(name));
      assertThat(loaded.provenance().modelType()).isEqualTo("llama");
      assertThat(loaded.explainedVariances()).isEqualTo(vector.explainedVariances());
      assertThat(loaded.directions()).containsOnlyKeys(0, 1, 2);
      loaded
          .directions()
          .forEach(
              (layer, direction) ->
                  assertThat(direction).containsExactly(vector.directions().get(layer)));
    }
  }

  @Test
  void theFileIsAsPythonsJsonWritesIt() throws IOException {
    NavigableMap<Integer, float[]> directions = new TreeMap<>();
    directions.put(0, new float[] {1, -0.5f, 1e-5f});
    directions.put(10, new float[] {0, -0f, 3e20f});
    NavigableMap<Integer, Double> variances = new TreeMap<>();
    variances.put(0, 0.25);
    SteeringVector vector =
        new SteeringVector(directions, variances, Provenance.ofModelType("a \"b\" \\ \n\u00e9\1"));
    vector.save(folder.resolve("v"));
    assertThat(Files.readString(folder.resolve("v.svec")))
        .isEqualTo(
            "{\"model_type\": \"a \\\"b\\\" \\\\ \\n\\u00e9\\u0001\", \"directions\": {"
                + "\"0\": [1.0, -0.5, 9.999999747378752e-06], "
                + "\"10\": [0.0, -0.0, 3.000000060122632e+20]}, "
                + "\"explained_variances\": {\"0\": 0.25}}");
    assertThat(SteeringVector.load(folder.resolve("v")).provenance().modelType())
        .isEqualTo("a \"b\" \\ \n\u00e9\1");
  }

  @Test
  void filesThatAreNoVectorsAreRefusedInOneSentence() throws IOException {
    refused("", "must hold one JSON object, but nothing was found");
    refused("[]", "must hold one JSON object, but an array was found");
    refused("{}", "model_type is nothing, not a text");
    refused(vector("{}", "{}"), "needs a direction for at least one layer");
    refused(vector("[]", "{}"), "directions is an array, not an object keyed by layer");
    refused(vector("{\"0\": [1], \"1\": [1, 2]}", "{}"), "direction of layer 1 has 2 elements");
    refused(vector("{\"0\": []}", "{}"), "the directions have no elements");
    refused(vector("{\"0\": 5}", "{}"), "a direction is '5', not a list of numbers");
    refused(vector("{\"0\": [\"1\"]}", "{}"), "'1' stands where a number belongs");
    refused(vector("{\"0\": [1e39]}", "{}"), "the direction of layer 0 is not finite");
    refused(vector("{\"0\": [1]}", "{\"0\": 1e400}"), "variance of layer 0 is not finite");
    for (String key : new String[] {"-1", "x", "", "07", "100000", "4294967296", "1.0", "٣"}) {
      refused(
          vector("{\"" + key + "\": [1]}", "{}"), "has the key '" + key + "', which is no layer");
    }
    refused(vector("{\"0\": [1], \"0\": [2]}", "{}"), "is not valid JSON: Duplicate field '0'");
    assertThatThrownBy(() -> SteeringVector.load(folder.resolve("none")))
        .isInstanceOf(DroverException.class)
        .hasMessage(folder.resolve("none.svec") + " does not exist");
    assertThatThrownBy(() -> Tiny.vector(1).save(folder.getRoot()))
        .isInstanceOf(DroverException.class)
        .hasMessageEndingWith("is a folder, but a vector is a file");
  }

  @Test
  void numbersThatPythonWritesButJsonDoesNotHaveAreRefusedWithTheirLayer() throws IOException {
    refused(
        vector("{\"0\": [1], \"7\": [NaN]}", "{}"),
        ": the direction of layer '7' is not finite: it has NaN");
    refused(
        vector("{\"3\": [-Infinity, 5]}", "{}"),
        ": the direction of layer '3' is not finite: it has -Infinity");
    refused(
        vector("{\"0\": [1]}", "{\"0\": 0.5, \"1\": NaN}"),
        ": the explained variance of layer '1' is not finite: it has NaN");
    refused(vector("{\"0\": [[NaN]]}", "{}"), "is not valid JSON");
    refused("{\"model_type\": NaN}", "is not valid JSON");
    refused("{\"a\": [NaN]}", "is not valid JSON");
    refused("NaN", "is not valid JSON");
    refused("[NaN]", "is not valid JSON");
  }

  @Test
  void theLibrarysOwnFilesAreWrittenBackByteForByte() throws IOException {
    for (String name : new String[] {"refusal_single.svec", "harmful_single.svec"}) {
      Path original = Shared.file("golden/ibm-smollm2/" + name);
      Path copy = folder.resolve(name);
      SteeringVector.load(original).save(copy);
      assertThat(copy).hasSameBinaryContentAs(original);
    }
  }

  @Test
  @Timeout(300)
  void aMutatedFileLoadsOrIsRefusedInOneSentence(TestReporter reporter) throws IOException {
    FullVector.narrow(5).save(folder.resolve("valid"));
    byte[] valid = Files.readAllBytes(folder.resolve("valid.svec"));
    Mutations mutations =
        new Mutations(
            valid,
            80,
            List.of(
                "\"7\": ",
                "NaN",
                "Infinity",
                "1e999",
                "-1e400",
                "null",
                "{}",
                "[]",
                "[[1]]",
                "\"",
                ",",
                "}",
                "99999999999999999999999",
                "\"-1\"",
                "\"007\"",
                "\"2147483648\"",
                "true",
                "1e-400",
                "\\",
                "\0"));
    int loaded = mutations.tryAll(folder.resolve("mutated.svec"), 6, SteeringVector::load);
    reporter.publishEntry("mutations", Mutations.COUNT + ", of which load " + loaded);
    assertThat(loaded).isBetween(1, Mutations.COUNT - 1);
  }

  private static String vector(String directions, String variances) {
    return "{\"model_type\": \"llama\", \"directions\": %s, \"explained_variances\": %s}"
        .formatted(directions, variances);
  }

  private void refused(String json, String sentence) throws IOException {
    Path file = Files.writeString(folder.resolve("bad.svec"), json);
    assertThatThrownBy(() -> SteeringVector.load(file))
        .as(json)
        .isInstanceOf(DroverException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(sentence);
  }
}
