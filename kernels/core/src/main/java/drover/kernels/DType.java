package drover.kernels;

/** How the elements of a {@link Weight} are stored. Arithmetic is always in F32. */
public enum DType {
  /** IEEE 754 binary32. */
  F32(4),
  /** IEEE 754 binary16. */
  F16(2),
  /** The upper half of a binary32: 8 bits of exponent, 7 of fraction. */
  BF16(2),
  /** Integers of 8 bits, every 32 of a row with one F16 scale: see {@link Q8}. */
  Q8_0(1) {
    @Override
    public long rowBytes(int columns) {
      return Q8.rowBytes(columns);
    }
  };

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element, without what a row has beside its elements. */
  public int bytes() {
    return bytes;
  }

  /** Bytes of one row, to the beginning of the next. */
  public long rowBytes(int columns) {
    return (long) columns * bytes;
  }
}
