package drover.engine;

/** Measures of the difference between what is computed and what is expected. */
final class Errors {
  private Errors() {}

  /** The largest absolute difference. */
  static double absolute(float[][] actual, float[][] expected) {
    double largest = 0;
    for (int r = 0; r < expected.length; r++) {
      for (int i = 0; i < expected[r].length; i++) {
        largest = Math.max(largest, Math.abs((double) actual[r][i] - expected[r][i]));
      }
    }
    return largest;
  }

  /** The largest difference of an element, in units of the norm of its expected row. */
  static double relativeToRow(float[][] actual, float[][] expected) {
    double largest = 0;
    for (int r = 0; r < expected.length; r++) {
      double squares = 0;
      for (float x : expected[r]) {
        squares += (double) x * x;
      }
      for (int i = 0; i < expected[r].length; i++) {
        double difference = Math.abs((double) actual[r][i] - expected[r][i]);
        largest = Math.max(largest, difference / Math.sqrt(squares));
      }
    }
    return largest;
  }
}
