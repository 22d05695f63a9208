package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.io.DroverException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

class SvecFileTest {
  private static final int MUTATIONS = 3_000;
  private static final String[] PIECES = {
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
    "\0"
  };

  @TempDir private Path folder;

  @Test
  void whatIsSavedIsLoadedToTheBit() {
    SteeringVector vector = Tiny.vector(3);
    vector.save(folder.resolve("refusal"));
    assertThat(folder.resolve("refusal.svec")).exists();
    for (String name : new String[] {"refusal", "refusal.svec"}) {
      SteeringVector loaded = SteeringVector.load(folder.resolve(name));
      assertThat(loaded.modelType()).isEqualTo("llama");
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
    SteeringVector vector = new SteeringVector("a \"b\" \\ \n", directions, variances);
    vector.save(folder.resolve("v"));
    assertThat(Files.readString(folder.resolve("v.svec")))
        .isEqualTo(
            "{\"model_type\": \"a \\\"b\\\" \\\\ \\n\", \"directions\": {"
                + "\"0\": [1.0, -0.5, 9.999999747378752e-06], "
                + "\"10\": [0.0, -0.0, 3.000000060122632e+20]}, "
                + "\"explained_variances\": {\"0\": 0.25}}");
    assertThat(SteeringVector.load(folder.resolve("v")).modelType()).isEqualTo("a \"b\" \\ \n");
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
    refused(vector("{\"0\": [NaN]}", "{}"), "is not valid JSON");
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
  void aMutatedFileLoadsOrIsRefusedInOneSentence(TestReporter reporter) throws IOException {
    Tiny.vector(5).save(folder.resolve("valid"));
    byte[] valid = Files.readAllBytes(folder.resolve("valid.svec"));
    Path file = folder.resolve("mutated.svec");
    Random random = new Random(6);
    int loaded = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      Files.write(file, mutated(valid, random));
      try {
        SteeringVector vector = SteeringVector.load(file);
        assertThat(vector.width()).isPositive();
        loaded++;
      } catch (DroverException e) {
        assertThat(e).hasMessageStartingWith(file.toString());
        assertThat(e.getMessage().lines()).hasSize(1);
        assertThat(e.getMessage()).hasSizeLessThan(600).doesNotContain("Exception", "jackson");
      }
    }
    reporter.publishEntry("mutations", MUTATIONS + ", of which load " + loaded);
    assertThat(loaded).isBetween(1, MUTATIONS - 1);
  }

  private static byte[] mutated(byte[] valid, Random random) {
    int at = random.nextInt(valid.length);
    // Half of the changes near the beginning, where the structure is.
    int place = random.nextBoolean() ? at : Math.min(at, random.nextInt(80));
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(valid, at);
      case 1 -> {
        byte[] flipped = valid.clone();
        flipped[place] ^= (byte) (1 << random.nextInt(8));
        yield flipped;
      }
      case 2 -> {
        byte[] piece = PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8);
        yield spliced(valid, place, place, piece);
      }
      default -> {
        int end = Math.min(valid.length, place + 1 + random.nextInt(40));
        yield spliced(valid, place, end, new byte[0]);
      }
    };
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] middle) {
    byte[] result = Arrays.copyOf(bytes, bytes.length - (to - from) + middle.length);
    System.arraycopy(middle, 0, result, from, middle.length);
    System.arraycopy(bytes, to, result, from + middle.length, bytes.length - to);
    return result;
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
