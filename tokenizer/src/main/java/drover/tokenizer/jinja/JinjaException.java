package drover.tokenizer.jinja;

/** A template that is wrong, fails, raises an exception of its own, or does too much. */
public final class JinjaException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean raised;

  JinjaException(String message) {
    this(message, false);
  }

  private JinjaException(String message, boolean raised) {
    super(message);
    this.raised = raised;
  }

  /** What the template's own {@code raise_exception} throws. */
  static JinjaException raised(String message) {
    return new JinjaException(message, true);
  }

  /** Whether the template itself raised this, and the message is the template's. */
  public boolean isRaised() {
    return raised;
  }
}
