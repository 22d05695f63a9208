package drover.steering.figures;

import static org.assertj.core.api.Assertions.assertThat;

import drover.steering.figures.Canvas.Anchor;
import drover.steering.figures.Canvas.TextStyle;
import java.awt.image.BufferedImage;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class RasterCanvasTest {
  private static RasterCanvas white(int width, int height) {
    RasterCanvas canvas = new RasterCanvas(width, height);
    canvas.rectangle(0, 0, width, height, 0xffffff);
    return canvas;
  }

  private static BufferedImage image(RasterCanvas canvas) {
    return Rendered.image(canvas.toPng());
  }

  @Test
  void pngKeepsEveryColour() {
    int[] rgb = new Random(1).ints(37 * 11, 0, 1 << 24).toArray();
    BufferedImage image = Rendered.image(Png.encode(37, 11, rgb, 1));
    assertThat(image.getWidth()).isEqualTo(37);
    for (int i = 0; i < rgb.length; i++) {
      assertThat(image.getRGB(i % 37, i / 37)).isEqualTo(0xff000000 | rgb[i]);
    }
  }

  @Test
  void aRectangleCoversPixelsByTheirShare() {
    RasterCanvas canvas = white(10, 10);
    canvas.rectangle(2, 2, 3.25, 2, 0x000000);
    BufferedImage image = image(canvas);
    assertThat(Rendered.rgb(image, 4, 4)).isZero();
    assertThat(Rendered.rgb(image, 9, 7)).isZero();
    assertThat(Rendered.rgb(image, 10, 7)).as("half a pixel").isEqualTo(0x808080);
    assertThat(Rendered.rgb(image, 11, 7)).isEqualTo(0xffffff);
    assertThat(Rendered.rgb(image, 4, 8)).isEqualTo(0xffffff);
    assertThat(Rendered.rgb(image, 3, 4)).isEqualTo(0xffffff);
  }

  @Test
  void aLineIsAsThickAsAsked() {
    RasterCanvas canvas = white(40, 20);
    canvas.polyline(new double[] {5, 35}, new double[] {10, 10}, 2, 0x000000);
    BufferedImage image = image(canvas);
    for (int y = 0; y < 40; y++) {
      int expected = y >= 18 && y < 22 ? 0x000000 : 0xffffff;
      assertThat(Rendered.rgb(image, 40, y)).as("row %d", y).isEqualTo(expected);
    }
    assertThat(Rendered.rgb(image, 76, 20)).isEqualTo(0xffffff);
  }

  @Test
  void markersHaveAboutTheSameArea() {
    double circle = Math.PI * 64;
    for (Canvas.Marker marker : Canvas.Marker.values()) {
      RasterCanvas canvas = white(20, 20);
      canvas.markers(marker, new double[] {10}, new double[] {10}, 4, 0x000000, 1);
      assertThat(ink(image(canvas)))
          .as(marker.name())
          .isCloseTo(circle, Percentage.withPercentage(5));
    }
  }

  /** How many pixels the black parts would fill. */
  private static double ink(BufferedImage image) {
    double ink = 0;
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        ink += 1 - (Rendered.rgb(image, x, y) & 0xff) / 255.0;
      }
    }
    return ink;
  }

  @Test
  void opacityLetsWhatLiesUnderShine() {
    RasterCanvas canvas = white(20, 20);
    double[] ten = {10, 10};
    canvas.markers(Canvas.Marker.CIRCLE, ten, ten, 4, 0x000000, 0.5);
    assertThat(Rendered.rgb(image(canvas), 20, 20)).as("two of 50%").isEqualTo(0x404040);
  }

  @Test
  void everyPrintableCharacterHasItsOwnForm() {
    Set<String> forms = new HashSet<>();
    for (char c = ' '; c < 127; c++) {
      StringBuilder form = new StringBuilder();
      StrokeFont.draw(
          String.valueOf(c),
          28,
          (x0, y0, x1, y1) -> {
            form.append("%.2f %.2f %.2f %.2f,".formatted(x0, y0, x1, y1));
            assertThat(y0).isBetween(-24.0, 8.0);
          });
      assertThat(forms.add(form.toString())).as("'%s'", c).isTrue();
      assertThat(form.isEmpty()).isEqualTo(c == ' ');
    }
    StringBuilder box = new StringBuilder();
    StrokeFont.draw(
        "\u03bb",
        28,
        (x0, y0, x1, y1) -> box.append("%.2f %.2f %.2f %.2f,".formatted(x0, y0, x1, y1)));
    assertThat(forms).doesNotContain(box.toString());
  }

  @Test
  void accentsAreDroppedAndDashesAreDashes() {
    assertThat(StrokeFont.width("caf\u00e9 \u2013 \u201cx\u201d", 12))
        .isEqualTo(StrokeFont.width("cafe - \"x\"", 12));
  }

  @Test
  void textStandsAtItsAnchor() {
    for (Anchor anchor : Anchor.values()) {
      RasterCanvas canvas = white(100, 40);
      canvas.text("HHHH", 50, 30, TextStyle.of(12, anchor), 0x000000);
      double[] ink = inkedColumns(image(canvas));
      double middle = (ink[0] + ink[1]) / 4;
      double half = StrokeFont.width("HHHH", 12) / 2;
      double expected = anchor == Anchor.START ? 50 + half : anchor == Anchor.END ? 50 - half : 50;
      assertThat(middle).as(anchor.name()).isBetween(expected - 0.6, expected + 0.6);
    }
  }

  @Test
  void textThatRunsUpwardsStandsLeftOfItsLine() {
    RasterCanvas canvas = white(40, 100);
    canvas.text("HHHH", 20, 50, new TextStyle(12, Anchor.MIDDLE, false, true), 0x000000);
    double[] ink = inkedColumns(image(canvas));
    assertThat(ink[0] / 2).isBetween(10.0, 11.5);
    assertThat(ink[1] / 2).isBetween(20.0, 21.0);
  }

  /** The first and the last column, in pixels, that hold something dark. */
  private static double[] inkedColumns(BufferedImage image) {
    double first = image.getWidth();
    double last = 0;
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        if ((Rendered.rgb(image, x, y) & 0xff) < 0x80) {
          first = Math.min(first, x);
          last = Math.max(last, x + 1.0);
        }
      }
    }
    return new double[] {first, last};
  }
}
