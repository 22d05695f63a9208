package drover.engine;

import drover.kernels.Device;
import drover.kernels.DeviceArray;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The logits that a pass was asked for, {@code [rows, vocab]}: the asked rows of the first run,
 * then those of the second, and so on. They stay on the device until read.
 */
public final class Logits implements AutoCloseable {
  private final Device device;
  private final LogitArrays arrays;
  private final DeviceArray array;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * With the logits, or null where no row was asked for.
   *
   * @param arrays takes the array back
   */
  Logits(Device device, LogitArrays arrays, DeviceArray array) {
    this.device = device;
    this.arrays = arrays;
    this.array = array;
  }

  /** Number of rows asked for. */
  public int rows() {
    return array == null ? 0 : array.rows();
  }

  /** A copy of one row {@code [vocab]}. */
  public float[] row(int row) {
    if (row < 0 || row >= rows()) {
      throw new IndexOutOfBoundsException("row " + row + " of " + rows() + " rows of logits");
    }
    float[] copy = new float[array.width()];
    device.read(open(), row, 1, copy, 0);
    return copy;
  }

  /** The token with the largest logit of each row, the one with the lower id where equal. */
  public int[] argmax() {
    return array == null ? new int[0] : device.argmax(open());
  }

  private DeviceArray open() {
    if (closed.get()) {
      throw new IllegalStateException("the logits are closed");
    }
    return array;
  }

  /** Gives the array up, for a later pass to use. */
  @Override
  public void close() {
    if (array != null && closed.compareAndSet(false, true)) {
      arrays.give(array);
    }
  }
}
