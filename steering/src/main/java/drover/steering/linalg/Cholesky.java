package drover.steering.linalg;

/** Linear equations with a symmetric positive definite matrix, by its Cholesky factor. */
final class Cholesky {
  /** Rows that are worked on together: the rows above them then come from memory once for all. */
  private static final int BLOCK = 16;

  private Cholesky() {}

  /**
   * Solves {@code a x = b}.
   *
   * @param a {@code [n][n]}, of which only the lower triangle is read; overwritten
   * @param b {@code [n]}; not changed
   */
  static double[] solve(double[][] a, double[] b) {
    factorize(a);
    int n = b.length;
    double[] x = b.clone();
    for (int i = 0; i < n; i++) {
      x[i] = (x[i] - Vectors.dot(a[i], x, i)) / a[i][i];
    }
    for (int i = n - 1; i >= 0; i--) {
      x[i] /= a[i][i];
      for (int j = 0; j < i; j++) {
        x[j] -= x[i] * a[i][j];
      }
    }
    return x;
  }

  /** Replaces the lower triangle by L with {@code L L^T = a}. */
  private static void factorize(double[][] a) {
    for (int start = 0; start < a.length; start += BLOCK) {
      int end = Math.min(start + BLOCK, a.length);
      for (int j = 0; j < end; j++) {
        for (int i = Math.max(start, j); i < end; i++) {
          double rest = a[i][j] - Vectors.dot(a[i], a[j], j);
          if (i == j && rest <= 0) {
            throw new ArithmeticException("the matrix is not positive definite");
          }
          a[i][j] = i == j ? Math.sqrt(rest) : rest / a[j][j];
        }
      }
    }
  }
}
