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
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The vectors are those of IBM's activation_steering on the 135M model: with its right padding in
 * batches of 32, without padding, and with left padding, which gives the ones without padding again
 * wherever no padding is pooled.
 */
class ReferenceVectorsTest {
  private static final double WELL_DETERMINED = 0.9;
  private static final String FOLDER = "golden/ibm-smollm2/";
  private static final List<String> METHODS = List.of("pca_pairwise", "pca_center", "pca_diff");

  private Llama model;

  @BeforeEach
  void open() {
    model = Llama.open(Shared.smollm2());
  }

  @AfterEach
  void close() {
    if (model != null) {
      model.close();
    }
  }

  private SteeringDataset behavior() {
    JsonNode data = Shared.json(FOLDER + "behavior.json");
    List<String> questions = texts(data.get("questions"));
    List<ContrastPair> suffixes =
        data.get("suffixes")
            .valueStream()
            .map(pair -> new ContrastPair(pair.get(0).textValue(), pair.get(1).textValue()))
            .toList();
    return SteeringDataset.ofQuestions(questions, suffixes);
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::textValue).toList();
  }

  /** The first examples of one of the tutorial's files. */
  private static SteeringDataset examples(
      String file, String positive, String negative, int count) {
    JsonNode rows = Shared.json("demo-data-ibm/" + file).get("train");
    return SteeringDataset.ofTexts(
        IntStream.range(0, count)
            .mapToObj(rows::get)
            .map(
                row ->
                    new ContrastPair(row.get(positive).textValue(), row.get(negative).textValue()))
            .toList());
  }

  @Test
  void theTextsAreTheLibrarys() {
    expectTexts(behavior(), Shared.json(FOLDER + "behavior.json").get("pairs"));
    expectTexts(
        examples("condition_harmful.json", "harmful", "harmless", 60),
        Shared.json(FOLDER + "condition.json").get("pairs"));
  }

  private void expectTexts(SteeringDataset dataset, JsonNode pairs) {
    Tokenizer tokenizer = model.tokenizer().orElseThrow();
    EncodedDataset encoded = DatasetTokens.encode(model, dataset, Semantics.REFERENCE);
    assertThat(encoded.pairs()).isEqualTo(pairs.size());
    for (int s = 0; s < encoded.strings().size(); s++) {
      int[] expected = tokenizer.encode(pairs.get(s / 2).get(s % 2).textValue(), true, true);
      assertThat(encoded.strings().get(s).ids()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "suffix-only", "1", "3"})
  void everyMethodGivesTheLibrarysDirections(String accumulate, TestReporter reporter) {
    compareBehavior("right32", Padding.RIGHT_32, accumulate, reporter);
    compareBehavior("single", Padding.NONE, accumulate, reporter);
  }

  /** The library's own vectors with left padding have a cosine of 0.999998 to these at least. */
  @ParameterizedTest
  @ValueSource(strings = {"suffix-only", "1", "3"})
  void withLeftPaddingTheyAreThoseWithoutPadding(String accumulate, TestReporter reporter) {
    compareBehavior("single", new Padding(32, Padding.Side.LEFT), accumulate, reporter);
  }

  private void compareBehavior(
      String variant, Padding padding, String accumulate, TestReporter reporter) {
    JsonNode numbers = Shared.json(FOLDER + "behavior.json").get("vectors");
    TrainingOptions pooling =
        TrainingOptions.BEHAVIOR
            .withSemantics(Semantics.REFERENCE)
            .withPadding(padding)
            .withAccumulate(Accumulate.parse(accumulate));
    EncodedDataset data = DatasetTokens.encode(model, behavior(), Semantics.REFERENCE);
    try (SafetensorsFile golden =
            SafetensorsFile.open(Shared.file(FOLDER + "behavior.safetensors"));
        PooledRows rows = new Extraction(model, pooling).pool(data, Progress.NONE)) {
      for (String method : METHODS) {
        Extraction extraction =
            new Extraction(model, pooling.withMethod(ExtractionMethod.named(method)));
        int[] pairs = IntStream.range(0, data.pairs()).toArray();
        SteeringVector vector = extraction.directions(rows, 0, pairs, Optional.empty());
        String name = variant + "." + accumulate + "." + method;
        compare(name, vector, golden.tensor(name).toFloatArray(), numbers.get(name), reporter);
        if (golden.names().contains("exact." + name)) {
          compareExact(name, vector, golden, numbers.get(name), reporter);
        }
      }
    }
  }

  @Test
  void theConditionsVectorIsTheLibrarys(TestReporter reporter) {
    JsonNode numbers = Shared.json(FOLDER + "condition.json").get("vectors");
    SteeringDataset dataset = examples("condition_harmful.json", "harmful", "harmless", 60);
    try (SafetensorsFile golden =
        SafetensorsFile.open(Shared.file(FOLDER + "condition.safetensors"))) {
      for (String variant : List.of("right32", "single")) {
        SteeringVector vector = condition(dataset, variant);
        float[] exact = golden.tensor("exact." + variant).toFloatArray();
        compare(
            variant, vector, golden.tensor(variant).toFloatArray(), numbers.get(variant), reporter);
        compare(variant, vector, exact, numbers.get(variant), reporter);
      }
    }
  }

  @Test
  void theSecondConditionsVectorIsTheLibrarys(TestReporter reporter) {
    SteeringDataset dataset = examples("condition_multiple.json", "legal_opinion", "base", 40);
    try (SafetensorsFile golden = SafetensorsFile.open(Shared.file(FOLDER + "legal.safetensors"))) {
      SteeringVector vector = condition(dataset, "single");
      compare("legal_single", vector, golden.tensor("legal_single").toFloatArray(), null, reporter);
    }
  }

  private SteeringVector condition(SteeringDataset dataset, String variant) {
    TrainingOptions options =
        TrainingOptions.BEHAVIOR
            .withAccumulate(new Accumulate.All())
            .withSemantics(Semantics.REFERENCE)
            .withPadding(variant.equals("single") ? Padding.NONE : Padding.RIGHT_32);
    return SteeringVector.train(model, dataset, options, Progress.NONE);
  }

  private void compareExact(
      String name,
      SteeringVector vector,
      SafetensorsFile golden,
      JsonNode numbers,
      TestReporter reporter) {
    compare(
        "exact." + name, vector, golden.tensor("exact." + name).toFloatArray(), numbers, reporter);
  }

  /**
   * @param numbers of the vector; null where none are stored
   */
  private void compare(
      String name,
      SteeringVector vector,
      float[] expected,
      JsonNode numbers,
      TestReporter reporter) {
    double worst = 1;
    List<String> undetermined = new ArrayList<>();
    for (int layer = 0; layer < model.config().layers(); layer++) {
      double cosine = cosine(vector.directions().get(layer), expected, layer);
      double ratio =
          numbers == null
              ? 0
              : numbers.path("second_to_first_eigenvalue").path(layer).doubleValue();
      if (ratio > WELL_DETERMINED) {
        undetermined.add(
            String.format(Locale.ROOT, "layer %d: ratio %.3f, cosine %.6f", layer, ratio, cosine));
        continue;
      }
      worst = Math.min(worst, cosine);
      if (numbers != null) {
        double variance = numbers.get("explained_variance").get(layer).doubleValue();
        assertThat(vector.explainedVariances().get(layer))
            .as("explained variance of %s, layer %d", name, layer)
            .isCloseTo(variance, within(0.01 * variance));
      }
    }
    reporter.publishEntry(
        name,
        String.format(
            Locale.ROOT, "smallest cosine %.7f; poorly determined: %s", worst, undetermined));
    assertThat(worst).as(name).isGreaterThanOrEqualTo(0.9999);
  }

  @Test
  void theRowsOfLayer15AreTheLibrarys(TestReporter reporter) {
    NavigableSet<Integer> layer = new TreeSet<>(List.of(15));
    TrainingOptions options =
        TrainingOptions.BEHAVIOR
            .withSemantics(Semantics.REFERENCE)
            .withPadding(Padding.NONE)
            .withLayers(layer);
    EncodedDataset data = DatasetTokens.encode(model, behavior(), Semantics.REFERENCE);
    double worst = 0;
    try (SafetensorsFile golden =
            SafetensorsFile.open(Shared.file(FOLDER + "behavior.safetensors"));
        PooledRows rows = new Extraction(model, options).pool(data, Progress.NONE)) {
      float[] expected = golden.tensor("pooled.single.suffix-only.layer15").toFloatArray();
      assertThat(expected).hasSize(200 * model.config().hiddenSize());
      for (int r = 0; r < 200; r++) {
        worst = Math.max(worst, relativeError(rows.row(r, 0), expected, r));
      }
    }
    reporter.publishEntry(
        "pooled rows", String.format(Locale.ROOT, "largest error %.2g of the row's norm", worst));
    assertThat(worst).isLessThanOrEqualTo(1e-4);
  }

  private static double relativeError(float[] row, float[] all, int index) {
    double squares = 0;
    double largest = 0;
    for (int i = 0; i < row.length; i++) {
      double x = all[index * row.length + i];
      squares += x * x;
      largest = Math.max(largest, Math.abs(row[i] - x));
    }
    return largest / Math.sqrt(squares);
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
