package drover.steering;

/** Hears how far long work has come, on the thread that does it, and may stop it. */
@FunctionalInterface
public interface Progress {
  /** Hears nothing. */
  Progress NONE = (_, _) -> {};

  /**
   * Called now and then.
   *
   * @param done tokens computed so far
   * @param total tokens to compute in all
   */
  void at(long done, long total);

  /**
   * Asked now and then: whether the work shall stop, as soon as it can, with what is complete.
   * Never, unless overridden.
   */
  default boolean isStopped() {
    return false;
  }
}
