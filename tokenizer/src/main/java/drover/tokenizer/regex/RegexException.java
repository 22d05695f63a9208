package drover.tokenizer.regex;

/** A pattern that is wrong or not supported, or a search that took too many steps. */
public final class RegexException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RegexException(String message) {
    super(message);
  }
}
