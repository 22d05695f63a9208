package drover.engine;

import drover.kernels.Device;
import drover.kernels.DeviceArray;

/** Arrays of logits {@code [rows, vocab]}: those of a batch have some megabytes for every token. */
final class LogitArrays implements AutoCloseable {
  /** Larger ones are not kept: they would hold too much memory. */
  private static final int MOST_ELEMENTS_KEPT = 8 << 20;

  private static final int MOST_KEPT = 2;

  private final Device device;
  private final int vocab;
  private final Kept<DeviceArray> kept =
      new Kept<>(MOST_KEPT, DeviceArray::rows, DeviceArray::close);

  LogitArrays(Device device, int vocab) {
    this.device = device;
    this.vocab = vocab;
  }

  /** An array whose elements are whatever they were. */
  DeviceArray take(int rows) {
    return kept.take(rows).orElseGet(() -> device.allocate(rows, vocab));
  }

  /** Takes back an array that nobody uses any more. */
  void give(DeviceArray array) {
    if ((long) array.rows() * vocab > MOST_ELEMENTS_KEPT) {
      array.close();
    } else {
      kept.give(array);
    }
  }

  @Override
  public void close() {
    kept.close();
  }
}
