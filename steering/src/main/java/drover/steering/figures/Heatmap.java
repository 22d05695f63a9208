package drover.steering.figures;

import java.util.Arrays;
import java.util.List;

/**
 * A matrix of values from 0 to 1 as colours, such as F1 by layer and threshold. The first row is at
 * the top. Values outside the scale have its ends' colours.
 *
 * @param title the text above
 * @param xLabel what the columns stand for
 * @param yLabel what the rows stand for
 * @param valueLabel what the colours stand for
 * @param values [rows, columns], at least one of each; copied
 * @param rowLabels one per row, such as the layers' numbers
 * @param columns what the first and the last column stand for; those between are evenly spaced
 * @param marked the cell to be marked and named below the title as the best one; null for none
 */
public record Heatmap(
    String title,
    String xLabel,
    String yLabel,
    String valueLabel,
    double[][] values,
    List<String> rowLabels,
    Range columns,
    Cell marked)
    implements Figure {
  /**
   * A place in the matrix.
   *
   * @param row from 0, at the top
   * @param column from 0, at the left
   */
  public record Cell(int row, int column) {}

  /**
   * Checks the shape.
   *
   * @throws IllegalArgumentException if the matrix is empty or ragged, has other than one label per
   *     row, or lacks the marked cell, or if the columns' range goes beyond 1e100
   */
  public Heatmap {
    title = Texts.clean(title);
    xLabel = Texts.clean(xLabel);
    yLabel = Texts.clean(yLabel);
    valueLabel = Texts.clean(valueLabel);
    rowLabels = rowLabels.stream().map(Texts::clean).toList();
    values = Arrays.stream(values).map(double[]::clone).toArray(double[][]::new);
    columns.requireDrawable();
    int width = values.length == 0 ? 0 : values[0].length;
    if (width == 0 || Arrays.stream(values).anyMatch(row -> row.length != width)) {
      throw new IllegalArgumentException("a heat map needs a full matrix of values");
    }
    if (rowLabels.size() != values.length) {
      throw new IllegalArgumentException(
          values.length + " rows of values have " + rowLabels.size() + " labels");
    }
    if (marked != null
        && (marked.row < 0
            || marked.row >= values.length
            || marked.column < 0
            || marked.column >= width)) {
      throw new IllegalArgumentException(
          marked + " is outside " + values.length + " rows of " + width + " values");
    }
  }

  int rows() {
    return values.length;
  }

  int width() {
    return values[0].length;
  }

  /** What a column stands for. */
  double columnValue(int column) {
    return width() == 1 ? columns.from() : columns.from() + columns.span() * column / (width() - 1);
  }
}
