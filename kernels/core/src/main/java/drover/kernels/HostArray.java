package drover.kernels;

/** An array on the Java heap; {@code data[row * width + column]}. */
final class HostArray implements DeviceArray {
  private final int rows;
  private final int width;
  private float[] data;

  HostArray(int rows, int width) {
    if (rows < 1 || width < 1) {
      throw new IllegalArgumentException("an array of shape [" + rows + ", " + width + "]");
    }
    this.rows = rows;
    this.width = width;
    this.data = Heap.floats((long) rows * width, "An array");
  }

  /** The elements; fails once closed. */
  float[] data() {
    if (data == null) {
      throw new IllegalStateException("the array is closed");
    }
    return data;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public void close() {
    data = null;
  }
}
