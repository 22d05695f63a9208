package drover.steering;

import drover.engine.io.DroverException;
import java.util.Locale;

/** How a direction comes from the rows of positive and negative texts. */
public enum ExtractionMethod {
  /** First principal component of both rows of each pair, less their midpoint. */
  PCA_PAIRWISE,
  /** First principal component of all rows, less their common mean. */
  PCA_CENTER,
  /** First principal component of the differences positive - negative, less their mean. */
  PCA_DIFF,
  /** The mean of the differences positive - negative, scaled to unit length. */
  MEAN_DIFF;

  /**
   * The method of a name such as {@code pca_pairwise}.
   *
   * @throws DroverException if there is none
   */
  public static ExtractionMethod named(String name) {
    for (ExtractionMethod method : values()) {
      if (method.name().toLowerCase(Locale.ROOT).equals(name)) {
        return method;
      }
    }
    throw new DroverException(
        "unknown method %s; there are pca_pairwise, pca_center, pca_diff and mean_diff"
            .formatted(DroverException.quote(name)));
  }
}
