package drover.steering.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

class ScatterTest {
  private static Scatter of(Series... classes) {
    return new Scatter("title", "PC1", "PC2", List.of(classes));
  }

  private static Series series(String name, double... xy) {
    double[] x = new double[xy.length / 2];
    double[] y = new double[xy.length / 2];
    for (int i = 0; i < x.length; i++) {
      x[i] = xy[2 * i];
      y[i] = xy[2 * i + 1];
    }
    return new Series(name, x, y);
  }

  private static Series cloud(String name, int count, double middle) {
    Random random = new Random(count);
    double[] xy = new double[2 * count];
    Arrays.setAll(xy, i -> random.nextGaussian() + (i % 2 == 0 ? middle : 0));
    return series(name, xy);
  }

  /** The circles of the first class, without the one of the legend. */
  private static List<Element> circles(Scatter scatter) {
    List<Element> circles = Rendered.all(Rendered.svg(scatter), "circle");
    return circles.subList(1, circles.size());
  }

  @Test
  void eachClassHasItsShapeItsColourAndItsCount() {
    Scatter scatter = of(cloud("harmful", 30, -2), cloud("harmless", 20, 2));
    Element svg = Rendered.svg(scatter);
    assertThat(Rendered.all(svg, "circle")).hasSize(30 + 1);
    assertThat(Rendered.all(svg, "polygon")).hasSize(20 + 1);
    assertThat(Rendered.texts(svg)).contains("harmful (30)", "harmless (20)");
    assertThat(Rendered.all(svg, "g").stream().map(g -> g.getAttribute("fill")).distinct())
        .containsExactly("#0072b2", "#d55e00");
  }

  @Test
  void pointsStandWhereTheTicksSay() {
    List<Element> circles = circles(of(series("a", 0, 0, 10, 1, 5, 0.5)));
    Element svg = Rendered.svg(of(series("a", 0, 0, 10, 1, 5, 0.5)));
    double x = Rendered.number(circles.get(2), "cx");
    double y = Rendered.number(circles.get(2), "cy");
    assertThat(x).isCloseTo(midpoint(circles, "cx"), within(0.011));
    assertThat(y).isCloseTo(midpoint(circles, "cy"), within(0.011));
    assertThat(Rendered.number(circles.get(0), "cy"))
        .as("y grows upwards")
        .isGreaterThan(Rendered.number(circles.get(1), "cy"));
    Element ten = text(svg, "10");
    assertThat(Rendered.number(ten, "x"))
        .isCloseTo(Rendered.number(circles.get(1), "cx"), within(0.6));
    assertThat(Rendered.number(text(svg, "1.0"), "y") - 4.8)
        .isCloseTo(Rendered.number(circles.get(1), "cy"), within(0.6));
  }

  private static double midpoint(List<Element> circles, String attribute) {
    return (Rendered.number(circles.get(0), attribute) + Rendered.number(circles.get(1), attribute))
        / 2;
  }

  private static Element text(Element svg, String content) {
    return Rendered.all(svg, "text").stream()
        .filter(t -> t.getTextContent().equals(content))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void pngShowsThePointsWhereTheSvgDoes() {
    Scatter scatter = of(cloud("harmful", 40, -2));
    BufferedImage png = Rendered.png(scatter);
    for (Element circle : circles(scatter)) {
      int rgb =
          Rendered.rgb(png, 2 * Rendered.number(circle, "cx"), 2 * Rendered.number(circle, "cy"));
      int red = rgb >> 16;
      int blue = rgb & 0xff;
      assertThat(blue - red).as("blueness of %06x", rgb).isGreaterThan(60);
    }
  }

  @Test
  void whatCannotBePlacedIsLeftOutAndCounted() {
    double nan = Double.NaN;
    double infinity = Double.POSITIVE_INFINITY;
    Series odd = series("odd", 1, 2, nan, 1, 1, nan, infinity, 0, 0, -infinity, 1e200, 0, 3, 4);
    Scatter scatter = of(odd);
    assertThat(circles(scatter)).hasSize(2);
    assertThat(Rendered.texts(Rendered.svg(scatter))).contains("odd (2 of 7 drawable)");
    assertThat(scatter.toSvg()).doesNotContain("NaN").doesNotContain("Infinity");
  }

  @Test
  void emptyClassesLeaveAnEmptyPlotThatSaysSo() {
    for (Scatter scatter : List.of(of(), of(series("none")), of(series("odd", Double.NaN, 1)))) {
      assertThat(Rendered.texts(Rendered.svg(scatter))).contains("nothing to show");
      assertThat(Rendered.png(scatter).getWidth()).isPositive();
    }
    Scatter half = of(series("some", 1, 1), series("none"));
    assertThat(Rendered.texts(Rendered.svg(half)))
        .contains("some (1)", "none (0)")
        .doesNotContain("nothing to show");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -24900, 1e-300, 4.9e-324, 1e9, 1e100, -1e100, 0.1})
  void equalPointsStandInTheMiddle(double value) {
    Scatter scatter = of(series("same", value, value, value, value));
    Element svg = Rendered.svg(scatter);
    Element frame = Rendered.all(svg, "circle").get(1);
    assertThat(Rendered.number(svg, "width") - 24 - 300)
        .isCloseTo(Rendered.number(frame, "cx"), within(0.011));
    assertThat(Rendered.png(scatter).getWidth()).isPositive();
  }

  @Test
  void thousandsOfPointsAreAllDrawn() {
    Scatter scatter = of(cloud("harmful", 10_000, -2), cloud("harmless", 10_000, 2));
    assertThat(circles(scatter)).hasSize(10_000);
    BufferedImage png = Rendered.png(scatter);
    assertThat(Rendered.pixelsOf(png, 0xffffff)).isGreaterThan(500_000);
    assertThat(Rendered.pixelsOf(png, 0xffffff))
        .isLessThan((long) png.getWidth() * png.getHeight() - 200_000);
  }

  @Test
  void manyClassesWrapInTheLegend() {
    Series[] classes = new Series[40];
    Arrays.setAll(classes, i -> series("class number " + i, i, i));
    Element svg = Rendered.svg(of(classes));
    double width = Rendered.number(svg, "width");
    for (Element text : Rendered.all(svg, "text")) {
      double size = Rendered.number(text, "font-size");
      assertThat(
              Rendered.number(text, "x")
                  + (text.hasAttribute("text-anchor")
                      ? 0
                      : StrokeFont.width(text.getTextContent(), size)))
          .isLessThanOrEqualTo(width);
    }
    assertThat(Rendered.texts(svg)).contains("class number 39 (1)");
  }

  @Test
  void seriesOfUnequalLengthsIsRefused() {
    assertThatThrownBy(() -> new Series("a", new double[2], new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("series a has 2 x but 3 y");
  }
}
