package drover.steering.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.io.DroverException;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;

class FigureTest {
  @TempDir Path folder;

  static List<Figure> figures() {
    return List.of(scatter("Scatter"), lines("Lines"), heatmap("Heat map"));
  }

  private static Figure scatter(String title) {
    Series one = new Series("one", new double[] {-1, -2}, new double[] {0.5, 0.1});
    Series two = new Series("two", new double[] {1, 3}, new double[] {0.2, 0.4});
    return new Scatter(title, "PC1", "PC2", List.of(one, two));
  }

  private static Figure lines(String title) {
    Series series = new Series("series", new double[] {1, 2, 3}, new double[] {0.1, 0.4, 0.2});
    return new Lines(title, "layer", "variance", List.of(series));
  }

  private static Figure heatmap(String title) {
    double[][] values = {{0.1, 0.9}, {0.4, 0.6}};
    Range columns = new Range(0, 0.06);
    Heatmap.Cell best = new Heatmap.Cell(0, 1);
    return new Heatmap(title, "threshold", "layer", "F1", values, List.of("1", "2"), columns, best);
  }

  @ParameterizedTest
  @MethodSource("figures")
  void svgIsOneElementThatNeedsNothingElse(Figure figure) {
    Element svg = Rendered.svg(figure);
    assertThat(svg.getTagName()).isEqualTo("svg");
    assertThat(svg.getAttribute("viewBox"))
        .isEqualTo("0 0 " + svg.getAttribute("width") + " " + svg.getAttribute("height"));
    assertThat(figure.toSvg().replace("xmlns=\"http://www.w3.org/2000/svg\"", ""))
        .doesNotContain("http")
        .doesNotContain("url(")
        .doesNotContain(" id=")
        .doesNotContain("<?xml");
  }

  @ParameterizedTest
  @MethodSource("figures")
  void titleAndAxisLabelsAreTexts(Figure figure) {
    Element svg = Rendered.svg(figure);
    assertThat(Rendered.all(svg, "title").getFirst().getTextContent()).isEqualTo(figure.title());
    assertThat(Rendered.texts(svg)).contains(figure.title());
    assertThat(Rendered.texts(svg)).containsAnyOf("PC1", "layer");
    assertThat(Rendered.texts(svg)).containsAnyOf("PC2", "variance", "threshold");
  }

  @ParameterizedTest
  @MethodSource("figures")
  void pngIsTwiceTheSvgsSizeWithInkOnWhite(Figure figure) {
    Element svg = Rendered.svg(figure);
    BufferedImage png = Rendered.png(figure);
    assertThat(png.getWidth()).isEqualTo((int) Math.ceil(2 * Rendered.number(svg, "width")));
    assertThat(png.getHeight()).isEqualTo((int) Math.ceil(2 * Rendered.number(svg, "height")));
    assertThat(Rendered.rgb(png, 1, 1)).isEqualTo(0xffffff);
    assertThat(Rendered.pixelsOf(png, Palette.TEXT)).as("letters").isGreaterThan(300);
    assertThat(Rendered.pixelsOf(png, Palette.FRAME)).as("frame").isGreaterThan(3000);
  }

  @ParameterizedTest
  @MethodSource("figures")
  void equalFiguresGiveEqualBytes(Figure figure) {
    Figure same =
        switch (figure) {
          case Scatter s -> scatter(s.title());
          case Lines l -> lines(l.title());
          case Heatmap h -> heatmap(h.title());
        };
    assertThat(same.toSvg()).isEqualTo(figure.toSvg());
    assertThat(same.toPng()).isEqualTo(figure.toPng());
  }

  @Test
  void changingTheCallersArraysLaterChangesNothing() {
    double[] x = {1, 2};
    double[][] values = {{0.5, 0.6}};
    Figure lines = new Lines("t", "x", "y", List.of(new Series("s", x, new double[] {3, 4})));
    Range columns = new Range(0, 1);
    Figure heatmap = new Heatmap("t", "x", "y", "v", values, List.of("1"), columns, null);
    String linesBefore = lines.toSvg();
    String heatmapBefore = heatmap.toSvg();
    x[0] = 7;
    values[0][0] = 0.9;
    assertThat(lines.toSvg()).isEqualTo(linesBefore);
    assertThat(heatmap.toSvg()).isEqualTo(heatmapBefore);
  }

  @ParameterizedTest
  @MethodSource("figures")
  void suffixDecidesTheFormat(Figure figure) throws IOException {
    figure.write(folder.resolve("a.svg"));
    figure.write(folder.resolve("b.PNG"));
    assertThat(folder.resolve("a.svg")).hasContent(figure.toSvg());
    assertThat(folder.resolve("b.PNG")).hasBinaryContent(figure.toPng());
  }

  @Test
  void writingReplacesAFileAndLeavesNoOther() throws IOException {
    Path file = folder.resolve("a.svg");
    Files.writeString(file, "x".repeat(1_000_000));
    lines("Lines").write(file);
    assertThat(file).hasContent(lines("Lines").toSvg());
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void otherSuffixIsRefusedInASentence() {
    for (String name : List.of("heat.jpg", "heat", "png", "heat.svg.gz")) {
      Path file = folder.resolve(name);
      assertThatThrownBy(() -> lines("Lines").write(file))
          .isInstanceOf(DroverException.class)
          .hasMessage(file + " cannot be written: a figure's file name must end in .svg or .png");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void missingFolderIsRefusedInASentence() {
    Path file = folder.resolve("missing").resolve("a.png");
    assertThatThrownBy(() -> lines("Lines").write(file))
        .isInstanceOf(DroverException.class)
        .hasMessageContaining("is not an existing folder");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void hostileTitleIsOnlyText() {
    String title = "</title><script>alert(\"1\")</script> & 'x' ]]>";
    for (Figure figure : List.of(scatter(title), lines(title), heatmap(title))) {
      Element svg = Rendered.svg(figure);
      assertThat(Rendered.texts(svg)).contains(title);
      assertThat(Rendered.all(svg, "script")).isEmpty();
      assertThat(Rendered.png(figure).getWidth()).isPositive();
    }
  }

  @Test
  void controlCharactersBecomeBlanksAndBrokenOnesAreReplaced() {
    String title = "\0a\u001b[31m\tb\r\n\u0085c\ud800d\uffff\u2028\u00a0e ";
    Element svg = Rendered.svg(lines(title));
    assertThat(Rendered.texts(svg)).contains("a [31m b c\ufffdd\ufffd e");
  }

  @Test
  void endlessTitleIsCut() {
    for (String word : List.of("word ", "w", "\ud83d\ude00", "\u6f22")) {
      Figure figure = lines(word.repeat(1_000_000));
      List<String> texts = Rendered.texts(Rendered.svg(figure));
      assertThat(texts).filteredOn(t -> t.endsWith("...")).hasSize(1);
      double width = Rendered.png(figure).getWidth();
      assertThat(width).isEqualTo(Rendered.png(lines("short")).getWidth());
    }
  }

  /** A JVM without java.desktop has no fonts to look for: what works there works on any machine. */
  @Test
  void needsNothingOfTheJdkButItsBaseAndSaysNothing() throws Exception {
    String classes =
        Stream.of(Figure.class, FigureTest.class, DroverException.class)
            .map(c -> new File(c.getProtectionDomain().getCodeSource().getLocation().getPath()))
            .map(File::getPath)
            .collect(Collectors.joining(File.pathSeparator));
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--limit-modules=java.base",
                "-cp",
                classes,
                Bare.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(log)).isZero();
    assertThat(log).isEmptyFile();
    for (Figure figure : figures()) {
      assertThat(folder.resolve(figure.title() + ".svg")).hasContent(figure.toSvg());
      assertThat(folder.resolve(figure.title() + ".png")).hasBinaryContent(figure.toPng());
    }
  }

  /** What the bare JVM runs. */
  static final class Bare {
    private Bare() {}

    public static void main(String[] arguments) {
      for (Figure figure : List.of(scatter("Scatter"), lines("Lines"), heatmap("Heat map"))) {
        figure.write(Path.of(arguments[0], figure.title() + ".svg"));
        figure.write(Path.of(arguments[0], figure.title() + ".png"));
      }
    }
  }
}
