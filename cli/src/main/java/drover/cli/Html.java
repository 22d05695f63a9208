package drover.cli;

import java.util.List;

/** Builds a page that is HTML and XML at once. Texts are escaped here and nowhere else. */
final class Html {
  private final StringBuilder page = new StringBuilder();

  /**
   * Begins a page.
   *
   * @param style its CSS
   */
  Html(String title, String style) {
    page.append(
            "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>")
        .append("\n<meta charset=\"utf-8\"/>\n<title>")
        .append(escape(title))
        .append("</title>\n<style>\n")
        .append(style)
        .append("</style>\n</head>\n<body>\n");
    element("h1", title);
  }

  /** A text made fit to stand in an element; what XML cannot hold becomes a replacement mark. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(isXml(c) ? c : 0xFFFD);
              }
            });
    return escaped.toString();
  }

  private static boolean isXml(int c) {
    boolean control = c < ' ' && c != '\t' && c != '\n' && c != '\r';
    return !control && (c < 0xD800 || c > 0xDFFF) && c != 0xFFFE && c != 0xFFFF;
  }

  /** An element that holds a text. */
  Html element(String name, String text) {
    page.append('<').append(name).append('>').append(escape(text));
    page.append("</").append(name).append(">\n");
    return this;
  }

  /** A table whose first row has the titles. */
  Html table(List<List<String>> rows) {
    page.append("<table>\n");
    for (int i = 0; i < rows.size(); i++) {
      String cell = i == 0 ? "th" : "td";
      page.append("<tr>");
      for (String text : rows.get(i)) {
        page.append('<').append(cell).append('>').append(escape(text));
        page.append("</").append(cell).append('>');
      }
      page.append("</tr>\n");
    }
    page.append("</table>\n");
    return this;
  }

  /** Elements of SVG, one beside the other. */
  Html figures(List<String> svgs) {
    page.append("<div class=\"figures\">\n");
    svgs.forEach(svg -> page.append(svg).append('\n'));
    page.append("</div>\n");
    return this;
  }

  /** The page. */
  String finish() {
    return page + "</body>\n</html>\n";
  }
}
