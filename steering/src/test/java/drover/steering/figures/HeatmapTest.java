package drover.steering.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;

class HeatmapTest {
  private static Heatmap of(double[][] values, Heatmap.Cell marked) {
    List<String> layers =
        IntStream.rangeClosed(1, values.length).mapToObj(Integer::toString).toList();
    Range thresholds = new Range(0, 0.06);
    return new Heatmap("title", "threshold", "layer", "F1", values, layers, thresholds, marked);
  }

  private static double[][] ramp(int rows, int columns) {
    double[][] values = new double[rows][columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        values[row][column] = (row * columns + column) / (double) (rows * columns);
      }
    }
    return values;
  }

  private static Element matrix(Element svg) {
    return Rendered.all(svg, "image").getFirst();
  }

  private static BufferedImage cells(Element svg) {
    String href = matrix(svg).getAttribute("href");
    assertThat(href).startsWith("data:image/png;base64,");
    return Rendered.image(Base64.getDecoder().decode(href.substring(href.indexOf(',') + 1)));
  }

  @Test
  void everyCellHasItsValuesColour() {
    double[][] values = {{0, 0.5, 1}, {-3, Double.NaN, 7}};
    BufferedImage cells = cells(Rendered.svg(of(values, null)));
    assertThat(cells.getWidth()).isEqualTo(3);
    assertThat(cells.getHeight()).isEqualTo(2);
    int low = 0x440154;
    int high = 0xfde725;
    assertThat(Rendered.rgb(cells, 0, 0)).isEqualTo(low);
    assertThat(Rendered.rgb(cells, 1, 0)).isEqualTo(0x21918c);
    assertThat(Rendered.rgb(cells, 2, 0)).isEqualTo(high);
    assertThat(Rendered.rgb(cells, 0, 1)).as("below the scale").isEqualTo(low);
    assertThat(Rendered.rgb(cells, 1, 1)).as("missing").isEqualTo(Palette.MISSING);
    assertThat(Rendered.rgb(cells, 2, 1)).as("above the scale").isEqualTo(high);
  }

  @Test
  void aLargerValueIsLighter() {
    BufferedImage cells = cells(Rendered.svg(of(ramp(1, 200), null)));
    double before = -1;
    for (int column = 0; column < 200; column++) {
      int rgb = Rendered.rgb(cells, column, 0);
      double luma = 0.2126 * (rgb >> 16) + 0.7152 * (rgb >> 8 & 0xff) + 0.0722 * (rgb & 0xff);
      assertThat(luma).isGreaterThan(before);
      before = luma;
    }
  }

  @Test
  void pngShowsTheSameCellsInTheSamePlaces() {
    Heatmap heatmap = of(ramp(5, 4), null);
    Element svg = Rendered.svg(heatmap);
    Element matrix = matrix(svg);
    BufferedImage cells = cells(svg);
    BufferedImage png = Rendered.png(heatmap);
    for (int row = 0; row < 5; row++) {
      for (int column = 0; column < 4; column++) {
        double x =
            Rendered.number(matrix, "x") + Rendered.number(matrix, "width") * (column + 0.5) / 4;
        double y =
            Rendered.number(matrix, "y") + Rendered.number(matrix, "height") * (row + 0.5) / 5;
        assertThat(Rendered.rgb(png, 2 * x, 2 * y)).isEqualTo(Rendered.rgb(cells, column, row));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "30, 600, 7, 432",
    "126, 600, 125, 599",
    "126, 600, 0, 0",
    "1, 1, 0, 0",
    "1, 40, 0, 39",
    "3, 5000, 1, 2500"
  })
  void theMarkedCellIsFramed(int rows, int columns, int row, int column) {
    Heatmap heatmap = of(ramp(rows, columns), new Heatmap.Cell(row, column));
    Element svg = Rendered.svg(heatmap);
    Element matrix = matrix(svg);
    double x =
        Rendered.number(matrix, "x") + Rendered.number(matrix, "width") * (column + 0.5) / columns;
    double y =
        Rendered.number(matrix, "y") + Rendered.number(matrix, "height") * (row + 0.5) / rows;
    Element frame = Rendered.all(svg, "polyline").getLast();
    double[] corners = Rendered.points(frame);
    assertThat((corners[0] + corners[4]) / 2).isCloseTo(x, within(0.011));
    assertThat((corners[1] + corners[5]) / 2).isCloseTo(y, within(0.011));
    assertThat(corners[4] - corners[0]).isGreaterThanOrEqualTo(8.99);
    assertThat(frame.getAttribute("stroke")).isEqualTo("#ffffff");
    BufferedImage png = Rendered.png(heatmap);
    assertThat(Rendered.rgb(png, 2 * corners[0], 2 * y)).as("left edge").isEqualTo(0xffffff);
    assertThat(Rendered.rgb(png, 2 * x, 2 * corners[5])).as("lower edge").isEqualTo(0xffffff);
  }

  @Test
  void theMarkedCellIsNamed() {
    double[][] values = ramp(3, 7);
    values[1][5] = 0.91666;
    Element svg = Rendered.svg(of(values, new Heatmap.Cell(1, 5)));
    assertThat(Rendered.texts(svg)).contains("best: layer 2, threshold 0.05, F1 0.9167");
    assertThat(Rendered.texts(Rendered.svg(of(values, null)))).noneMatch(t -> t.contains("best"));
  }

  @Test
  void missingCellsAreInTheLegend() {
    double[][] values = ramp(3, 7);
    assertThat(Rendered.texts(Rendered.svg(of(values, null)))).doesNotContain("no value");
    values[2][2] = Double.NEGATIVE_INFINITY;
    Heatmap heatmap = of(values, new Heatmap.Cell(2, 2));
    assertThat(Rendered.texts(Rendered.svg(heatmap)))
        .contains("no value", "best: layer 3, threshold 0.02, F1 no value");
    assertThat(Rendered.pixelsOf(Rendered.png(heatmap), Palette.MISSING)).isGreaterThan(5000);
  }

  @Test
  void ticksStandAtTheMiddleOfTheirColumns() {
    Element svg = Rendered.svg(of(ramp(4, 7), null));
    Element matrix = matrix(svg);
    Element tick =
        Rendered.all(svg, "text").stream()
            .filter(t -> t.getTextContent().equals("0.02"))
            .findFirst()
            .orElseThrow();
    double middle = Rendered.number(matrix, "x") + Rendered.number(matrix, "width") * 2.5 / 7;
    assertThat(Rendered.number(tick, "x")).isCloseTo(middle + 0.5, within(0.011));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "30, 1", "38, 2", "80, 5", "126, 5", "600, 20"})
  void rowLabelsHaveRoom(int rows, int step) {
    Element svg = Rendered.svg(of(ramp(rows, 3), null));
    double left = Rendered.number(matrix(svg), "x");
    List<Element> labels =
        Rendered.all(svg, "text").stream()
            .filter(t -> t.getAttribute("text-anchor").equals("end"))
            .filter(t -> Rendered.number(t, "x") < left)
            .toList();
    assertThat(labels)
        .extracting(label -> Integer.parseInt(label.getTextContent()))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, rows).filter(r -> r % step == 0).boxed().toList());
    for (int i = 1; i < labels.size(); i++) {
      assertThat(Rendered.number(labels.get(i), "y") - Rendered.number(labels.get(i - 1), "y"))
          .isGreaterThan(13);
    }
  }

  @Test
  void rowLabelsMayBeWords() {
    List<String> words = IntStream.range(0, 100).mapToObj(i -> "row <" + i + ">").toList();
    Range columns = new Range(-1, 1);
    Heatmap heatmap = new Heatmap("t", "x", "y", "v", ramp(100, 9), words, columns, null);
    assertThat(Rendered.texts(Rendered.svg(heatmap))).contains("row <0>", "row <5>");
  }

  @Test
  void columnsMayStandForOneValue() {
    for (int columns : new int[] {1, 5}) {
      Range same = new Range(0.043, 0.043);
      List<String> layer = List.of("7");
      Heatmap heatmap = new Heatmap("t", "x", "y", "v", ramp(1, columns), layer, same, null);
      assertThat(Rendered.texts(Rendered.svg(heatmap))).contains("0.043");
      assertThat(Rendered.png(heatmap).getWidth()).isPositive();
    }
  }

  @Test
  void whatIsNoMatrixIsRefused() {
    for (double[][] values : new double[][][] {{}, {{}}, {{1}, {}}, {{1, 2}, {3}}}) {
      assertThatThrownBy(() -> of(values, null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a heat map needs a full matrix of values");
    }
    Range columns = new Range(0, 1);
    assertThatThrownBy(
            () -> new Heatmap("t", "x", "y", "v", ramp(2, 2), List.of("1"), columns, null))
        .hasMessage("2 rows of values have 1 labels");
  }

  @ParameterizedTest
  @CsvSource({"-1, 0", "2, 0", "0, -1", "0, 3"})
  void aMarkOutsideIsRefused(int row, int column) {
    assertThatThrownBy(() -> of(ramp(2, 3), new Heatmap.Cell(row, column)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is outside 2 rows of 3 values");
  }

  @Test
  void rangesReachAsFarAsValuesDo() {
    double[][] values = ramp(1, 3);
    List<String> layer = List.of("7");
    Range far = new Range(-1e100, 1e100);
    Range farther = new Range(0, 1.1e100);
    Heatmap heatmap = new Heatmap("t", "x", "y", "v", values, layer, far, null);
    assertThat(Rendered.texts(Rendered.svg(heatmap))).contains("-1e100", "1e100");
    Lines lines = new Lines("t", "x", "y", List.of(), far);
    assertThat(Rendered.texts(Rendered.svg(lines))).contains("-1e100", "1e100");
    assertThatThrownBy(() -> new Heatmap("t", "x", "y", "v", values, layer, farther, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("an axis ends at 1e100");
    assertThatThrownBy(() -> new Lines("t", "x", "y", List.of(), farther))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("an axis ends at 1e100");
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "NaN, 1", "0, Infinity", "-Infinity, 0"})
  void whatIsNoRangeIsRefused(double from, double to) {
    assertThatThrownBy(() -> new Range(from, to))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a range: from " + from + " to " + to);
  }
}
