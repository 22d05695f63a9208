package drover.steering.figures;

import java.util.Base64;
import java.util.Locale;

/** Writes SVG 1.1. */
final class SvgCanvas implements Canvas {
  private final StringBuilder svg = new StringBuilder();

  SvgCanvas(double width, double height, String title) {
    svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" ");
    svg.append("font-family=\"Helvetica, Arial, sans-serif\"");
    attribute("width", width);
    attribute("height", height);
    svg.append(" viewBox=\"0 0 ");
    Numbers.appendCoordinate(svg, width);
    svg.append(' ');
    Numbers.appendCoordinate(svg, height);
    svg.append("\">\n<title>").append(Texts.xml(title)).append("</title>\n");
  }

  @Override
  public void rectangle(double x, double y, double width, double height, int rgb) {
    svg.append("<rect");
    attribute("x", x);
    attribute("y", y);
    attribute("width", width);
    attribute("height", height);
    color("fill", rgb);
    svg.append("/>\n");
  }

  @Override
  public void polyline(double[] x, double[] y, double width, int rgb) {
    svg.append("<polyline points=\"");
    for (int i = 0; i < x.length; i++) {
      svg.append(i == 0 ? "" : " ");
      Numbers.appendCoordinate(svg, x[i]);
      svg.append(',');
      Numbers.appendCoordinate(svg, y[i]);
    }
    svg.append("\" fill=\"none\" stroke-linecap=\"round\" stroke-linejoin=\"round\"");
    attribute("stroke-width", width);
    color("stroke", rgb);
    svg.append("/>\n");
  }

  @Override
  public void markers(
      Marker shape, double[] x, double[] y, double radius, int rgb, double opacity) {
    svg.append("<g");
    color("fill", rgb);
    attribute("fill-opacity", opacity);
    svg.append(">\n");
    double[] corners = MarkerShape.corners(shape);
    for (int i = 0; i < x.length; i++) {
      if (corners.length == 0) {
        svg.append("<circle");
        attribute("cx", x[i]);
        attribute("cy", y[i]);
        attribute("r", radius);
        svg.append("/>\n");
      } else {
        polygon(corners, x[i], y[i], radius);
      }
    }
    svg.append("</g>\n");
  }

  private void polygon(double[] corners, double x, double y, double radius) {
    svg.append("<polygon points=\"");
    for (int i = 0; i < corners.length; i += 2) {
      svg.append(i == 0 ? "" : " ");
      Numbers.appendCoordinate(svg, x + corners[i] * radius);
      svg.append(',');
      Numbers.appendCoordinate(svg, y + corners[i + 1] * radius);
    }
    svg.append("\"/>\n");
  }

  @Override
  public void text(String text, double x, double y, TextStyle style, int rgb) {
    svg.append("<text");
    attribute("x", x);
    attribute("y", y);
    attribute("font-size", style.size());
    if (style.anchor() != Anchor.START) {
      String anchor = style.anchor().name().toLowerCase(Locale.ROOT);
      svg.append(" text-anchor=\"").append(anchor).append('"');
    }
    if (style.bold()) {
      svg.append(" font-weight=\"bold\"");
    }
    if (style.upwards()) {
      svg.append(" transform=\"rotate(-90 ");
      Numbers.appendCoordinate(svg, x);
      svg.append(' ');
      Numbers.appendCoordinate(svg, y);
      svg.append(")\"");
    }
    color("fill", rgb);
    svg.append('>').append(Texts.xml(text)).append("</text>\n");
  }

  /** As an embedded PNG with a pixel for each cell: thousands of rectangles would be far larger. */
  @Override
  public void cells(Cells cells, double x, double y, double width, double height) {
    svg.append("<image preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\"");
    attribute("x", x);
    attribute("y", y);
    attribute("width", width);
    attribute("height", height);
    byte[] png = Png.encode(cells.columns(), cells.rows(), cells.rgb(), 1);
    svg.append(" href=\"data:image/png;base64,")
        .append(Base64.getEncoder().encodeToString(png))
        .append("\"/>\n");
  }

  String finish() {
    return svg.append("</svg>\n").toString();
  }

  private void attribute(String name, double value) {
    svg.append(' ').append(name).append("=\"");
    Numbers.appendCoordinate(svg, value);
    svg.append('"');
  }

  private void color(String name, int rgb) {
    String digits = Integer.toHexString(0x1000000 | rgb).substring(1);
    svg.append(' ').append(name).append("=\"#").append(digits).append('"');
  }
}
