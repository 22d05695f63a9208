package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import drover.engine.Llama;
import drover.engine.io.DroverException;
import drover.steering.linalg.Vectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExtractionTest {
  private static final TrainingOptions ALL =
      TrainingOptions.BEHAVIOR.withAccumulate(new Accumulate.All());

  @TempDir private Path folder;
  private Llama model;

  @BeforeEach
  void open() {
    model = Llama.open(Tiny.folder(folder, Tiny.TEMPLATE));
  }

  @AfterEach
  void close() {
    model.close();
  }

  /** Texts of several lengths, the positive ones in small letters and the others in capitals. */
  private static SteeringDataset dataset(int pairs) {
    Random random = new Random(pairs);
    return SteeringDataset.ofTexts(
        IntStream.range(0, pairs)
            .mapToObj(_ -> new ContrastPair(word(random, 'a'), word(random, 'A')))
            .toList());
  }

  private static String word(Random random, char first) {
    StringBuilder word = new StringBuilder();
    random
        .ints(1 + random.nextInt(12), first, first + 26)
        .forEach(letter -> word.append((char) letter));
    return word.toString();
  }

  @ParameterizedTest
  @EnumSource
  void theOrderOfThePairsChangesNothingBeyondRounding(ExtractionMethod method) {
    SteeringDataset dataset = dataset(30);
    List<SteeringDataset.Example> shuffled = new ArrayList<>(dataset.examples());
    Collections.shuffle(shuffled, new Random(1));
    TrainingOptions options = ALL.withMethod(method);
    SteeringVector one = train(dataset, options);
    SteeringVector other = train(SteeringDataset.ofMessages(shuffled), options);
    for (int layer = 0; layer < Tiny.LAYERS; layer++) {
      double cosine = Vectors.dot(one.directions().get(layer), other.directions().get(layer));
      assertThat(cosine).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void aVectorSaysWhereItComesFrom() {
    SteeringDataset dataset = dataset(20);
    TrainingOptions options =
        ALL.withMethod(ExtractionMethod.MEAN_DIFF).withUnitRows(true).withLayers(Layers.parse("1"));
    Provenance provenance = train(dataset, options).provenance();
    assertThat(provenance.modelFingerprint()).contains(model.folder().fingerprint());
    assertThat(provenance.modelLayers()).isEqualTo(OptionalInt.of(Tiny.LAYERS));
    assertThat(provenance.training())
        .contains(
            new Provenance.Training(
                ExtractionMethod.MEAN_DIFF, new Accumulate.All(), Semantics.CORRECTED, true, 20));
    double[] difference = new double[Tiny.WIDTH];
    EncodedDataset data = DatasetTokens.encode(model, dataset, Semantics.CORRECTED);
    try (PooledRows rows = new Extraction(model, options).pool(data, Progress.NONE)) {
      for (int string = 0; string < 40; string++) {
        float[] row = rows.row(string, 0);
        for (int i = 0; i < row.length; i++) {
          difference[i] += (string % 2 == 0 ? row[i] : -row[i]) / 20;
        }
      }
      assertThat(provenance.residualNorms()).containsOnlyKeys(1);
      assertThat(provenance.residualNorms().get(1)).isEqualTo(rows.medianNorm(0, 0)).isPositive();
    }
    double squares = 0;
    for (double x : difference) {
      squares += x * x;
    }
    assertThat(provenance.differenceNorms()).containsOnlyKeys(1);
    assertThat(provenance.differenceNorms().get(1))
        .as("of the rows before they were scaled")
        .isCloseTo(Math.sqrt(squares), within(1e-4 * Math.sqrt(squares)));
  }

  @Test
  void unitRowsForgetTheLengthOfRows() {
    SteeringDataset dataset = dataset(20);
    TrainingOptions options = ALL.withMethod(ExtractionMethod.MEAN_DIFF);
    EncodedDataset data = DatasetTokens.encode(model, dataset, Semantics.CORRECTED);
    double[] expected = new double[Tiny.WIDTH];
    try (PooledRows rows = new Extraction(model, options).pool(data, Progress.NONE)) {
      for (int string = 0; string < 40; string++) {
        float[] row = rows.row(string, 2);
        for (int i = 0; i < row.length; i++) {
          expected[i] += (string % 2 == 0 ? 1 : -1) * row[i] / Vectors.norm(row);
        }
      }
    }
    float[] found = train(dataset, options.withUnitRows(true)).directions().get(2);
    assertThat(Vectors.dot(found, Vectors.unit(expected))).isCloseTo(1, within(1e-6));
    assertThat(Vectors.dot(found, train(dataset, options).directions().get(2))).isLessThan(0.9999);
  }

  /** Without template a text is the user's but for its first token. */
  @Test
  void whatTheUserSaysIsPooledAlone() {
    SteeringDataset plain = dataset(20).withoutChatTemplate();
    expectEqual(
        train(plain, ALL.withAccumulate(new Accumulate.User())),
        train(plain, ALL.withAccumulate(new Accumulate.AllButFirst(1))));
    expectEqual(
        train(plain, ALL.withAccumulate(new Accumulate.Content())),
        train(plain, ALL.withAccumulate(new Accumulate.AllButFirst(1))));
    SteeringDataset suffixed = dataset(20).withSuffixes(List.of("Well", "So"));
    SteeringVector user = train(suffixed, ALL.withAccumulate(new Accumulate.User()));
    expectEqual(
        user, train(suffixed.withoutSuffixes(), ALL.withAccumulate(new Accumulate.User())), 1e-5);
  }

  /** Where no padding is pooled, the side does not matter; where it is, both do. */
  @Test
  void paddingCountsInTheReferenceAlone() {
    SteeringDataset dataset = dataset(20);
    TrainingOptions all = ALL.withSemantics(Semantics.REFERENCE);
    Padding left = new Padding(32, Padding.Side.LEFT);
    SteeringVector single = train(dataset, all.withPadding(Padding.NONE));
    float[] unpadded = single.directions().get(1);
    for (Padding padding : List.of(Padding.RIGHT_32, left)) {
      float[] padded = train(dataset, all.withPadding(padding)).directions().get(1);
      assertThat(Math.abs(Vectors.dot(padded, unpadded))).isLessThan(0.999);
    }
    TrainingOptions last = all.withAccumulate(new Accumulate.Last(2));
    expectEqual(
        train(dataset, last.withPadding(left)), train(dataset, last.withPadding(Padding.NONE)));
    expectEqual(train(dataset, ALL.withPadding(left)), train(dataset, ALL));
  }

  @Test
  void whoeverStopsItGetsTheVectorOfThePairsThatAreComplete() {
    SteeringDataset dataset = dataset(600);
    SteeringVector part = SteeringVector.train(model, dataset, ALL, stopAfter(0.5));
    int pairs = part.provenance().training().orElseThrow().pairs();
    assertThat(pairs).isBetween(100, 500);
    EncodedDataset data = DatasetTokens.encode(model, dataset, Semantics.CORRECTED);
    Extraction extraction = new Extraction(model, ALL);
    try (PooledRows rows = extraction.pool(data, stopAfter(0.5))) {
      List<SteeringDataset.Example> complete =
          IntStream.range(0, 600)
              .filter(pair -> rows.has(2 * pair) && rows.has(2 * pair + 1))
              .mapToObj(dataset.examples()::get)
              .toList();
      assertThat(complete).hasSize(pairs);
      expectEqual(part, train(SteeringDataset.ofMessages(complete), ALL));
    }
  }

  @Test
  void whoeverStopsItTooEarlyIsTold() {
    assertThatThrownBy(() -> SteeringVector.train(model, dataset(600), ALL, stopAfter(-1)))
        .isInstanceOf(DroverException.class)
        .hasMessage("stopped when 0 of 600 pairs were complete, but a vector needs at least 2");
  }

  private static Progress stopAfter(double share) {
    return new Progress() {
      private boolean stopped = share < 0;

      @Override
      public void at(long done, long total) {
        stopped = done >= share * total;
      }

      @Override
      public boolean isStopped() {
        return stopped;
      }
    };
  }

  @Test
  void projectionsShowTheClassesApartAlongTheFirstAxis() {
    List<PcaProjection> projections = new ArrayList<>();
    SteeringVector vector =
        SteeringVector.train(model, dataset(25), ALL, Progress.NONE, projections::add);
    assertThat(projections).extracting(PcaProjection::layer).containsExactly(0, 1, 2);
    for (PcaProjection projection : projections) {
      assertThat(projection.positive()).hasDimensions(25, 2);
      assertThat(projection.negative()).hasDimensions(25, 2);
      assertThat(mean(projection.positive(), 0)).isGreaterThan(mean(projection.negative(), 0));
      assertThat(mean(projection.positive(), 0) + mean(projection.negative(), 0))
          .isCloseTo(0, within(1e-3));
      double[] shares = projection.explainedVariance();
      assertThat(shares[0]).isEqualTo(vector.explainedVariances().get(projection.layer()));
      assertThat(shares[1]).isBetween(1e-3, shares[0]);
    }
  }

  private static double mean(double[][] points, int axis) {
    return IntStream.range(0, points.length).mapToDouble(i -> points[i][axis]).average().orElse(0);
  }

  @Test
  void dataThatLeaveNothingToCompareAreRefused() {
    refused(
        SteeringDataset.ofTexts(List.of(new ContrastPair("same", "same"))),
        ALL,
        "pca_pairwise finds no direction: what it compares is the same at every layer");
    refused(
        dataset(3),
        TrainingOptions.BEHAVIOR,
        "accumulate is suffix-only, but there is an empty suffix");
    refused(
        dataset(3).withSuffixes(List.of("")),
        TrainingOptions.BEHAVIOR,
        "accumulate is suffix-only, but there is an empty suffix");
    refused(
        SteeringDataset.ofTexts(List.of(new ContrastPair("", "a"))),
        ALL.withAccumulate(new Accumulate.User()),
        "accumulate is user, but a text has no tokens of that kind");
    refused(
        SteeringDataset.ofTexts(List.of(new ContrastPair("a".repeat(600), "a"))),
        ALL,
        "a text has 635 tokens, but the model's context is 512");
  }

  private void refused(SteeringDataset dataset, TrainingOptions options, String sentence) {
    assertThatThrownBy(() -> train(dataset, options))
        .isInstanceOf(DroverException.class)
        .hasMessage(sentence);
  }

  private SteeringVector train(SteeringDataset dataset, TrainingOptions options) {
    return SteeringVector.train(model, dataset, options, Progress.NONE);
  }

  private static void expectEqual(SteeringVector one, SteeringVector other) {
    expectEqual(one, other, 0);
  }

  private static void expectEqual(SteeringVector one, SteeringVector other, double tolerance) {
    for (int layer : one.directions().keySet()) {
      assertThat(one.directions().get(layer))
          .containsExactly(other.directions().get(layer), within((float) tolerance));
    }
  }
}
