package drover.steering;

/** Hears how far long work has come, on the thread that does it. */
@FunctionalInterface
public interface Progress {
  /** Hears nothing. */
  Progress NONE = (done, total) -> {};

  /**
   * Called now and then.
   *
   * @param done tokens computed so far
   * @param total tokens to compute in all
   */
  void at(long done, long total);
}
