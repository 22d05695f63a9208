package drover.kernels;

/**
 * A mutable F32 array of shape {@code [rows, width]}, row-major, that lives on a {@link Device}.
 *
 * <p>Its contents are read and written only through the device that made it. Closing it frees its
 * memory; it must not be used after that.
 */
public interface DeviceArray extends AutoCloseable {
  /** Number of rows. */
  int rows();

  /** Number of elements of a row. */
  int width();

  @Override
  void close();
}
