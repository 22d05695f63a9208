package drover.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets long work notice that the process is interrupted (Ctrl-C) and keep what it has: the process
 * waits until this is closed before it ends.
 */
final class Interruption implements AutoCloseable {
  /** Longer than this nobody waits for the end of what was interrupted. */
  private static final int MOST_SECONDS = 120;

  private final CountDownLatch done = new CountDownLatch(1);
  private final ExitHook hook;
  private volatile boolean requested;

  /**
   * @param notice called when the interruption comes, on a thread of its own
   */
  Interruption(Runnable notice) {
    this.hook =
        new ExitHook(
            () -> {
              request();
              notice.run();
              awaitWork();
            });
  }

  /** Asks the work to come to an end. */
  void request() {
    requested = true;
  }

  private void awaitWork() {
    try {
      done.await(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      // The process ends in any case.
    }
  }

  /** Whether the work shall come to an end. */
  boolean isRequested() {
    return requested;
  }

  @Override
  public void close() {
    done.countDown();
    hook.close();
  }
}
