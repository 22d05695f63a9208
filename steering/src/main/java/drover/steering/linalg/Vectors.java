package drover.steering.linalg;

/**
 * Sums over arrays of equal length, in double precision. They run in four independent strands,
 * which is faster, in an order of their own that is always the same.
 */
public final class Vectors {
  private static final int STRANDS = 4;

  private Vectors() {}

  /** The dot product of two rows. */
  public static double dot(float[] x, float[] y) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int whole = x.length - x.length % STRANDS;
    for (int i = 0; i < whole; i += STRANDS) {
      a += (double) x[i] * y[i];
      b += (double) x[i + 1] * y[i + 1];
      c += (double) x[i + 2] * y[i + 2];
      d += (double) x[i + 3] * y[i + 3];
    }
    for (int i = whole; i < x.length; i++) {
      a += (double) x[i] * y[i];
    }
    return a + b + (c + d);
  }

  /** The Euclidean norm of a row. */
  public static double norm(float[] x) {
    return Math.sqrt(dot(x, x));
  }

  /** The mean of rows {@code [n][width]}. */
  public static double[] mean(float[][] rows) {
    double[] mean = new double[rows[0].length];
    for (float[] row : rows) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += row[i];
      }
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= rows.length;
    }
    return mean;
  }

  /** The unit vector in the direction of {@code x}; zero where that is zero. */
  public static float[] unit(double[] x) {
    double largest = 0;
    for (double element : x) {
      largest = Math.max(largest, Math.abs(element));
    }
    double squares = 0;
    for (double element : x) {
      squares += largest == 0 ? 0 : element / largest * (element / largest);
    }
    float[] unit = new float[x.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = largest == 0 ? 0 : (float) (x[i] / largest / Math.sqrt(squares));
    }
    return unit;
  }

  /** Of the first {@code length} elements of two vectors. */
  static double dot(double[] x, double[] y, int length) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int whole = length - length % STRANDS;
    for (int i = 0; i < whole; i += STRANDS) {
      a += x[i] * y[i];
      b += x[i + 1] * y[i + 1];
      c += x[i + 2] * y[i + 2];
      d += x[i + 3] * y[i + 3];
    }
    for (int i = whole; i < length; i++) {
      a += x[i] * y[i];
    }
    return a + b + (c + d);
  }

  static double dot(double[] x, double[] y) {
    return dot(x, y, x.length);
  }

  /** {@code y += factor * x}. */
  static void add(double[] y, double factor, double[] x) {
    for (int i = 0; i < y.length; i++) {
      y[i] += factor * x[i];
    }
  }

  /** {@code y += a[i] * a + b[i] * b + c[i] * c + d[i] * d}, of y's length. */
  static void addFour(double[] y, int i, double[] a, double[] b, double[] c, double[] d) {
    double fa = a[i];
    double fb = b[i];
    double fc = c[i];
    double fd = d[i];
    for (int j = 0; j < y.length; j++) {
      y[j] += fa * a[j] + fb * b[j] + (fc * c[j] + fd * d[j]);
    }
  }

  static void scale(double[] x, double factor) {
    for (int i = 0; i < x.length; i++) {
      x[i] *= factor;
    }
  }
}
