package drover.steering.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

class LinesTest {
  private static Lines of(Series... series) {
    return new Lines("title", "layer", "explained variance", List.of(series));
  }

  private static Series overLayers(double... values) {
    double[] layers = IntStream.range(0, values.length).asDoubleStream().toArray();
    return new Series("series", layers, values);
  }

  /** The curves, without the samples of the legend, which lie above them. */
  private static List<Element> curves(Element svg, int series) {
    List<Element> lines = Rendered.all(svg, "polyline");
    return lines.subList(series, lines.size());
  }

  /** The texts of ticks of the horizontal axis. */
  private static List<Element> ticksBelow(Element svg) {
    return Rendered.all(svg, "text").stream()
        .filter(t -> t.getAttribute("text-anchor").equals("middle"))
        .filter(t -> Rendered.number(t, "font-size") == Axis.LABEL_SIZE)
        .toList();
  }

  @Test
  void aCurveGoesThroughItsPoints() {
    Element svg = Rendered.svg(of(overLayers(0.1, 0.5, 0.3)));
    double[] points = Rendered.points(curves(svg, 1).getFirst());
    assertThat(points).hasSize(6);
    assertThat(points[2] - points[0]).isCloseTo(points[4] - points[2], within(0.02));
    assertThat((points[1] - points[3]) / (points[5] - points[3])).isCloseTo(2, within(0.01));
  }

  @Test
  void aValueThatIsMissingBreaksTheCurve() {
    double nan = Double.NaN;
    Element svg = Rendered.svg(of(overLayers(nan, 1, 2, nan, 3, nan, 4, 5, 6, nan)));
    assertThat(curves(svg, 1))
        .extracting(line -> Rendered.points(line).length / 2)
        .containsExactly(2, 3);
    assertThat(Rendered.all(svg, "circle")).as("markers, and one in the legend").hasSize(6 + 1);
  }

  @Test
  void aLonePointIsMarkedEvenInALongCurve() {
    double[] values = new double[1000];
    Arrays.fill(values, Double.NaN);
    values[500] = 1;
    assertThat(Rendered.all(Rendered.svg(of(overLayers(values))), "circle")).hasSize(1 + 1);
  }

  @Test
  void nothingToShowIsSaid() {
    for (Lines lines : List.of(of(), of(overLayers()), of(overLayers(Double.NaN)))) {
      assertThat(Rendered.texts(Rendered.svg(lines))).contains("nothing to show");
      assertThat(Rendered.png(lines).getWidth()).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 30, 32, 80, 126})
  void layersHaveWholeTicksThatDoNotTouch(int layers) {
    double[] values = IntStream.range(0, layers).mapToDouble(i -> 1.0 / (i + 1)).toArray();
    List<Element> ticks = ticksBelow(Rendered.svg(of(overLayers(values))));
    assertThat(ticks).extracting(Element::getTextContent).allMatch(t -> t.matches("-?\\d+"));
    assertThat(ticks.size()).isGreaterThanOrEqualTo(2);
    for (int i = 1; i < ticks.size(); i++) {
      double apart = Rendered.number(ticks.get(i), "x") - Rendered.number(ticks.get(i - 1), "x");
      assertThat(apart).isGreaterThan(StrokeFont.width("126", Axis.LABEL_SIZE) * 1.2);
    }
  }

  @Test
  void strengthsMayHaveFractions() {
    Series rates = new Series("rate", new double[] {0, 0.15, 0.3}, new double[] {0, 0.5, 1});
    assertThat(ticksBelow(Rendered.svg(of(rates))))
        .extracting(Element::getTextContent)
        .contains("0.00", "0.10", "0.30");
  }

  @Test
  void theAskedRangeIsShownAtLeast() {
    List<Series> series = List.of(overLayers(0.4, 0.45));
    Lines rates = new Lines("title", "layer", "rate", series, new Range(0, 1));
    assertThat(Rendered.texts(Rendered.svg(rates))).contains("0.0", "0.5", "1.0");
    Lines beyond = new Lines("title", "layer", "rate", series, new Range(0, 0.1));
    assertThat(Rendered.texts(Rendered.svg(beyond))).contains("0.00", "0.40", "0.45");
    Lines none = new Lines("title", "layer", "rate", List.of(), new Range(3, 4));
    assertThat(Rendered.texts(Rendered.svg(none))).contains("3.0", "4.0").doesNotContain("1.0");
  }

  @Test
  void zeroIsShownWhereTheValuesComeNearToIt() {
    assertThat(Rendered.texts(Rendered.svg(of(overLayers(0.2, 0.9))))).contains("0.0");
    assertThat(Rendered.texts(Rendered.svg(of(overLayers(0.8, 0.9))))).contains("0.80");
    assertThat(Rendered.texts(Rendered.svg(of(overLayers(0.8, 0.9))))).doesNotContain("0.00");
  }

  @Test
  void everySeriesHasItsOwnColour() {
    Series[] four = {overLayers(1, 2), overLayers(2, 3), overLayers(3, 4), overLayers(4, 5)};
    assertThat(curves(Rendered.svg(of(four)), 4))
        .hasSize(4)
        .extracting(line -> line.getAttribute("stroke"))
        .doesNotHaveDuplicates();
  }
}
