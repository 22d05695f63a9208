package drover.kernels;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Large arrays that nobody uses any more, for uses to come. A new array is zeroed first, and the
 * collector copies it as long as it lives: where texts are many and short, that took a tenth of the
 * time.
 *
 * <p>What an array held before stays in it.
 */
final class ArrayPool {
  private static final long MOST_BYTES = 256L << 20;

  /** A heap has other things to hold. */
  private static final int SHARE_OF_HEAP = 16;

  /** By their length, the latest first: it may still be in a cache. */
  private final Map<Long, ConcurrentLinkedDeque<float[]>> arrays = new ConcurrentHashMap<>();

  private final AtomicLong bytes = new AtomicLong();
  private final long most;

  ArrayPool() {
    this(Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP));
  }

  /** Keeps arrays of no more than {@code most} bytes. */
  ArrayPool(long most) {
    this.most = most;
  }

  /** Whether an array of so many elements could be kept. */
  boolean keeps(long elements) {
    return Float.BYTES * elements <= most;
  }

  /**
   * An array that nobody else has.
   *
   * @param what what it is for, as the beginning of a sentence
   * @throws DeviceException if none is left and a new one has no room in the heap
   */
  float[] take(long elements, String what) {
    ConcurrentLinkedDeque<float[]> alike = arrays.get(elements);
    float[] array = alike == null ? null : alike.poll();
    if (array == null) {
      return Heap.floats(elements, what);
    }
    bytes.addAndGet(-size(array));
    return array;
  }

  /** Takes an array back; arrays of other lengths, which nobody wanted since, make room for it. */
  void give(float[] array) {
    bytes.addAndGet(size(array));
    arrays.forEach(
        (length, others) -> {
          if (length != array.length) {
            dropUntilThereIsRoom(others);
          }
        });
    if (bytes.get() > most) {
      bytes.addAndGet(-size(array));
    } else {
      arrays.computeIfAbsent((long) array.length, _ -> new ConcurrentLinkedDeque<>()).push(array);
    }
  }

  /** The array that was given first goes first. */
  private void dropUntilThereIsRoom(ConcurrentLinkedDeque<float[]> from) {
    while (bytes.get() > most) {
      float[] old = from.pollLast();
      if (old == null) {
        return;
      }
      bytes.addAndGet(-size(old));
    }
  }

  private static long size(float[] array) {
    return (long) Float.BYTES * array.length;
  }

  /** Lets all arrays go. */
  void clear() {
    arrays.clear();
  }
}
