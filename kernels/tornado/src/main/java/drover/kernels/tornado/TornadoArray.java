package drover.kernels.tornado;

import drover.kernels.DeviceArray;

/** A range of the device's floats. */
final class TornadoArray implements DeviceArray {
  private final int rows;
  private final int width;
  private Ranges.Range range;
  private boolean fresh = true;

  TornadoArray(int rows, int width) {
    this.rows = rows;
    this.width = width;
  }

  void place(Ranges.Range where) {
    range = where;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int width() {
    return width;
  }

  /** How many elements. */
  int size() {
    return rows * width;
  }

  /** Where it begins. */
  int start() {
    if (range == null) {
      throw new IllegalStateException("the array is closed");
    }
    return range.start();
  }

  /** True until somebody has written to it: what is there is not its own. */
  boolean isFresh() {
    return fresh;
  }

  void setWritten() {
    fresh = false;
  }

  @Override
  public void close() {
    if (range != null) {
      range.close();
      range = null;
    }
  }
}
