package drover.steering;

import drover.kernels.Device;
import drover.steering.linalg.Vectors;

/**
 * The rows of one layer in a plane: along the layer's direction, and along the first principal
 * component of what the method looks at once the direction is taken out of that. For the PCA
 * methods these are their first two components. Rows are less their common mean.
 *
 * @param layer which layer
 * @param positive the positive texts' rows {@code [pairs][2]}
 * @param negative the negative texts' rows {@code [pairs][2]}
 * @param explainedVariance the share of the variance along each axis, {@code [2]}
 */
public record PcaProjection(
    int layer, double[][] positive, double[][] negative, double[] explainedVariance) {

  static PcaProjection of(
      int layer,
      ExtractionMethod method,
      Device device,
      Directions.Found found,
      float[][] positive,
      float[][] negative) {
    float[][] rows = Directions.rows(method, positive, negative);
    double total = squares(rows);
    for (float[] row : rows) {
      double along = Vectors.dot(row, found.vector());
      for (int i = 0; i < row.length; i++) {
        row[i] -= (float) (along * found.vector()[i]);
      }
    }
    Directions.Found second = Directions.component(device, rows);
    float[][] axes = {found.vector(), second.vector()};
    double[] positiveMean = Vectors.mean(positive);
    double[] negativeMean = Vectors.mean(negative);
    float[] middle = new float[positiveMean.length];
    for (int i = 0; i < middle.length; i++) {
      middle[i] = (float) ((positiveMean[i] + negativeMean[i]) / 2);
    }
    double secondShare = total == 0 ? 0 : second.explainedVariance() * squares(rows) / total;
    return new PcaProjection(
        layer,
        project(positive, axes, middle),
        project(negative, axes, middle),
        new double[] {found.explainedVariance(), secondShare});
  }

  private static double squares(float[][] rows) {
    double sum = 0;
    for (float[] row : rows) {
      sum += Vectors.dot(row, row);
    }
    return sum;
  }

  private static double[][] project(float[][] rows, float[][] axes, float[] middle) {
    double[][] projected = new double[rows.length][axes.length];
    for (int axis = 0; axis < axes.length; axis++) {
      double offset = Vectors.dot(middle, axes[axis]);
      for (int r = 0; r < rows.length; r++) {
        projected[r][axis] = Vectors.dot(rows[r], axes[axis]) - offset;
      }
    }
    return projected;
  }
}
