package drover.steering.figures;

import drover.engine.io.AtomicFile;
import drover.engine.io.DroverException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A picture of numbers.
 *
 * <p>What cannot be placed is left out, the same way in every figure: NaN, the infinities and
 * numbers beyond 1e100 in magnitude give no point, break a line and leave a cell grey. In texts, a
 * run of blanks and control characters is one blank; what is too long ends in "...". A PNG shows
 * ASCII, takes the accents off Latin letters, and draws other characters as a box.
 */
public sealed interface Figure permits Scatter, Lines, Heatmap {
  /**
   * This figure as one {@code svg} element with nothing outside it: no fonts, no styles, no ids, so
   * that several may stand in one HTML page.
   */
  default String toSvg() {
    Drawing drawing = Drawing.of(this);
    SvgCanvas canvas = new SvgCanvas(drawing.width(), drawing.height(), title());
    drawing.paint(canvas);
    return canvas.finish();
  }

  /** This figure as a PNG of twice the SVG's width and height, 8 bits a colour. */
  default byte[] toPng() {
    Drawing drawing = Drawing.of(this);
    RasterCanvas canvas = new RasterCanvas(drawing.width(), drawing.height());
    drawing.paint(canvas);
    return canvas.toPng();
  }

  /**
   * Writes this figure, whole or not at all.
   *
   * @param file a name that ends in {@code .svg} or {@code .png}
   * @throws DroverException if it ends otherwise, or cannot be written
   */
  default void write(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    byte[] bytes;
    if (name.endsWith(".svg")) {
      bytes = toSvg().getBytes(StandardCharsets.UTF_8);
    } else if (name.endsWith(".png")) {
      bytes = toPng();
    } else {
      throw new DroverException(
          file + " cannot be written: a figure's file name must end in .svg or .png");
    }
    try (AtomicFile target = AtomicFile.create(file)) {
      target.write(ByteBuffer.wrap(bytes));
      target.commit();
    }
  }

  /** The text above the picture. */
  String title();
}
