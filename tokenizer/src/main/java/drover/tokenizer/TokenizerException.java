package drover.tokenizer;

/**
 * A tokenizer or chat template that cannot be used, or a text that it cannot take. The message is
 * one sentence that names the file and the place in it, what was found and what was expected.
 */
public final class TokenizerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message the sentence a person reads
   */
  public TokenizerException(String message) {
    super(message);
  }

  /**
   * Makes the exception with the failure behind it.
   *
   * @param message the sentence a person reads
   * @param cause what went wrong underneath
   */
  public TokenizerException(String message, Throwable cause) {
    super(message, cause);
  }
}
