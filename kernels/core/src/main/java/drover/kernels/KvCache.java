package drover.kernels;

/**
 * The keys and values of past tokens, for some number of layers, kept in {@link KvSegment
 * segments}. One cache serves any number of sequences of one model.
 */
public interface KvCache extends AutoCloseable {
  /** Number of layers. */
  int layers();

  /** Number of key/value heads. */
  int kvHeads();

  /** Elements of one head. */
  int headDim();

  /**
   * A new, empty segment without a parent.
   *
   * @param expectedSlots how many tokens it will probably hold; it grows beyond that as needed
   */
  KvSegment newSegment(int expectedSlots);

  /** Frees every segment of the cache. */
  @Override
  void close();
}
