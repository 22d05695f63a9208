package drover.engine;

import drover.kernels.KvSegment;

/**
 * One text in the making: the cached keys and values of its tokens so far. Made by {@link
 * Llama#newSequence}. Forks share their common past without copying it.
 *
 * <p>A sequence is used by one pass at a time.
 */
public final class Sequence implements AutoCloseable {
  /** Room made at once; a sequence grows beyond it as needed. */
  static final int EXPECTED_TOKENS = 64;

  private final KvSegment segment;
  private final int maxLength;

  Sequence(KvSegment segment, int maxLength) {
    this.segment = segment;
    this.maxLength = maxLength;
  }

  /** Number of tokens so far. */
  public int length() {
    return segment.end();
  }

  /** The most tokens that the model's context allows. */
  public int maxLength() {
    return maxLength;
  }

  /** A sequence with the same past that goes its own way from here. */
  public Sequence fork() {
    return fork(length());
  }

  /** A sequence that shares the first {@code length} tokens and goes its own way from there. */
  public Sequence fork(int length) {
    return fork(length, EXPECTED_TOKENS);
  }

  /**
   * The same, with room for a number of tokens of its own to begin with.
   *
   * @param expectedTokens how many it will probably hold: less memory where these are few
   */
  public Sequence fork(int length, int expectedTokens) {
    return new Sequence(segment.fork(length, expectedTokens), maxLength);
  }

  /**
   * Says that this empty sequence is for one pass, and that nothing continues or forks it
   * afterwards: its keys and values then take memory for one layer instead of all.
   *
   * @return this sequence
   * @throws IllegalStateException if it has tokens of its own
   */
  public Sequence forOnePass() {
    segment.fillInOnePass();
    return this;
  }

  /**
   * Forgets the tokens from {@code length} on.
   *
   * @throws IllegalStateException if a fork still shares them
   */
  public void truncate(int length) {
    if (length < segment.start() || length > length()) {
      throw new IndexOutOfBoundsException(
          "truncate to %d a sequence of %d tokens, %d of them another's"
              .formatted(length, length(), segment.start()));
    }
    segment.setEnd(length);
  }

  KvSegment segment() {
    return segment;
  }

  /** Frees the tokens that are not shared with a parent. */
  @Override
  public void close() {
    segment.close();
  }
}
