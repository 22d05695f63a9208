package drover.steering;

/** How a condition compares a pooled row x with its direction d. */
public enum Similarity {
  /**
   * The cosine of x and {@code tanh(P x)}, element by element, P projecting on d: as Lee et al.
   * (CAST, ICLR 2025) and the Python library have it. It does not depend on the sign of d.
   */
  PROJECTED,
  /** The cosine of x and d. */
  COSINE,
  /** The length of x along d: {@code x . d / |d|}. */
  SIGNED;

  /**
   * The similarity of a row and a direction of equal width; 0 where either is zero.
   *
   * @param x {@code [width]}
   * @param d {@code [width]}
   */
  public double of(float[] x, float[] d) {
    double dot = 0;
    double xx = 0;
    double dd = 0;
    for (int i = 0; i < x.length; i++) {
      dot += (double) x[i] * d[i];
      xx += (double) x[i] * x[i];
      dd += (double) d[i] * d[i];
    }
    if (xx == 0 || dd == 0) {
      return 0;
    }
    return switch (this) {
      case SIGNED -> dot / Math.sqrt(dd);
      case COSINE -> dot / (Math.sqrt(xx) * Math.sqrt(dd));
      case PROJECTED -> projected(x, d, dot / dd, Math.sqrt(xx));
    };
  }

  private static double projected(float[] x, float[] d, double scale, double norm) {
    double dot = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      double y = Math.tanh(scale * d[i]);
      dot += x[i] * y;
      yy += y * y;
    }
    return yy == 0 ? 0 : dot / (norm * Math.sqrt(yy));
  }
}
