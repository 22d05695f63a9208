package drover.steering;

import drover.engine.io.DroverException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How a direction comes from the rows of positive and negative texts. What its explained variance
 * is the share of is said with each.
 */
public enum ExtractionMethod {
  /**
   * First principal component of both rows of each pair, less their midpoint; its share of their
   * variance.
   */
  PCA_PAIRWISE,
  /** First principal component of all rows, less their common mean; its share of their variance. */
  PCA_CENTER,
  /**
   * First principal component of the differences positive - negative, less their mean; its share of
   * their variance.
   */
  PCA_DIFF,
  /**
   * The mean of the differences positive - negative, scaled to unit length; the share of the
   * differences' mean square along it.
   */
  MEAN_DIFF,
  /**
   * The same, multiplied by the inverse of the covariance within the classes (linear discriminant
   * analysis), half of which is replaced by a sphere: noisy directions count less, see {@link
   * drover.steering.linalg.WhitenedDifference}. The share of the variance of all rows, within and
   * between the classes, along it: it says little of how well the classes are told apart.
   */
  WHITENED_MEAN_DIFF,
  /** The same, with as much of a sphere as Ledoit and Wolf derive from the rows. */
  WHITENED_LEDOIT_WOLF;

  /** Whether it is a linear discriminant, for which the sign of a similarity matters. */
  boolean isWhitened() {
    return this == WHITENED_MEAN_DIFF || this == WHITENED_LEDOIT_WOLF;
  }

  /** As options and files write it: {@code pca_pairwise}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The method of a name such as {@code pca_pairwise}.
   *
   * @throws DroverException if there is none
   */
  public static ExtractionMethod named(String name) {
    for (ExtractionMethod method : values()) {
      if (method.key().equals(name)) {
        return method;
      }
    }
    throw new DroverException(
        "unknown method %s; there are %s"
            .formatted(
                DroverException.quote(name),
                Arrays.stream(values())
                    .map(ExtractionMethod::key)
                    .collect(Collectors.joining(", "))));
  }
}
