package drover.cli;

/**
 * Something to be done if the process is interrupted (Ctrl-C) before this is closed, such as
 * removing a file that is half written.
 */
final class ExitHook implements AutoCloseable {
  private final Thread thread;

  ExitHook(Runnable work) {
    this.thread = new Thread(work, "exit");
    Runtime.getRuntime().addShutdownHook(thread);
  }

  /** Whether the process is on its way out: whatever fails now is no news. */
  static boolean isExiting() {
    try {
      new ExitHook(() -> {}).close();
      return false;
    } catch (IllegalStateException _) {
      return true;
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException _) {
      // The process is exiting, and the work is being done.
    }
  }
}
