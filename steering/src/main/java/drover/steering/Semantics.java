package drover.steering;

import drover.engine.io.DroverException;
import java.util.Locale;

/**
 * The readings of the method in which Drover and the Python library differ, one switch each. {@link
 * #REFERENCE} reproduces the library's numbers; {@link #CORRECTED} is the paper's method with the
 * defects repaired, and the default.
 *
 * @param steerBeforeBlock vector k is read after block k. The library adds it before block k, so
 *     one block too early; corrected, it is added where it was read
 * @param lastLayerAfterFinalNorm whether the vector of the last layer is read after the model's
 *     final norm (as the library does through {@code hidden_states}) rather than after the last
 *     block
 * @param suffixLengthOfFirst whether "suffix-only" takes as many tokens of every text as the first
 *     positive suffix has, rather than each text's own suffix
 * @param templateWithoutReply whether texts for extraction end after the user's turn, so that a
 *     suffix follows the user's end-of-turn mark, rather than after the header of the reply, where
 *     the model really answers
 * @param secondBos whether a text from the chat template gets the tokenizer's own beginning-of-text
 *     token in front of the template's
 * @param parseSpecialText whether special tokens written out in the data become those tokens
 */
public record Semantics(
    boolean steerBeforeBlock,
    boolean lastLayerAfterFinalNorm,
    boolean suffixLengthOfFirst,
    boolean templateWithoutReply,
    boolean secondBos,
    boolean parseSpecialText) {

  /** The Python library's numbers, quirks included. */
  public static final Semantics REFERENCE = new Semantics(true, true, true, true, true, true);

  /** The paper's method, repaired. */
  public static final Semantics CORRECTED = new Semantics(false, false, false, false, false, false);

  /**
   * {@code reference} or {@code corrected}.
   *
   * @throws DroverException for any other name
   */
  public static Semantics named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "reference" -> REFERENCE;
      case "corrected" -> CORRECTED;
      default ->
          throw new DroverException(
              "unknown semantics %s; there are corrected and reference"
                  .formatted(DroverException.quote(name)));
    };
  }
}
