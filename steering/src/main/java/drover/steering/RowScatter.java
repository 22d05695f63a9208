package drover.steering;

import drover.kernels.Device;
import drover.kernels.DeviceArray;
import drover.steering.linalg.Scatter;
import drover.steering.linalg.Vectors;
import java.util.ArrayList;
import java.util.List;

/**
 * The scatter matrix of rows that lie on a device, which does the products.
 *
 * <p>The rows are multiplied by a power of two on their way, so that the largest element is between
 * 1 and 2: a device that computes in F32 would lose tiny rows and overflow on huge ones.
 */
final class RowScatter implements Scatter, AutoCloseable {
  /** Elements of one array on the device. */
  private static final int MOST_ELEMENTS = 1 << 22;

  private final Device device;
  private final List<DeviceArray> arrays = new ArrayList<>();
  private final int rows;
  private final int width;
  private double trace;

  /**
   * Copies rows to a device.
   *
   * @param rows {@code [n][width]}, at least one
   */
  RowScatter(Device device, float[][] rows) {
    this.device = device;
    this.rows = rows.length;
    this.width = rows[0].length;
    float factor = Math.scalb(1f, -Math.getExponent(largest(rows)));
    int atATime = Math.clamp(MOST_ELEMENTS / width, 1, rows.length);
    boolean finished = false;
    try {
      for (int first = 0; first < rows.length; first += atATime) {
        upload(rows, first, Math.min(first + atATime, rows.length), factor);
      }
      finished = true;
    } finally {
      if (!finished) {
        close();
      }
    }
  }

  /** The largest absolute value, or a normal number less than it where there is hardly any. */
  private static float largest(float[][] rows) {
    float largest = Float.MIN_NORMAL;
    for (float[] row : rows) {
      for (float element : row) {
        largest = Math.max(largest, Math.abs(element));
      }
    }
    return largest;
  }

  private void upload(float[][] rows, int first, int last, float factor) {
    float[] values = new float[(last - first) * width];
    float[] scaled = new float[width];
    for (int r = first; r < last; r++) {
      for (int i = 0; i < width; i++) {
        scaled[i] = rows[r][i] * factor;
      }
      trace += Vectors.dot(scaled, scaled);
      System.arraycopy(scaled, 0, values, (r - first) * width, width);
    }
    DeviceArray array = device.allocate(last - first, width);
    arrays.add(array);
    device.write(array, 0, last - first, values, 0);
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
  public double trace() {
    return trace;
  }

  @Override
  public double[] times(double[] v) {
    double[] product = new double[width];
    for (DeviceArray array : arrays) {
      double[] part = device.scatterTimes(array, v);
      for (int i = 0; i < width; i++) {
        product[i] += part[i];
      }
    }
    return product;
  }

  @Override
  public void close() {
    arrays.forEach(DeviceArray::close);
  }
}
