package drover.steering.linalg;

/**
 * The scatter matrix {@code X^T X} of rows X {@code [rows][width]}, which nobody needs to form:
 * whoever looks for its largest eigenvalues multiplies it with vectors.
 */
public interface Scatter {
  /** How many rows. */
  int rows();

  /** Their width. */
  int width();

  /** Its trace: the sum of the squares of all elements. */
  double trace();

  /**
   * Times a vector.
   *
   * @param v {@code [width]}
   * @return {@code [width]}
   */
  double[] times(double[] v);
}
