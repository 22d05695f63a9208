package drover.cli;

import java.text.MessageFormat;
import java.util.ResourceBundle;

/**
 * Shows the libraries' warnings as the command shows its own notices: one line on stderr, where the
 * JDK's default would add a second line with date and class.
 */
public final class StderrLogging extends System.LoggerFinder {
  @Override
  public System.Logger getLogger(String name, Module module) {
    return new StderrLogger(name);
  }

  private record StderrLogger(String name) implements System.Logger {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean isLoggable(Level level) {
      return level.getSeverity() >= Level.WARNING.getSeverity() && level != Level.OFF;
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
      show(level, message);
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... params) {
      boolean plain = params == null || params.length == 0;
      show(level, plain ? format : MessageFormat.format(format, params));
    }

    private void show(Level level, String message) {
      if (isLoggable(level)) {
        System.err.println("drover: " + message);
      }
    }
  }
}
