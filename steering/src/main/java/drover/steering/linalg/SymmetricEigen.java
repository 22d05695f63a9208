package drover.steering.linalg;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Eigenvalues and eigenvectors of a small symmetric matrix by cyclic Jacobi rotations (Golub and
 * Van Loan, Matrix Computations, section 8.5), largest first.
 */
public final class SymmetricEigen {
  private static final int MOST_SWEEPS = 60;

  private final double[][] a;
  private final double[][] vectors;
  private final int[] order;

  private SymmetricEigen(double[][] a, double[][] vectors, int[] order) {
    this.a = a;
    this.vectors = vectors;
    this.order = order;
  }

  /** Of the leading {@code size} rows and columns of a matrix, which is not changed. */
  public static SymmetricEigen of(double[][] matrix, int size) {
    double[][] a = new double[size][size];
    double[][] vectors = new double[size][size];
    for (int i = 0; i < size; i++) {
      System.arraycopy(matrix[i], 0, a[i], 0, size);
      vectors[i][i] = 1;
    }
    for (int sweep = 0; sweep < MOST_SWEEPS && !isDiagonal(a); sweep++) {
      for (int p = 0; p < size; p++) {
        for (int q = p + 1; q < size; q++) {
          rotate(a, vectors, p, q);
        }
      }
    }
    int[] order =
        IntStream.range(0, size)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -a[i][i]))
            .mapToInt(Integer::intValue)
            .toArray();
    return new SymmetricEigen(a, vectors, order);
  }

  /** The eigenvalue of a rank, 0 being the largest. */
  public double value(int rank) {
    return a[order[rank]][order[rank]];
  }

  /** The eigenvector of a rank, of unit length. */
  public double[] vector(int rank) {
    return IntStream.range(0, a.length).mapToDouble(i -> vectors[i][order[rank]]).toArray();
  }

  private static boolean isDiagonal(double[][] a) {
    double off = 0;
    double diagonal = 0;
    for (int i = 0; i < a.length; i++) {
      diagonal += a[i][i] * a[i][i];
      for (int j = i + 1; j < a.length; j++) {
        off += a[i][j] * a[i][j];
      }
    }
    return off <= 1e-30 * diagonal;
  }

  /** Turns the plane of two axes so that their entry becomes zero. */
  private static void rotate(double[][] a, double[][] vectors, int p, int q) {
    if (a[p][q] == 0) {
      return;
    }
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.hypot(theta, 1));
    double cos = 1 / Math.hypot(t, 1);
    double sin = t * cos;
    for (int i = 0; i < a.length; i++) {
      double x = a[i][p];
      double y = a[i][q];
      a[i][p] = cos * x - sin * y;
      a[i][q] = sin * x + cos * y;
    }
    for (int i = 0; i < a.length; i++) {
      double x = a[p][i];
      double y = a[q][i];
      a[p][i] = cos * x - sin * y;
      a[q][i] = sin * x + cos * y;
    }
    for (double[] row : vectors) {
      double x = row[p];
      double y = row[q];
      row[p] = cos * x - sin * y;
      row[q] = sin * x + cos * y;
    }
  }
}
