package drover.steering;

import java.util.Random;

/**
 * The first principal component of rows, by Lanczos iteration with full reorthogonalisation on
 * their covariance (never formed), in double precision.
 *
 * @param direction the component, of unit length
 * @param explainedVariance the share of the rows' variance along it
 * @param secondToFirst the second eigenvalue over the first: near 1 the direction is poorly
 *     determined
 */
record PrincipalComponent(float[] direction, double explainedVariance, double secondToFirst) {
  private static final int MOST_STEPS = 64;
  private static final double NEGLIGIBLE = 1e-12;

  /**
   * The first component of rows {@code [n][width]} as they are: whoever wants them centred centres
   * them. Rows that are all zero have the zero vector.
   */
  static PrincipalComponent of(float[][] rows) {
    int width = rows[0].length;
    double total = 0;
    for (float[] row : rows) {
      for (float x : row) {
        total += (double) x * x;
      }
    }
    if (total == 0) {
      return new PrincipalComponent(new float[width], 0, 0);
    }
    int steps = Math.min(Math.min(MOST_STEPS, width), rows.length);
    double[][] basis = new double[steps][];
    double[][] tridiagonal = new double[steps][steps];
    basis[0] = startingVector(rows, width);
    int size = 0;
    for (int j = 0; j < steps; j++) {
      double[] w = multiply(rows, basis[j]);
      tridiagonal[j][j] = dot(w, basis[j]);
      size = j + 1;
      if (size == steps) {
        break;
      }
      orthogonalize(w, basis, size);
      double norm = Math.sqrt(dot(w, w));
      if (norm <= NEGLIGIBLE * total) {
        break;
      }
      tridiagonal[j][j + 1] = norm;
      tridiagonal[j + 1][j] = norm;
      scale(w, 1 / norm);
      basis[j + 1] = w;
    }
    return combine(basis, SymmetricEigen.of(tridiagonal, size), size, total);
  }

  private static PrincipalComponent combine(
      double[][] basis, SymmetricEigen eigen, int size, double total) {
    double[] direction = new double[basis[0].length];
    double[] weights = eigen.vector(0);
    for (int j = 0; j < size; j++) {
      for (int i = 0; i < direction.length; i++) {
        direction[i] += weights[j] * basis[j][i];
      }
    }
    scale(direction, 1 / Math.sqrt(dot(direction, direction)));
    double first = eigen.value(0);
    double second = size > 1 ? Math.max(eigen.value(1), 0) : 0;
    return new PrincipalComponent(toFloats(direction), first / total, second / first);
  }

  /** The covariance times a random vector: rich in the components that matter. */
  private static double[] startingVector(float[][] rows, int width) {
    Random random = new Random(0);
    double[] v = new double[width];
    for (int i = 0; i < width; i++) {
      v[i] = random.nextGaussian();
    }
    v = multiply(rows, v);
    scale(v, 1 / Math.sqrt(dot(v, v)));
    return v;
  }

  /** {@code rows^T (rows v)}. */
  private static double[] multiply(float[][] rows, double[] v) {
    double[] result = new double[v.length];
    for (float[] row : rows) {
      double projection = 0;
      for (int i = 0; i < v.length; i++) {
        projection += row[i] * v[i];
      }
      for (int i = 0; i < v.length; i++) {
        result[i] += projection * row[i];
      }
    }
    return result;
  }

  /** Twice is enough (Kahan and Parlett). */
  private static void orthogonalize(double[] w, double[][] basis, int size) {
    for (int pass = 0; pass < 2; pass++) {
      for (int j = 0; j < size; j++) {
        double projection = dot(w, basis[j]);
        for (int i = 0; i < w.length; i++) {
          w[i] -= projection * basis[j][i];
        }
      }
    }
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  private static void scale(double[] x, double factor) {
    for (int i = 0; i < x.length; i++) {
      x[i] *= factor;
    }
  }

  private static float[] toFloats(double[] x) {
    float[] result = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = (float) x[i];
    }
    return result;
  }
}
