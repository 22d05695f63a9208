package drover.kernels;

/**
 * {@link Device#scatterTimes} on all threads, in double precision. Plain loops: all that a job asks
 * of them takes a fraction of what its forward passes take.
 */
final class VectorScatter {
  /** Rows that are summed by one thread, whichever, so that threads change no bit. */
  private static final int BLOCK = 256;

  private final Workers workers;

  VectorScatter(Workers workers) {
    this.workers = workers;
  }

  /** Of rows {@code [rows][v.length]}. */
  double[] times(float[] x, int rows, double[] v) {
    double[][] parts = new double[Math.ceilDiv(rows, BLOCK)][v.length];
    workers.forEach(
        parts.length,
        part -> {
          int last = Math.min((part + 1) * BLOCK, rows);
          for (int r = part * BLOCK; r < last; r++) {
            int at = r * v.length;
            add(parts[part], x, at, dot(x, at, v));
          }
        });
    double[] result = parts[0];
    for (int part = 1; part < parts.length; part++) {
      for (int i = 0; i < result.length; i++) {
        result[i] += parts[part][i];
      }
    }
    return result;
  }

  /** In four independent strands, of which a processor runs several at a time. */
  private static double dot(float[] x, int at, double[] v) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int whole = v.length - v.length % 4;
    for (int i = 0; i < whole; i += 4) {
      a += x[at + i] * v[i];
      b += x[at + i + 1] * v[i + 1];
      c += x[at + i + 2] * v[i + 2];
      d += x[at + i + 3] * v[i + 3];
    }
    for (int i = whole; i < v.length; i++) {
      a += x[at + i] * v[i];
    }
    return a + b + (c + d);
  }

  private static void add(double[] sum, float[] x, int at, double factor) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * x[at + i];
    }
  }
}
