package drover.steering.linalg;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The difference between the means of two classes, multiplied by the inverse of the covariance
 * within the classes (Fisher's linear discriminant): of all directions the one along which the
 * classes are farthest apart for their width.
 *
 * <p>The covariance S of n rows of width p, each less the mean of its class, is shrunk towards a
 * multiple of the identity: {@code (1 - k) S + k m I} with {@code m = tr(S) / p}. So it has an
 * inverse even with fewer rows than columns. The equations are solved in the smaller of n and p
 * dimensions.
 */
public final class WhitenedDifference {
  /** The least shrinkage: without any, what no row varies in would have no inverse. */
  private static final double LEAST_SHRINKAGE = 1e-6;

  /** Rows of a matrix of products that are computed together. */
  private static final int BLOCK = 16;

  private final double[] difference;
  private final double[][] rows;
  private final OptionalDouble share;

  /** Rows less the means of their classes, in both. */
  private WhitenedDifference(float[][] positive, float[][] negative, OptionalDouble share) {
    this.share = share;
    double[] positiveMean = Vectors.mean(positive);
    double[] negativeMean = Vectors.mean(negative);
    this.difference = positiveMean.clone();
    Vectors.add(difference, -1, negativeMean);
    this.rows = new double[positive.length + negative.length][];
    for (int r = 0; r < rows.length; r++) {
      boolean first = r < positive.length;
      float[] row = first ? positive[r] : negative[r - positive.length];
      double[] mean = first ? positiveMean : negativeMean;
      rows[r] = new double[mean.length];
      for (int i = 0; i < mean.length; i++) {
        rows[r][i] = row[i] - mean[i];
      }
    }
  }

  /**
   * The direction from the negative to the positive class, of unit length; zero where the means are
   * equal.
   *
   * @param positive {@code [positives][width]}
   * @param negative {@code [negatives][width]}
   * @param share k, from 0, which leaves hardly any of the identity, to 1, which leaves only that
   *     and so gives the difference of the means itself
   */
  public static float[] of(float[][] positive, float[][] negative, double share) {
    return of(positive, negative, OptionalDouble.of(share));
  }

  /**
   * The same with the k that Ledoit and Wolf derive for rows that are independent (A
   * well-conditioned estimator for large-dimensional covariance matrices, 2004): {@code min(1,
   * sum_i |x_i x_i^T - S|^2 / n^2 / |S - m I|^2)}, the norms being Frobenius's.
   */
  public static float[] ofLedoitWolf(float[][] positive, float[][] negative) {
    return of(positive, negative, OptionalDouble.empty());
  }

  private static float[] of(float[][] positive, float[][] negative, OptionalDouble share) {
    return Vectors.unit(new WhitenedDifference(positive, negative, share).whitened());
  }

  private double[] whitened() {
    int n = rows.length;
    int p = difference.length;
    double[][] products = n <= p ? products() : scatter();
    double trace = 0;
    for (int i = 0; i < products.length; i++) {
      trace += products[i][i] / n;
    }
    if (trace == 0) {
      return difference;
    }
    double shrinkage =
        Math.clamp(share.orElseGet(() -> ledoitWolf(products)), LEAST_SHRINKAGE, 1.0);
    double ridge = shrinkage * trace / p;
    return n <= p
        ? solveByRows(products, (1 - shrinkage) / n, ridge)
        : solve(products, (1 - shrinkage) / n, ridge);
  }

  /**
   * Ledoit and Wolf's share: {@code sum_i |x_i x_i^T - S|^2} is {@code sum_i |x_i|^4 - n |S|^2}.
   *
   * @param products lower triangle; its Frobenius norm is {@code n |S|} either way
   */
  private double ledoitWolf(double[][] products) {
    int n = rows.length;
    double trace = 0;
    double squares = 0;
    for (int i = 0; i < products.length; i++) {
      trace += products[i][i] / n;
      squares += 2 * Vectors.dot(products[i], products[i], i) + products[i][i] * products[i][i];
    }
    squares /= (double) n * n;
    double fourth = 0;
    for (double[] row : rows) {
      double square = Vectors.dot(row, row);
      fourth += square * square;
    }
    double noise = (fourth / n - squares) / n;
    double spread = squares - trace * trace / difference.length;
    return spread <= 0 ? 1 : noise / spread;
  }

  /** {@code (factor X^T X + ridge I)^-1 d}, the matrix being {@code X^T X}. */
  private double[] solve(double[][] matrix, double factor, double ridge) {
    regularize(matrix, factor, ridge);
    return Cholesky.solve(matrix, difference);
  }

  /**
   * The same by way of the rows' products {@code X X^T} (Woodbury): {@code (d - factor X^T (factor
   * X X^T + ridge I)^-1 X d) / ridge}.
   */
  private double[] solveByRows(double[][] matrix, double factor, double ridge) {
    double[] projections =
        Arrays.stream(rows).mapToDouble(x -> Vectors.dot(x, difference)).toArray();
    regularize(matrix, factor, ridge);
    double[] weights = Cholesky.solve(matrix, projections);
    double[] result = difference.clone();
    for (int r = 0; r < rows.length; r++) {
      Vectors.add(result, -factor * weights[r], rows[r]);
    }
    Vectors.scale(result, 1 / ridge);
    return result;
  }

  private static void regularize(double[][] matrix, double factor, double ridge) {
    for (int i = 0; i < matrix.length; i++) {
      Vectors.scale(matrix[i], factor);
      matrix[i][i] += ridge;
    }
  }

  /** {@code X X^T [n][n]}, lower triangle. */
  private double[][] products() {
    double[][] products = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      products[i] = new double[i + 1];
    }
    eachBlock(
        rows.length,
        (start, end) -> {
          for (int j = 0; j < end; j++) {
            for (int i = Math.max(start, j); i < end; i++) {
              products[i][j] = Vectors.dot(rows[i], rows[j]);
            }
          }
        });
    return products;
  }

  /** {@code X^T X [p][p]}, lower triangle. */
  private double[][] scatter() {
    double[][] scatter = new double[difference.length][];
    for (int i = 0; i < scatter.length; i++) {
      scatter[i] = new double[i + 1];
    }
    // A few rows of the result stay in cache while all rows of X pass by, four at a time.
    eachBlock(
        scatter.length,
        (start, end) -> {
          int r = 0;
          for (; r + 4 <= rows.length; r += 4) {
            for (int i = start; i < end; i++) {
              Vectors.addFour(scatter[i], i, rows[r], rows[r + 1], rows[r + 2], rows[r + 3]);
            }
          }
          for (; r < rows.length; r++) {
            for (int i = start; i < end; i++) {
              Vectors.add(scatter[i], rows[r][i], rows[r]);
            }
          }
        });
    return scatter;
  }

  /** Rows of a result, from one to before another. */
  private interface BlockWork {
    void run(int start, int end);
  }

  private static void eachBlock(int rows, BlockWork work) {
    IntStream.range(0, (rows + BLOCK - 1) / BLOCK)
        .parallel()
        .forEach(block -> work.run(block * BLOCK, Math.min((block + 1) * BLOCK, rows)));
  }
}
