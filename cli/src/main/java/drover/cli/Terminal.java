package drover.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a person sits at the standard streams. */
final class Terminal {
  private static final Path LINUX_STDERR = Path.of("/proc/self/fd/2");

  private Terminal() {}

  /** Whether standard input and output are a terminal. */
  @SuppressWarnings("SystemConsoleNull") // JDK 25 gives null again where there is no terminal
  static boolean converses() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** Whether standard error is a terminal; where the system does not tell, as the others are. */
  static boolean showsErrors() {
    try {
      if (Files.isSymbolicLink(LINUX_STDERR)) {
        String device = Files.readSymbolicLink(LINUX_STDERR).toString();
        return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
      }
    } catch (IOException _) {
      // As on a system without that link.
    }
    return converses();
  }
}
