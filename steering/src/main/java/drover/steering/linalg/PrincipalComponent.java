package drover.steering.linalg;

import java.util.Random;
import java.util.stream.IntStream;

/**
 * The first principal component of rows, by Lanczos iteration with full reorthogonalisation on
 * their covariance (never formed), in double precision.
 *
 * @param direction the component, of unit length, {@code [width]}
 * @param explainedVariance the share of the rows' variance along it
 * @param secondToFirst the second eigenvalue over the first: near 1 the direction is poorly
 *     determined
 */
public record PrincipalComponent(
    float[] direction, double explainedVariance, double secondToFirst) {
  private static final int MOST_STEPS = 128;
  private static final int STEPS_BETWEEN_CHECKS = 8;
  private static final double NEGLIGIBLE = 1e-12;

  /** Rows of one piece of work. */
  private static final int BLOCK = 256;

  /** How far a pair of eigenvalue and vector may be from one, relative to the first eigenvalue. */
  private static final double FIRST_RESIDUAL = 1e-10;

  private static final double SECOND_RESIDUAL = 1e-7;

  /**
   * The first component of rows {@code [n][width]} as they are: whoever wants them centred centres
   * them. Rows that are all zero have the zero vector.
   */
  public static PrincipalComponent of(float[][] rows) {
    int width = rows[0].length;
    double total = 0;
    for (float[] row : rows) {
      total += Vectors.dot(row, row);
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
      tridiagonal[j][j] = Vectors.dot(w, basis[j]);
      size = j + 1;
      orthogonalize(w, basis, size);
      double norm = Math.sqrt(Vectors.dot(w, w));
      if (size == steps || norm <= NEGLIGIBLE * total || converged(tridiagonal, size, norm)) {
        break;
      }
      tridiagonal[j][j + 1] = norm;
      tridiagonal[j + 1][j] = norm;
      Vectors.scale(w, 1 / norm);
      basis[j + 1] = w;
    }
    return combine(basis, SymmetricEigen.of(tridiagonal, size), size, total);
  }

  /**
   * Whether the first two pairs are found: the residual of a pair is the norm of what is left of
   * the last product, times the last element of the small eigenvector (Parlett, The Symmetric
   * Eigenvalue Problem, section 13.2).
   */
  private static boolean converged(double[][] tridiagonal, int size, double norm) {
    if (size % STEPS_BETWEEN_CHECKS != 0) {
      return false;
    }
    SymmetricEigen eigen = SymmetricEigen.of(tridiagonal, size);
    double first = norm * Math.abs(eigen.vector(0)[size - 1]);
    double second = norm * Math.abs(eigen.vector(1)[size - 1]);
    return first <= FIRST_RESIDUAL * eigen.value(0) && second <= SECOND_RESIDUAL * eigen.value(0);
  }

  private static PrincipalComponent combine(
      double[][] basis, SymmetricEigen eigen, int size, double total) {
    double[] direction = new double[basis[0].length];
    double[] weights = eigen.vector(0);
    for (int j = 0; j < size; j++) {
      Vectors.add(direction, weights[j], basis[j]);
    }
    double first = eigen.value(0);
    double second = size > 1 ? Math.max(eigen.value(1), 0) : 0;
    return new PrincipalComponent(Vectors.unit(direction), first / total, second / first);
  }

  /** The covariance times a random vector: rich in the components that matter. */
  private static double[] startingVector(float[][] rows, int width) {
    Random random = new Random(0);
    double[] v = new double[width];
    for (int i = 0; i < width; i++) {
      v[i] = random.nextGaussian();
    }
    v = multiply(rows, v);
    Vectors.scale(v, 1 / Math.sqrt(Vectors.dot(v, v)));
    return v;
  }

  /** {@code rows^T (rows v)}, summed block by block, whoever computes them. */
  private static double[] multiply(float[][] rows, double[] v) {
    double[][] parts = new double[(rows.length + BLOCK - 1) / BLOCK][];
    IntStream.range(0, parts.length)
        .parallel()
        .forEach(
            part -> {
              double[] sum = new double[v.length];
              int end = Math.min((part + 1) * BLOCK, rows.length);
              for (int r = part * BLOCK; r < end; r++) {
                Vectors.add(sum, Vectors.dot(rows[r], v), rows[r]);
              }
              parts[part] = sum;
            });
    double[] result = parts[0];
    for (int part = 1; part < parts.length; part++) {
      Vectors.add(result, 1, parts[part]);
    }
    return result;
  }

  /** Twice is enough (Kahan and Parlett). */
  private static void orthogonalize(double[] w, double[][] basis, int size) {
    for (int pass = 0; pass < 2; pass++) {
      for (int j = 0; j < size; j++) {
        Vectors.add(w, -Vectors.dot(w, basis[j]), basis[j]);
      }
    }
  }
}
