package drover.steering.search;

import drover.engine.io.DroverException;
import java.util.Locale;

/** When a condition is met: when its threshold is larger, or smaller, than the similarity. */
public enum ThresholdIs {
  /** Met by similarities below the threshold. */
  LARGER,
  /** Met by similarities above the threshold. */
  SMALLER;

  /** Whether a similarity meets the condition. */
  public boolean met(double similarity, double threshold) {
    return this == LARGER ? similarity < threshold : similarity > threshold;
  }

  /** {@code larger} or {@code smaller}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads {@code larger} or {@code smaller}.
   *
   * @throws DroverException if it is neither
   */
  public static ThresholdIs named(String name) {
    return switch (name) {
      case "larger" -> LARGER;
      case "smaller" -> SMALLER;
      default ->
          throw new DroverException(
              "the threshold is %s, but it can only be larger or smaller than the similarity"
                  .formatted(DroverException.quote(name)));
    };
  }
}
