package drover.steering.search;

import drover.engine.io.DroverException;
import java.util.Locale;

/** The side of a similarity on which the threshold must lie for a condition to be met. */
public enum ThresholdIs {
  /** Met when the threshold is larger than the similarity. */
  LARGER,
  /** Met when the threshold is smaller than the similarity. */
  SMALLER;

  /** Whether a condition with this direction is met. Equal numbers never meet it. */
  public boolean met(double similarity, double threshold) {
    return switch (this) {
      case LARGER -> similarity < threshold;
      case SMALLER -> similarity > threshold;
    };
  }

  /**
   * {@code larger} or {@code smaller}.
   *
   * @throws DroverException for any other name
   */
  public static ThresholdIs named(String name) {
    return switch (name) {
      case "larger" -> LARGER;
      case "smaller" -> SMALLER;
      default ->
          throw new DroverException(
              "the threshold is larger or smaller than the similarity, but not %s"
                  .formatted(DroverException.quote(name)));
    };
  }

  /** Its name in lower case, as in plans and analyses. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
