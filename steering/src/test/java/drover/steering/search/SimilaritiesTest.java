package drover.steering.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.io.DroverException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SimilaritiesTest {

  @Test
  void columnsAreFoundByLayer() {
    Similarities texts =
        new Similarities(List.of(3, 7), new double[][] {{1, 2}, {3, 4}}, new double[][] {{5, 6}});
    assertThat(texts.layers()).containsExactly(3, 7);
    assertThat(texts.positive(7)).containsExactly(2, 4);
    assertThat(texts.negative(3)).containsExactly(5);
    assertThatThrownBy(() -> texts.positive(4)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatCannotBeSearchedIsRefused() {
    double[][] one = {{0.5}};
    refused(List.of(), one, one, "a condition needs at least one layer to be checked at");
    refused(List.of(1), new double[0][], one, "there is no positive text, but a condition is");
    refused(List.of(1), one, new double[0][], "there is no negative text, but a condition is");
    for (double bad : new double[] {Double.NaN, Double.NEGATIVE_INFINITY, 1e300}) {
      refused(
          List.of(4, 5),
          new double[][] {{0, 0}, {0, bad}},
          new double[][] {{0, 0}},
          "the similarity of positive text 2 at layer 5 is " + bad + ", not a finite number");
    }
  }

  @Test
  void whatTheCallerChangesAfterwardsIsNotSeen() {
    double[][] positive = {{0.1}};
    Similarities texts = Texts.of(positive, new double[][] {{0.2}});
    positive[0][0] = 9;
    assertThat(texts.positive(0)).containsExactly(0.1);
  }

  @Property
  void aSplitIsDisjointAndStratifiedAndKeepsTheOrder(
      @ForAll @IntRange(min = 2, max = 60) int positive,
      @ForAll @IntRange(min = 2, max = 60) int negative,
      @ForAll @DoubleRange(min = 0.01, max = 0.99) double share,
      @ForAll long seed) {
    Similarities texts = numbered(positive, negative);
    Similarities.Split split = texts.split(share, seed);
    assertSplit(
        texts.positive(0), split.training().positive(0), split.heldOut().positive(0), share);
    assertSplit(
        texts.negative(0), split.training().negative(0), split.heldOut().negative(0), share);
  }

  private static void assertSplit(double[] all, double[] training, double[] heldOut, double share) {
    assertThat(training).isSorted().isNotEmpty();
    assertThat(heldOut).isSorted().isNotEmpty();
    assertThat(DoubleStream.concat(Arrays.stream(training), Arrays.stream(heldOut)).sorted())
        .containsExactly(Arrays.stream(all).boxed().toArray(Double[]::new));
    assertThat((double) heldOut.length).isBetween(share * all.length - 1, share * all.length + 1);
  }

  @Property
  void theSameSeedGivesTheSameSplitAndPairsStayTogether(
      @ForAll @IntRange(min = 2, max = 40) int pairs, @ForAll long seed) {
    Similarities texts = numbered(pairs, pairs);
    Similarities heldOut = texts.split(0.3, seed).heldOut();
    assertThat(texts.split(0.3, seed).heldOut().positive(0)).isEqualTo(heldOut.positive(0));
    assertThat(heldOut.positive(0)).isEqualTo(heldOut.negative(0));
  }

  @Test
  void anotherSeedGivesAnotherSplit() {
    Similarities texts = numbered(100, 100);
    assertThat(texts.split(0.2, 1).heldOut().positive(0))
        .hasSize(20)
        .isNotEqualTo(texts.split(0.2, 2).heldOut().positive(0));
  }

  @Test
  void aSplitThatLeavesASideEmptyIsRefused() {
    for (double share : new double[] {0, 1, -0.1, 1.5, Double.NaN}) {
      assertThatThrownBy(() -> numbered(5, 5).split(share, 0))
          .isInstanceOf(DroverException.class)
          .hasMessage("the share of texts to hold out must lie between 0 and 1, but is " + share);
    }
    assertThatThrownBy(() -> numbered(5, 1).split(0.5, 0))
        .isInstanceOf(DroverException.class)
        .hasMessage(
            "holding out texts needs at least two of either kind, but there is one negative");
  }

  @Test
  void thePointOfOneHalfIsMeasuredOnTheOther() {
    ConditionPoint point =
        ConditionSearch.exact(Texts.of(new double[] {0.1, 0.2}, new double[] {0.4, 0.5}), 1);
    ConditionPoint measured =
        point.withHeldOut(Texts.of(new double[] {0.25, 0.6}, new double[] {0.5, 0.1}));
    assertThat(measured.heldOut()).contains(new Quality(0.5, 0.5, 0.5, 0.25));
    assertThat(measured.quality()).isEqualTo(point.quality());
  }

  /** Every text's similarity is its number. */
  private static Similarities numbered(int positive, int negative) {
    return Texts.of(
        IntStream.range(0, positive).asDoubleStream().toArray(),
        IntStream.range(0, negative).asDoubleStream().toArray());
  }

  private static void refused(
      List<Integer> layers, double[][] positive, double[][] negative, String sentence) {
    assertThatThrownBy(() -> new Similarities(layers, positive, negative))
        .isInstanceOf(DroverException.class)
        .hasMessageStartingWith(sentence);
  }
}
