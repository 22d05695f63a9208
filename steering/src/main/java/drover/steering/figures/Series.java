package drover.steering.figures;

import java.util.Arrays;

/**
 * Named points: a class of a {@link Scatter} or a curve of {@link Lines}. The arrays are copied.
 *
 * @param name what the legend calls it
 * @param x one per point
 * @param y as many as {@code x}
 */
public record Series(String name, double[] x, double[] y) {
  /**
   * Checks the lengths.
   *
   * @throws IllegalArgumentException if they differ
   */
  public Series {
    name = Texts.clean(name);
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          "series " + name + " has " + x.length + " x but " + y.length + " y");
    }
    x = x.clone();
    y = y.clone();
  }

  boolean drawable(int point) {
    return Numbers.drawable(x[point]) && Numbers.drawable(y[point]);
  }

  /** The points that can be drawn. */
  Series drawable() {
    double[] keptX = new double[x.length];
    double[] keptY = new double[x.length];
    int kept = 0;
    for (int i = 0; i < x.length; i++) {
      if (drawable(i)) {
        keptX[kept] = x[i];
        keptY[kept++] = y[i];
      }
    }
    return new Series(name, Arrays.copyOf(keptX, kept), Arrays.copyOf(keptY, kept));
  }
}
