package drover.engine;

import drover.kernels.Device;
import drover.kernels.DeviceArray;
import java.util.Arrays;

/**
 * What a {@link Hook} sees: an activation {@code [rows, width]} of all tokens of a batch, on
 * whatever device runs the model. Reading waits for the device; writing does not.
 */
public final class Activation {
  private final HookPoint point;
  private final int layer;
  private final Batch batch;
  private final Device device;
  private final DeviceArray array;

  Activation(HookPoint point, int layer, Batch batch, Device device, DeviceArray array) {
    this.point = point;
    this.layer = layer;
    this.batch = batch;
    this.device = device;
    this.array = array;
  }

  /** Where in the block. */
  public HookPoint point() {
    return point;
  }

  /** Which layer, counted from 0. */
  public int layer() {
    return layer;
  }

  /** Which sequence and position each row belongs to. */
  public Batch batch() {
    return batch;
  }

  /** Number of tokens. */
  public int rows() {
    return array.rows();
  }

  /** Number of elements of a row. */
  public int width() {
    return array.width();
  }

  /** A copy of one row. */
  public float[] row(int row) {
    float[] copy = new float[width()];
    device.read(array, row, 1, copy, 0);
    return copy;
  }

  /** A copy of every row, {@code [rows][width]}. */
  public float[][] copyRows() {
    float[] all = new float[rows() * width()];
    device.read(array, 0, rows(), all, 0);
    float[][] copy = new float[rows()][];
    for (int row = 0; row < rows(); row++) {
      copy[row] = Arrays.copyOfRange(all, row * width(), (row + 1) * width());
    }
    return copy;
  }

  /** Copies {@code count} rows from {@code first} on into an array, row-major from an offset on. */
  public void read(int first, int count, float[] into, int offset) {
    device.read(array, first, count, into, offset);
  }

  /** Replaces one row. */
  public void setRow(int row, float[] values) {
    if (values.length != width()) {
      throw new IllegalArgumentException(
          "a row of " + values.length + " elements where the width is " + width());
    }
    device.write(array, row, 1, values, 0);
  }

  /** Replaces {@code count} rows from {@code first} on, row-major from an offset on. */
  public void write(int first, int count, float[] from, int offset) {
    device.write(array, first, count, from, offset);
  }

  /** Adds {@code scale * direction} to every row. */
  public void add(Direction direction, float scale) {
    float[] scales = new float[rows()];
    Arrays.fill(scales, scale);
    add(direction, scales);
  }

  /** Adds {@code scales[row] * direction} to each row; rows with scale 0 keep their bits. */
  public void add(Direction direction, float[] scales) {
    device.addScaled(array, direction.array(), scales);
  }

  /** The dot product of each row with a direction. */
  public float[] dot(Direction direction) {
    return device.dot(array, direction.array());
  }

  /** The Euclidean norm of each row. */
  public float[] norms() {
    return device.norms(array);
  }

  /** The cosine of each row with a direction; 0 where a norm is 0. */
  public float[] cosine(Direction direction) {
    float[] cosine = dot(direction);
    float[] norms = norms();
    double norm = device.norms(direction.array())[0];
    for (int row = 0; row < cosine.length; row++) {
      double product = norm * norms[row];
      cosine[row] = product == 0 ? 0 : (float) (cosine[row] / product);
    }
    return cosine;
  }

  /**
   * Takes the part along a direction out of the rows, or a share of it: {@code x -= share * (x . d)
   * d / |d|^2}.
   *
   * @param shares one per row: 1 projects out, 0 leaves the row as it is, 2 reflects it
   */
  public void projectOut(Direction direction, float[] shares) {
    float[] scales = dot(direction);
    double norm = device.norms(direction.array())[0];
    for (int row = 0; row < scales.length; row++) {
      scales[row] = norm == 0 ? 0 : (float) (-shares[row] * (scales[row] / norm) / norm);
    }
    device.addScaled(array, direction.array(), scales);
  }

  /** Multiplies each row; rows with scale 1 keep their bits. */
  public void scaleRows(float[] scales) {
    device.scaleRows(array, scales);
  }

  /**
   * Mean row of each run, {@code [runs][width]}: over the tokens of this pass that belong to it.
   */
  public float[][] runMeans() {
    int[] bounds = new int[batch.runs() + 1];
    for (int run = 0; run < batch.runs(); run++) {
      bounds[run + 1] = batch.start(run) + batch.length(run);
    }
    return means(bounds);
  }

  /**
   * Means over consecutive rows, {@code [bounds.length - 1][width]}.
   *
   * @param bounds ascending rows: mean g is that of the rows {@code bounds[g]} to {@code bounds[g +
   *     1] - 1}
   */
  public float[][] means(int[] bounds) {
    int groups = bounds.length - 1;
    try (DeviceArray means = device.allocate(groups, width())) {
      device.means(means, array, bounds);
      float[] all = new float[groups * width()];
      device.read(means, 0, groups, all, 0);
      float[][] result = new float[groups][];
      for (int g = 0; g < groups; g++) {
        result[g] = Arrays.copyOfRange(all, g * width(), (g + 1) * width());
      }
      return result;
    }
  }
}
