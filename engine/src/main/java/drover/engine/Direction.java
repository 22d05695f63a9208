package drover.engine;

import drover.kernels.DeviceArray;

/**
 * A vector on the model's device, for hooks to add, project out or measure against. Made by {@link
 * Llama#direction}; any number of passes may share it.
 */
public final class Direction implements AutoCloseable {
  private final DeviceArray array;

  Direction(DeviceArray array) {
    this.array = array;
  }

  /** Number of elements. */
  public int width() {
    return array.width();
  }

  /** {@code [1, width]} on the device. */
  DeviceArray array() {
    return array;
  }

  /** Frees the vector on the device. */
  @Override
  public void close() {
    array.close();
  }
}
