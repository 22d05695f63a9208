package drover.kernels;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Pages of closed segments, for segments to come. A new page is zeroed first, and the collector
 * copies it as long as it lives: where texts are many and short, that took a tenth of the time.
 *
 * <p>What a page held before stays in it: nobody reads a slot that was not filled.
 */
final class PagePool {
  private static final long MOST_BYTES = 256L << 20;

  /** A heap has other things to hold. */
  private static final int SHARE_OF_HEAP = 16;

  /** By their length, the latest first: it may still be in a cache. */
  private final Map<Long, ConcurrentLinkedDeque<float[]>> pages = new ConcurrentHashMap<>();

  private final AtomicLong bytes = new AtomicLong();
  private final long most;

  PagePool() {
    this(Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP));
  }

  /** Keeps pages of no more than {@code most} bytes. */
  PagePool(long most) {
    this.most = most;
  }

  /**
   * A page that nobody else has.
   *
   * @throws DeviceException if none is left and a new one has no room in the heap
   */
  float[] take(long elements) {
    ConcurrentLinkedDeque<float[]> alike = pages.get(elements);
    float[] page = alike == null ? null : alike.poll();
    if (page == null) {
      return Heap.floats(elements, "A page of the KV cache");
    }
    bytes.addAndGet(-size(page));
    return page;
  }

  /** Takes a page back that nobody uses any more. */
  void give(float[] page) {
    if (bytes.addAndGet(size(page)) > most) {
      bytes.addAndGet(-size(page));
    } else {
      pages.computeIfAbsent((long) page.length, _ -> new ConcurrentLinkedDeque<>()).push(page);
    }
  }

  private static long size(float[] page) {
    return (long) Float.BYTES * page.length;
  }

  /** Lets all pages go. */
  void clear() {
    pages.clear();
  }
}
