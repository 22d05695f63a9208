package drover.kernels;

import java.util.function.Consumer;

/** An array on the Java heap; {@code data[row * width + column]}. */
final class HostArray implements DeviceArray {
  private static final String WHAT = "An array";

  private final int rows;
  private final int width;
  private final Consumer<float[]> free;
  private float[] data;

  private HostArray(int rows, int width, float[] data, Consumer<float[]> free) {
    this.rows = rows;
    this.width = width;
    this.data = data;
    this.free = free;
  }

  /** An array of exactly the elements that it needs. */
  static HostArray of(int rows, int width) {
    return new HostArray(rows, width, Heap.floats(elements(rows, width), WHAT), _ -> {});
  }

  /**
   * An array of a pool's memory.
   *
   * @param room how many elements of that, at least the array's
   */
  static HostArray of(int rows, int width, ArrayPool pool, long room) {
    float[] data = pool.takeZeros(room, (int) elements(rows, width), WHAT);
    return new HostArray(rows, width, data, pool::give);
  }

  /**
   * How many elements there are.
   *
   * @throws IllegalArgumentException if there is no such shape
   */
  static long elements(int rows, int width) {
    if (rows < 1 || width < 1) {
      throw new IllegalArgumentException("an array of shape [" + rows + ", " + width + "]");
    }
    return (long) rows * width;
  }

  /** The elements, and perhaps others behind them; fails once closed. */
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

  /** Whoever closes it twice, on several threads even, gives its memory back once. */
  @Override
  public synchronized void close() {
    if (data != null) {
      float[] given = data;
      data = null;
      free.accept(given);
    }
  }
}
