package drover.steering;

import drover.engine.io.DroverException;
import java.util.Locale;

/**
 * How texts are padded to a common length where padding counts ({@link Quirk#PADDING_COUNTS}): in
 * batches, in the order positive, negative, positive, and so on, with token 0.
 *
 * @param batchSize how many texts are padded to the length of the longest of them; 1 means no
 *     padding
 * @param side where the padding goes
 */
public record Padding(int batchSize, Side side) {
  /** The side of a text. */
  public enum Side {
    /** Behind it. */
    RIGHT,
    /** Before it. */
    LEFT;

    /**
     * The side of a name, {@code right} or {@code left}.
     *
     * @throws DroverException if it is neither
     */
    public static Side named(String name) {
      for (Side side : values()) {
        if (side.name().toLowerCase(Locale.ROOT).equals(name)) {
          return side;
        }
      }
      throw new DroverException(
          "the padding side is %s, but must be right or left"
              .formatted(DroverException.quote(name)));
    }
  }

  /** The Python library's default, with a tokenizer that pads on the right. */
  public static final Padding RIGHT_32 = new Padding(32, Side.RIGHT);

  /** Each text by itself. */
  public static final Padding NONE = new Padding(1, Side.RIGHT);

  /** Refuses a batch of no texts. */
  public Padding {
    if (batchSize < 1) {
      throw new DroverException("the batch size is " + batchSize + ", but must be at least 1");
    }
  }
}
