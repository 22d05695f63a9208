package drover.engine;

import drover.kernels.Device;
import drover.kernels.DeviceArray;

/**
 * The logits that a pass was asked for, {@code [rows, vocab]}: the asked rows of the first run,
 * then those of the second, and so on. They stay on the device until read.
 */
public final class Logits implements AutoCloseable {
  private final Device device;
  private final DeviceArray array;

  /** With the logits, or null where no row was asked for. */
  Logits(Device device, DeviceArray array) {
    this.device = device;
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
    device.read(array, row, 1, copy, 0);
    return copy;
  }

  /** The token with the largest logit of each row, the one with the lower id where equal. */
  public int[] argmax() {
    return array == null ? new int[0] : device.argmax(array);
  }

  /** Frees the array. */
  @Override
  public void close() {
    if (array != null) {
      array.close();
    }
  }
}
