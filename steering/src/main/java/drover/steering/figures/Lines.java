package drover.steering.figures;

import java.util.List;

/**
 * Curves, such as explained variance over layers or rates over strength. Where all x are whole
 * numbers, so are the ticks.
 *
 * @param title the text above
 * @param xLabel what the horizontal axis shows
 * @param yLabel what the vertical axis shows
 * @param series the curves, each joined in its points' order, with a gap where a point cannot be
 *     drawn; may be empty
 * @param yRange what the vertical axis shows at least, for instance 0 to 1 for rates; null to leave
 *     it to the values
 */
public record Lines(String title, String xLabel, String yLabel, List<Series> series, Range yRange)
    implements Figure {
  /**
   * Makes the texts fit to be shown.
   *
   * @throws IllegalArgumentException if the range goes beyond 1e100
   */
  public Lines {
    title = Texts.clean(title);
    xLabel = Texts.clean(xLabel);
    yLabel = Texts.clean(yLabel);
    series = List.copyOf(series);
    if (yRange != null) {
      yRange.requireDrawable();
    }
  }

  /** Curves whose values alone decide what the vertical axis shows. */
  public Lines(String title, String xLabel, String yLabel, List<Series> series) {
    this(title, xLabel, yLabel, series, null);
  }
}
