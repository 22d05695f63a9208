package drover.kernels;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether a device is still so new that plain loops finish earlier than Vector API code, which is
 * very slow until the JVM's last compiler has come to it. Both give the same bits.
 */
final class ColdStart {
  /** Multiply-adds of a device's first passes: enough for a short prompt on a small model. */
  private static final long WORK = 6_000_000_000L;

  /** To bring a weight into the order that plain loops need takes as long as this many rows. */
  private static final int ROWS_TO_DECODE = 10;

  private final AtomicLong left;

  /** With {@code work} multiply-adds until the device is warm. */
  ColdStart(long work) {
    left = new AtomicLong(work);
  }

  /** For as long as a first prompt takes. */
  static ColdStart ofDevice() {
    return new ColdStart(WORK);
  }

  boolean isCold() {
    return left.get() > 0;
  }

  /** True if {@code rows} are to be multiplied by plain loops, which is then counted. */
  boolean takes(int rows, Weight weight) {
    if (left.get() <= 0) {
      return false;
    }
    long work = (long) (rows + ROWS_TO_DECODE) * weight.rows() * weight.columns();
    return left.getAndAdd(-work) >= work;
  }
}
