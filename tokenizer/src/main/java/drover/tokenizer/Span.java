package drover.tokenizer;

/**
 * A part of a text.
 *
 * @param start the index of its first char
 * @param end the index after its last char
 */
public record Span(int start, int end) {
  /** Refuses an end before the start. */
  public Span {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("a span from " + start + " to " + end);
    }
  }
}
