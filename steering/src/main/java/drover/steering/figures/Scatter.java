package drover.steering.figures;

import java.util.List;

/**
 * Points of a few classes in a plane, such as two classes of activations on their first two
 * principal components. The legend counts each class's points, and those that cannot be drawn.
 *
 * @param title the text above
 * @param xLabel what the horizontal axis shows
 * @param yLabel what the vertical axis shows
 * @param classes drawn in this order, each in its colour and shape; may be empty, as may each class
 */
public record Scatter(String title, String xLabel, String yLabel, List<Series> classes)
    implements Figure {
  /** Makes the texts fit to be shown. */
  public Scatter {
    title = Texts.clean(title);
    xLabel = Texts.clean(xLabel);
    yLabel = Texts.clean(yLabel);
    classes = List.copyOf(classes);
  }
}
