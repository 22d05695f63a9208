package drover.kernels;

/** Large arrays on the Java heap: where one does not fit, a sentence says what would help. */
final class Heap {
  /** Some JVMs refuse lengths closer to the largest int. */
  private static final int LARGEST = Integer.MAX_VALUE - 64;

  private Heap() {}

  /**
   * A new array.
   *
   * @param what what it is for, as the beginning of a sentence
   * @throws DeviceException if no Java array can be so long, or the heap is full
   */
  static float[] floats(long elements, String what) {
    if (elements > LARGEST) {
      throw new DeviceException(
          "%s has %d elements, more than the %d that a Java array holds; use a smaller batch"
              .formatted(what, elements, LARGEST));
    }
    try {
      return new float[(int) elements];
    } catch (OutOfMemoryError e) {
      throw new DeviceException(
          "%s takes %d MB, which the Java heap of at most %d MB has no room for; raise it with -Xmx"
                  .formatted(what, elements >> 18, Runtime.getRuntime().maxMemory() >> 20)
              + " or use a smaller batch",
          e);
    }
  }
}
