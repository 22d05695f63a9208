package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import drover.engine.Llama;
import drover.engine.safetensors.SafetensorsFile;
import drover.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** The vectors are those of IBM's activation_steering on the 135M model, without padding. */
class ReferenceVectorsTest {
  private static final double WELL_DETERMINED = 0.9;

  private Llama model;
  private SafetensorsFile golden;
  private JsonNode behavior;
  private List<TokenPair> pairs;

  @BeforeEach
  void open() {
    model = Llama.open(Shared.smollm2());
    behavior = Shared.json("golden/ibm-smollm2/behavior.json");
    golden = SafetensorsFile.open(Shared.file("golden/ibm-smollm2/behavior.safetensors"));
    pairs = new ArrayList<>();
    Tokenizer tokenizer = model.tokenizer().orElseThrow();
    int suffixes = behavior.get("suffixes").size();
    int questions = behavior.get("questions").size();
    for (int s = 0; s < suffixes; s++) {
      JsonNode suffix = behavior.get("suffixes").get(s);
      for (int q = 0; q < questions; q++) {
        JsonNode pair = behavior.get("pairs").get(s * questions + q);
        pairs.add(
            new TokenPair(
                tokenizer.encode(pair.get(0).textValue(), true, true),
                tokenizer.encode(suffix.get(0).textValue(), false, true).length,
                tokenizer.encode(pair.get(1).textValue(), true, true),
                tokenizer.encode(suffix.get(1).textValue(), false, true).length));
      }
    }
  }

  @AfterEach
  void close() {
    if (golden != null) {
      golden.close();
      model.close();
    }
  }

  @Test
  void everyMethodAndAccumulationGivesTheLibrarysDirections(TestReporter reporter) {
    NavigableSet<Integer> layers = Layers.all(model.config().layers());
    for (String accumulate : List.of("all", "suffix-only", "1", "3")) {
      TrainingOptions pooling =
          TrainingOptions.DEFAULT
              .withSemantics(Semantics.REFERENCE)
              .withAccumulate(Accumulate.parse(accumulate));
      float[][][] rows = new Extraction(model, pooling).pooledRows(pairs, layers, Progress.NONE);
      for (String method : List.of("pca_pairwise", "pca_center", "pca_diff")) {
        TrainingOptions options = pooling.withMethod(ExtractionMethod.named(method));
        SteeringVector vector = new Extraction(model, options).directions(rows, layers);
        compare("single." + accumulate + "." + method, vector, reporter);
      }
    }
  }

  private void compare(String name, SteeringVector vector, TestReporter reporter) {
    float[] expected = golden.tensor(name).toFloatArray();
    JsonNode numbers = behavior.get("vectors").get(name);
    double worst = 1;
    List<String> undetermined = new ArrayList<>();
    for (int layer = 0; layer < model.config().layers(); layer++) {
      double cosine = cosine(vector.directions().get(layer), expected, layer);
      double ratio = numbers.get("second_to_first_eigenvalue").get(layer).doubleValue();
      if (ratio > WELL_DETERMINED) {
        undetermined.add(
            String.format(Locale.ROOT, "layer %d: ratio %.3f, cosine %.6f", layer, ratio, cosine));
        continue;
      }
      worst = Math.min(worst, cosine);
      double variance = numbers.get("explained_variance").get(layer).doubleValue();
      assertThat(vector.explainedVariances().get(layer))
          .as("explained variance of %s, layer %d", name, layer)
          .isCloseTo(variance, within(0.01 * variance));
    }
    reporter.publishEntry(
        name,
        String.format(
            Locale.ROOT, "smallest cosine %.7f; poorly determined: %s", worst, undetermined));
    assertThat(worst).as(name).isGreaterThanOrEqualTo(0.9999);
  }

  @Test
  void theRowsOfLayer15AreTheLibrarys(TestReporter reporter) {
    TrainingOptions options = TrainingOptions.DEFAULT.withSemantics(Semantics.REFERENCE);
    NavigableSet<Integer> layer = new TreeSet<>(List.of(15));
    float[][] rows = new Extraction(model, options).pooledRows(pairs, layer, Progress.NONE)[0];
    float[] expected = golden.tensor("pooled.single.suffix-only.layer15").toFloatArray();
    double worst = 0;
    int width = rows[0].length;
    for (int r = 0; r < rows.length; r++) {
      double squares = 0;
      double largest = 0;
      for (int i = 0; i < width; i++) {
        double x = expected[r * width + i];
        squares += x * x;
        largest = Math.max(largest, Math.abs(rows[r][i] - x));
      }
      worst = Math.max(worst, largest / Math.sqrt(squares));
    }
    reporter.publishEntry(
        "pooled rows", String.format(Locale.ROOT, "largest error %.2g of the row's norm", worst));
    assertThat(rows).hasDimensions(200, 576);
    assertThat(worst).isLessThanOrEqualTo(1e-4);
  }

  private static double cosine(float[] direction, float[] all, int layer) {
    double dot = 0;
    double a = 0;
    double b = 0;
    for (int i = 0; i < direction.length; i++) {
      double y = all[layer * direction.length + i];
      dot += direction[i] * y;
      a += (double) direction[i] * direction[i];
      b += y * y;
    }
    return dot / Math.sqrt(a * b);
  }
}
