package drover.steering.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import drover.engine.io.DroverException;
import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class ConditionSearchTest {

  @Test
  void theThresholdLiesInTheMiddleOfTheGapBetweenTheClasses() {
    ConditionPoint point =
        ConditionSearch.exact(
            Texts.of(new double[] {0.01, 0.02, 0.03}, new double[] {0.07, 0.08}), 1);
    assertThat(point.layers()).containsExactly(0);
    assertThat(point.thresholdIs()).isEqualTo(ThresholdIs.LARGER);
    assertThat(point.threshold()).isCloseTo(0.05, within(1e-15));
    assertThat(point.margin()).isCloseTo(0.02, within(1e-15));
    assertThat(point.quality()).isEqualTo(new Quality(1, 1, 1, 1));
    assertThat(point.heldOut()).isEmpty();
  }

  @Test
  void positiveTextsAboveWantASmallerThreshold() {
    ConditionPoint point =
        ConditionSearch.exact(Texts.of(new double[] {0.3, 0.5}, new double[] {0.1, 0.4}), 1);
    assertThat(point.thresholdIs()).isEqualTo(ThresholdIs.SMALLER);
    assertThat(point.threshold()).isCloseTo(0.2, within(1e-15));
    assertThat(point.quality()).isEqualTo(new Quality(0.8, 2.0 / 3, 1, 0.75));
  }

  @Test
  void equalF1IsDecidedByTheMarginThenByTheLowerLayer() {
    Similarities texts =
        Texts.of(
            new double[][] {{0.25, 0.125, 0.125}, {0.25, 0.125, 0.125}},
            new double[][] {{0.375, 0.5, 0.5}, {0.5, 0.5, 0.5}});
    ConditionPoint point = ConditionSearch.exact(texts, 1);
    assertThat(point.layers()).containsExactly(1);
    assertThat(point.margin()).isEqualTo(0.1875);
  }

  @Test
  void aConditionOnSeveralLayersIsMetWhereAnyLayerMeetsIt() {
    Similarities texts =
        Texts.of(
            new double[][] {{0.1, 0.9}, {0.9, 0.2}, {0.1, 0.1}},
            new double[][] {{0.6, 0.7}, {0.8, 0.6}});
    assertThat(ConditionSearch.exact(texts, 1).quality().f1()).isLessThan(1);
    ConditionPoint both = ConditionSearch.exact(texts, 2);
    assertThat(both.layers()).containsExactly(0, 1);
    assertThat(both.thresholdIs()).isEqualTo(ThresholdIs.LARGER);
    assertThat(both.threshold()).isCloseTo(0.4, within(1e-15));
    assertThat(both.margin()).isCloseTo(0.2, within(1e-15));
    assertThat(both.quality()).isEqualTo(new Quality(1, 1, 1, 1));
  }

  @Test
  void whereNothingSeparatesTheConditionIsAlwaysMetWithNextToNoMargin() {
    ConditionPoint point =
        ConditionSearch.exact(Texts.of(new double[] {0.5, 0.5}, new double[] {0.5}), 1);
    assertThat(point.quality()).isEqualTo(new Quality(0.8, 2.0 / 3, 1, 0.5));
    assertThat(point.threshold()).isEqualTo(Math.nextUp(0.5));
    assertThat(point.margin()).isEqualTo(Math.ulp(0.5));
  }

  @Test
  void neighbouringDoublesAreSeparatedInEitherDirection() {
    double low = 0.1;
    double high = Math.nextUp(low);
    for (double[][] classes : new double[][][] {{{low}, {high}}, {{high}, {low}}}) {
      ConditionPoint point = ConditionSearch.exact(Texts.of(classes[0], classes[1]), 1);
      assertThat(point.quality().f1()).isEqualTo(1);
      assertThat(point.thresholdIs().met(classes[0][0], point.threshold())).isTrue();
      assertThat(point.thresholdIs().met(classes[1][0], point.threshold())).isFalse();
    }
  }

  @Property(tries = 300)
  void theExactPointIsTheBestByBruteForce(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int positive,
      @ForAll @IntRange(min = 1, max = 12) int negative,
      @ForAll @IntRange(min = 1, max = 4) int layers,
      @ForAll @IntRange(min = 1, max = 3) int maxLayers,
      @ForAll @IntRange(min = 2, max = 40) int steps) {
    Similarities texts = Texts.random(new Random(seed), positive, negative, layers, steps);
    ConditionPoint point = ConditionSearch.exact(texts, maxLayers);
    BruteForce.Point expected = BruteForce.best(texts, maxLayers);
    assertThat(point.layers()).isEqualTo(expected.layers());
    assertThat(point.thresholdIs()).isEqualTo(expected.thresholdIs());
    assertThat(point.threshold()).isEqualTo(expected.threshold());
    assertThat(point.margin()).isEqualTo(expected.margin());
    assertThat(point.quality()).isEqualTo(expected.quality());
    assertThat(point.measuredOn(texts)).isEqualTo(expected.quality());
  }

  @Property(tries = 300)
  void aGridsPointIsTheLibrarysByBruteForceAndNeverBetterThanTheExactOne(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int positive,
      @ForAll @IntRange(min = 1, max = 12) int negative,
      @ForAll @IntRange(min = 1, max = 4) int layers,
      @ForAll @IntRange(min = 1, max = 3) int maxLayers,
      @ForAll @IntRange(min = 1, max = 20) int steps,
      @ForAll boolean reference) {
    Similarities texts = Texts.random(new Random(seed), positive, negative, layers, steps);
    double[] thresholds = Thresholds.grid(-1, 1.01, 1.0 / 16);
    GridSemantics semantics = reference ? GridSemantics.REFERENCE : GridSemantics.CORRECTED;
    ConditionPoint point = ConditionSearch.grid(texts, maxLayers, thresholds, semantics);
    BruteForce.Point expected = BruteForce.grid(texts, maxLayers, thresholds, reference);
    assertThat(point.layers()).isEqualTo(expected.layers());
    assertThat(point.thresholdIs()).isEqualTo(expected.thresholdIs());
    assertThat(point.threshold())
        .isEqualTo(
            reference ? Math.rint(expected.threshold() * 1000) / 1000 : expected.threshold());
    assertThat(point.quality()).isEqualTo(expected.quality());
    assertThat(point.margin()).isEqualTo(expected.margin());
    assertThat(ConditionSearch.exact(texts, maxLayers).quality().f1())
        .isGreaterThanOrEqualTo(point.quality().f1());
  }

  @Test
  void onlyTheReferenceLetsEqualSimilaritiesMeetLarger() {
    Similarities texts = Texts.of(new double[] {0.25, 0.5}, new double[] {0.75});
    double[] thresholds = {0.5};
    assertThat(ConditionSearch.grid(texts, 1, thresholds, GridSemantics.REFERENCE).quality().f1())
        .isEqualTo(1);
    assertThat(ConditionSearch.grid(texts, 1, thresholds, GridSemantics.CORRECTED).quality().f1())
        .isEqualTo(2.0 / 3);
  }

  @Test
  void onlyTheReferenceRoundsTheThresholdThatItFound() {
    Similarities texts = Texts.of(new double[] {0.0431}, new double[] {0.0434});
    double[] thresholds = {0.0432};
    assertThat(ConditionSearch.grid(texts, 1, thresholds, GridSemantics.REFERENCE).threshold())
        .isEqualTo(0.043);
    assertThat(ConditionSearch.grid(texts, 1, thresholds, GridSemantics.CORRECTED).threshold())
        .isEqualTo(0.0432);
  }

  @Test
  void aGridThatNoPositiveTextMeetsIsRefused() {
    Similarities texts = Texts.of(new double[] {0.5}, new double[] {0.5});
    GridSemantics strict = GridSemantics.CORRECTED;
    assertThatThrownBy(() -> ConditionSearch.grid(texts, 1, new double[] {0.5}, strict))
        .isInstanceOf(DroverException.class)
        .hasMessage(
            "at none of the thresholds from 0.5 to 0.5 does any positive text meet the condition");
  }

  @Test
  void absurdNumbersOfCombinationsAreRefused() {
    Similarities texts = Texts.random(new Random(1), 3, 3, 126, 10);
    refused(
        () -> ConditionSearch.exact(texts, 4),
        "up to 4 of 126 layers are more than 1000000 combinations, the most that are searched"
            + " among 6 texts");
    refused(() -> ConditionSearch.exact(texts, 126), "are more than 1000000 combinations");
    refused(
        () -> ConditionSearch.exact(texts, Integer.MAX_VALUE), "more than 1000000 combinations");
    refused(
        () -> ConditionSearch.grid(texts, 3, new double[1_000], GridSemantics.CORRECTED),
        "up to 3 of 126 layers with 1000 thresholds are more than 100000000 points");
    refused(
        () -> ConditionSearch.exact(texts, 0), "at least one layer must be combined, but not 0");
    Similarities many = Texts.random(new Random(1), 5_000, 5_000, 100, 10);
    refused(() -> ConditionSearch.exact(many, 3), "are more than 100000 combinations");
  }

  @Test
  void moreLayersThanThereAreMeansAllOfThem() {
    Similarities texts = Texts.random(new Random(2), 5, 5, 3, 100);
    assertThat(ConditionSearch.exact(texts, 99)).isEqualTo(ConditionSearch.exact(texts, 3));
  }

  @Test
  void thousandsOfTextsTakeWellUnderASecond(TestReporter reporter) {
    Similarities texts = Texts.random(new Random(3), 4_050, 4_050, 9, 1 << 24);
    long start = System.nanoTime();
    ConditionPoint point = ConditionSearch.exact(texts, 1);
    Duration first = Duration.ofNanos(System.nanoTime() - start);
    start = System.nanoTime();
    assertThat(ConditionSearch.exact(texts, 1)).isEqualTo(point);
    Duration second = Duration.ofNanos(System.nanoTime() - start);
    reporter.publishEntry(
        "8,100 texts, 9 layers", first.toMillis() + " ms, again " + second.toMillis() + " ms");
    assertThat(second).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void theHeatmapHasTheF1OfEveryLayerAtEveryThreshold() {
    Similarities texts =
        Texts.of(new double[][] {{0.1, 0.6}, {0.2, 0.7}}, new double[][] {{0.3, 0.1}});
    double[] thresholds = {0.15, 0.25, 0.35};
    assertThat(ConditionSearch.f1ByLayer(texts, ThresholdIs.LARGER, thresholds))
        .isDeepEqualTo(new double[][] {{2.0 / 3, 1, 0.8}, {0, 0, 0}});
    assertThat(ConditionSearch.f1ByLayer(texts, ThresholdIs.SMALLER, thresholds))
        .isDeepEqualTo(new double[][] {{0.5, 0, 0}, {1, 1, 1}});
  }

  private static void refused(Runnable search, String sentence) {
    assertThatThrownBy(search::run)
        .isInstanceOf(DroverException.class)
        .hasMessageContaining(sentence);
  }
}
