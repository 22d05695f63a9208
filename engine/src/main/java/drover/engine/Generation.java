package drover.engine;

/**
 * A generated text.
 *
 * @param ids the generated tokens, the stop token included where one ended the text
 * @param text the tokens decoded; empty for a model without a tokenizer
 * @param finish why it ended
 */
public record Generation(int[] ids, String text, Finish finish) {

  /** Why a text ended. */
  public enum Finish {
    /** The model chose a stop token, or a stop string appeared. */
    STOP,
    /** The most new tokens were reached, or the context was full. */
    LENGTH
  }
}
