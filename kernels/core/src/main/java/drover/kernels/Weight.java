package drover.kernels;

/**
 * An immutable matrix {@code [rows, columns]} as a model file holds it: row-major, in the file's
 * own type. On a CPU it is the mapped file itself, not a copy.
 */
public interface Weight {
  /** How the elements are stored. */
  DType type();

  /** Number of rows: for a linear layer, of outputs. */
  int rows();

  /** Number of columns: for a linear layer, of inputs. */
  int columns();
}
