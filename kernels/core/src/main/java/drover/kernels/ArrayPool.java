package drover.kernels;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Large arrays that nobody uses any more, for uses to come. A new array is zeroed first, and the
 * collector copies it as long as it lives: where texts are many and short, pages of the KV cache
 * took a tenth of the time so, activations a twentieth.
 *
 * <p>What an array held before stays in it.
 */
final class ArrayPool implements AutoCloseable {
  /** A heap has other things to hold. */
  private static final int SHARE_OF_HEAP = 16;

  /** By their length, the latest first: it may still be in a cache. */
  private final Map<Long, ConcurrentLinkedDeque<float[]>> arrays = new ConcurrentHashMap<>();

  private final AtomicLong bytes = new AtomicLong();
  private final long most;
  private volatile boolean closed;

  /** Keeps arrays of no more than {@code most} bytes. */
  ArrayPool(long most) {
    this.most = most;
  }

  /** Keeps no more than {@code most} bytes, nor than a small part of the heap. */
  static ArrayPool onHeap(long most) {
    return new ArrayPool(Math.min(most, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP));
  }

  /** Whether an array of so many elements could be kept. */
  boolean keeps(long elements) {
    return elements <= most / Float.BYTES;
  }

  /**
   * An array that nobody else has.
   *
   * @param what what it is for, as the beginning of a sentence
   * @throws DeviceException if none is left and a new one has no room in the heap
   */
  float[] take(long elements, String what) {
    float[] array = poll(elements);
    return array != null ? array : Heap.floats(elements, what);
  }

  /** The same, its first elements zero. */
  float[] takeZeros(long elements, int zeros, String what) {
    float[] array = poll(elements);
    if (array == null) {
      return Heap.floats(elements, what);
    }
    Arrays.fill(array, 0, zeros, 0);
    return array;
  }

  /** Null if there is none. */
  private float[] poll(long elements) {
    ConcurrentLinkedDeque<float[]> alike = arrays.get(elements);
    float[] array = alike == null ? null : alike.poll();
    if (array != null) {
      bytes.addAndGet(-size(array));
    }
    return array;
  }

  /** Takes an array back; arrays of other lengths make room for it. */
  void give(float[] array) {
    if (closed || !keeps(array.length)) {
      return;
    }
    if (bytes.addAndGet(size(array)) > most) {
      arrays.forEach(
          (length, others) -> {
            if (length != array.length) {
              dropUntilThereIsRoom(others);
            }
          });
    }
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

  /** Lets all arrays go, and whatever it is given later. */
  @Override
  public void close() {
    closed = true;
    arrays.clear();
  }
}
