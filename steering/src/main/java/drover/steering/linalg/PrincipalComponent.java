package drover.steering.linalg;

import java.util.Random;

/**
 * The first principal component of rows, by Lanczos iteration with full reorthogonalisation on
 * their scatter matrix, in double precision but for the products, which are as exact as they come.
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

  /** How far a pair of eigenvalue and vector may be from one, relative to the first eigenvalue. */
  private static final double FIRST_RESIDUAL = 1e-10;

  private static final double SECOND_RESIDUAL = 1e-7;

  /**
   * The first component of rows as they are: whoever wants them centred centres them. Rows that are
   * all zero have the zero vector.
   */
  public static PrincipalComponent of(Scatter rows) {
    int width = rows.width();
    double total = rows.trace();
    if (total == 0) {
      return new PrincipalComponent(new float[width], 0, 0);
    }
    int steps = Math.min(Math.min(MOST_STEPS, width), rows.rows());
    double[][] basis = new double[steps][];
    double[][] tridiagonal = new double[steps][steps];
    basis[0] = startingVector(rows);
    int size = 0;
    for (int j = 0; j < steps; j++) {
      double[] w = rows.times(basis[j]);
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
  private static double[] startingVector(Scatter rows) {
    Random random = new Random(0);
    double[] v = new double[rows.width()];
    for (int i = 0; i < v.length; i++) {
      v[i] = random.nextGaussian();
    }
    v = rows.times(v);
    Vectors.scale(v, 1 / Math.sqrt(Vectors.dot(v, v)));
    return v;
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
