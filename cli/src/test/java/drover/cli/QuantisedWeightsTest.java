package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drover.demo.DemoData;
import drover.engine.Batch;
import drover.engine.GenerationSettings;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Logits;
import drover.engine.WeightType;
import drover.kernels.Device;
import drover.kernels.Devices;
import drover.steering.Behavior;
import drover.steering.Condition;
import drover.steering.ContrastPair;
import drover.steering.MalleableModel;
import drover.steering.Progress;
import drover.steering.SteeringDataset;
import drover.steering.SteeringVector;
import drover.steering.TrainingOptions;
import drover.steering.search.ConditionPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** What Q8_0 weights change, against the same model with the weights of its file. */
class QuantisedWeightsTest {
  @TempDir private Path folder;

  /**
   * How far Q8_0 may be from the file's weights.
   *
   * @param perplexity the share by which the perplexity may change
   * @param logit the largest error of a logit, in standard deviations of its row
   * @param logits the root of the mean of the squares of all of these errors
   * @param cosine the least that extracted directions have in common, at any layer
   */
  private record Bounds(double perplexity, double logit, double logits, double cosine) {}

  @Test
  void theModelThatShipsWithDrover(TestReporter reporter) throws IOException {
    compare(DemoData.model(), new Bounds(0.01, 0.2, 0.03, 0.9995), reporter);
  }

  @Test
  void smolLm2(TestReporter reporter) throws IOException {
    compare(Folders.smolLm2(), new Bounds(0.005, 1.2, 0.1, 0.998), reporter);
  }

  private void compare(Path original, Bounds bounds, TestReporter reporter) throws IOException {
    // Of its own, so that the quantised weights are not kept beside the original.
    try (Stream<Path> files = Files.list(original)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.createSymbolicLink(folder.resolve(file.getFileName()), file.toAbsolutePath());
      }
    }
    try (Device device = Devices.open("vector", 2);
        Llama exact = Llama.open(folder, device);
        Llama quantised = Llama.open(folder, device, WeightType.Q8_0)) {
      compareTexts(exact, quantised, bounds, reporter);
      compareVectors(exact, quantised, bounds, reporter);
      compareDecisions(exact, quantised, reporter);
    }
  }

  private static void compareTexts(
      Llama exact, Llama quantised, Bounds bounds, TestReporter reporter) {
    double largest = 0;
    double squares = 0;
    double[] lost = new double[2];
    int tokens = 0;
    for (int[] ids : texts(exact)) {
      float[][] expected = logits(exact, ids);
      float[][] actual = logits(quantised, ids);
      for (int i = 0; i + 1 < ids.length; i++) {
        double[] errors = errors(actual[i], expected[i]);
        largest = Math.max(largest, errors[0]);
        squares += errors[1];
        lost[0] -= logProbability(expected[i], ids[i + 1]);
        lost[1] -= logProbability(actual[i], ids[i + 1]);
        tokens++;
      }
    }
    double perplexity = Math.exp(lost[0] / tokens);
    double change = Math.exp(lost[1] / tokens) / perplexity - 1;
    reporter.publishEntry(
        "texts",
        "perplexity %.4f, with Q8_0 %+.3f %%; errors of logits %.4f standard deviations, at most %.4f"
            .formatted(perplexity, 100 * change, Math.sqrt(squares / tokens), largest));
    assertThat(Math.abs(change)).isPositive().isLessThan(bounds.perplexity);
    assertThat(largest).isPositive().isLessThan(bounds.logit);
    assertThat(Math.sqrt(squares / tokens)).isPositive().isLessThan(bounds.logits);
  }

  /** 120 sentences in pieces of 10. */
  private static List<int[]> texts(Llama model) {
    List<String> sentences = texts(DemoData.ALPACA, "test", "question").subList(0, 120);
    return IntStream.range(0, 12)
        .mapToObj(i -> String.join(" ", sentences.subList(10 * i, 10 * i + 10)))
        .map(text -> model.tokenizer().orElseThrow().encode(text, true, false))
        .toList();
  }

  private static float[][] logits(Llama model, int[] ids) {
    Batch batch = Batch.builder().add(model.newSequence(), ids, Batch.LogitRows.ALL).build();
    try (Logits logits = model.forward(batch, Hooks.NONE)) {
      return IntStream.range(0, logits.rows()).mapToObj(logits::row).toArray(float[][]::new);
    }
  }

  private static double logProbability(float[] logits, int id) {
    double most = logits[id];
    for (float logit : logits) {
      most = Math.max(most, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - most);
    }
    return logits[id] - most - Math.log(sum);
  }

  /** The largest error and the mean square, in standard deviations of the expected logits. */
  private static double[] errors(float[] actual, float[] expected) {
    double mean = 0;
    double squares = 0;
    double largest = 0;
    double errors = 0;
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs((double) actual[i] - expected[i]);
      mean += expected[i] / (double) expected.length;
      squares += (double) expected[i] * expected[i] / expected.length;
      errors += error * error / expected.length;
      largest = Math.max(largest, error);
    }
    double variance = squares - mean * mean;
    return new double[] {largest / Math.sqrt(variance), errors / variance};
  }

  private static void compareVectors(
      Llama exact, Llama quantised, Bounds bounds, TestReporter reporter) {
    List<ContrastPair> suffixes =
        pairs(
            texts(DemoData.BEHAVIOR_REFUSAL, "non_compliant_responses", ""),
            texts(DemoData.BEHAVIOR_REFUSAL, "compliant_responses", ""),
            12);
    SteeringDataset behavior =
        SteeringDataset.ofQuestions(
            texts(DemoData.ALPACA, "train", "question").subList(0, 12), suffixes);
    compareVectors(
        exact,
        quantised,
        behavior,
        TrainingOptions.BEHAVIOR,
        bounds,
        text -> reporter.publishEntry("behaviour", text));
    compareVectors(
        exact,
        quantised,
        harmful(80),
        TrainingOptions.CONDITION,
        bounds,
        text -> reporter.publishEntry("condition", text));
  }

  private static void compareVectors(
      Llama exact,
      Llama quantised,
      SteeringDataset dataset,
      TrainingOptions options,
      Bounds bounds,
      Consumer<String> report) {
    SteeringVector expected = SteeringVector.train(exact, dataset, options, Progress.NONE);
    SteeringVector actual = SteeringVector.train(quantised, dataset, options, Progress.NONE);
    DoubleSummaryStatistics cosines =
        expected.directions().keySet().stream()
            .mapToDouble(
                layer -> cosine(actual.directions().get(layer), expected.directions().get(layer)))
            .summaryStatistics();
    report.accept(
        "cosine of the directions %.6f at the worst layer, %.6f on average"
            .formatted(cosines.getMin(), cosines.getAverage()));
    assertThat(cosines.getMin()).isGreaterThan(bounds.cosine);
    assertThat(cosines.getMax()).isLessThan(1);
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double normA = 0;
    double normB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      normA += (double) a[i] * a[i];
      normB += (double) b[i] * b[i];
    }
    return product / Math.sqrt(normA * normB);
  }

  private static void compareDecisions(Llama exact, Llama quantised, TestReporter reporter) {
    SteeringVector vector =
        SteeringVector.train(exact, harmful(80), TrainingOptions.CONDITION, Progress.NONE);
    List<String> harmful = texts(DemoData.CONDITION_HARMFUL, "train", "harmful");
    List<String> harmless = texts(DemoData.CONDITION_HARMFUL, "train", "harmless");
    ConditionPoint point =
        new MalleableModel(exact)
            .findBestConditionPoint(harmful.subList(80, 140), harmless.subList(80, 140), vector);
    List<String> prompts =
        Stream.concat(harmful.subList(140, 200).stream(), harmless.subList(140, 200).stream())
            .toList();
    Condition condition = Condition.at(vector, point);
    List<Boolean> expected = decisions(exact, vector, condition, prompts);
    assertThat(expected).contains(true, false);
    assertThat(decisions(quantised, vector, condition, prompts)).isEqualTo(expected);
    reporter.publishEntry("decisions", prompts.size() + " of " + prompts.size() + " are the same");
  }

  private static List<Boolean> decisions(
      Llama model, SteeringVector vector, Condition condition, List<String> prompts) {
    MalleableModel malleable = new MalleableModel(model);
    int middle = model.config().layers() / 2;
    malleable.steer(Behavior.of(vector, new TreeSet<>(List.of(middle)), 0), condition);
    List<Boolean> decisions = new ArrayList<>();
    malleable
        .respondBatch(prompts, GenerationSettings.greedy(1))
        .forEach(answer -> decisions.add(answer.decisions().getFirst().met()));
    return decisions;
  }

  private static SteeringDataset harmful(int count) {
    return SteeringDataset.ofTexts(
        pairs(
            texts(DemoData.CONDITION_HARMFUL, "train", "harmful"),
            texts(DemoData.CONDITION_HARMFUL, "train", "harmless"),
            count));
  }

  private static List<ContrastPair> pairs(List<String> positive, List<String> negative, int n) {
    return IntStream.range(0, n)
        .mapToObj(i -> new ContrastPair(positive.get(i), negative.get(i)))
        .toList();
  }

  private static List<String> texts(String file, String split, String key) {
    try {
      JsonNode rows = new ObjectMapper().readTree(DemoData.file(file).toFile()).get(split);
      return rows.valueStream().map(row -> row.path(key).asText(row.asText())).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
