package drover.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A table of plain text: the first column flush left, the others flush right. */
final class TextTable {
  private final List<List<String>> rows = new ArrayList<>();

  /** A table with a first row of titles. */
  TextTable(String... titles) {
    rows.add(List.of(titles));
  }

  /** Adds a row, with a cell for each title. */
  void row(Object... cells) {
    rows.add(java.util.Arrays.stream(cells).map(Object::toString).toList());
  }

  /** The titles, then the other rows. */
  List<List<String>> rows() {
    return rows;
  }

  /** Prints it, indented. */
  void print(PrintWriter out) {
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder("  ");
      for (int column = 0; column < row.size(); column++) {
        String padding = " ".repeat(width(column) - row.get(column).length());
        line.append(column == 0 ? row.get(0) + padding : "  " + padding + row.get(column));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
