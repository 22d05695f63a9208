package drover.kernels;

/**
 * A cache on the Java heap. Pages of segments that are closed serve others; those of segments that
 * are forgotten are left to the garbage collector.
 */
final class HostKvCache implements KvCache {
  /** Of pages of closed segments: those of some 5,000 tokens of a small model. */
  private static final long MOST_BYTES_KEPT = 256L << 20;

  private final int layers;
  private final int kvHeads;
  private final int headDim;
  private final ArrayPool pages = ArrayPool.onHeap(MOST_BYTES_KEPT);
  private volatile boolean closed;

  HostKvCache(int layers, int kvHeads, int headDim) {
    Shapes.requireCache(layers, kvHeads, headDim);
    this.layers = layers;
    this.kvHeads = kvHeads;
    this.headDim = headDim;
  }

  @Override
  public int layers() {
    return layers;
  }

  @Override
  public int kvHeads() {
    return kvHeads;
  }

  @Override
  public int headDim() {
    return headDim;
  }

  @Override
  public KvSegment newSegment(int expectedSlots) {
    if (closed) {
      throw new IllegalStateException("the cache is closed");
    }
    return new HostKvSegment(this, null, 0, expectedSlots);
  }

  /** Where segments have their pages from: what a page held before is in no slot that is filled. */
  ArrayPool pages() {
    return pages;
  }

  /** Whether its segments may no longer be used. */
  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    pages.close();
  }
}
