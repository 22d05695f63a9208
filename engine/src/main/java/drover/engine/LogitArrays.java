package drover.engine;

import drover.kernels.Device;
import drover.kernels.DeviceArray;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Arrays of logits {@code [rows, vocab]}, kept for passes to come: those of a batch are so large
 * that to make and to clear new ones for every token takes a hundredth of the time.
 */
final class LogitArrays implements AutoCloseable {
  /** Larger ones are not kept: they would hold too much memory. */
  private static final int MOST_ELEMENTS_KEPT = 8 << 20;

  private static final int MOST_KEPT = 2;

  private final Device device;
  private final int vocab;
  private final ConcurrentLinkedDeque<DeviceArray> kept = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  LogitArrays(Device device, int vocab) {
    this.device = device;
    this.vocab = vocab;
  }

  /** An array whose elements are whatever they were. */
  DeviceArray take(int rows) {
    for (DeviceArray array : kept) {
      if (array.rows() == rows && kept.remove(array)) {
        return array;
      }
    }
    return device.allocate(rows, vocab);
  }

  /** Takes back an array that nobody uses any more. */
  void give(DeviceArray array) {
    if (closed || (long) array.rows() * vocab > MOST_ELEMENTS_KEPT) {
      array.close();
      return;
    }
    kept.addFirst(array);
    if (kept.size() > MOST_KEPT) {
      DeviceArray oldest = kept.pollLast();
      if (oldest != null) {
        oldest.close();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    for (DeviceArray array = kept.poll(); array != null; array = kept.poll()) {
      array.close();
    }
  }
}
