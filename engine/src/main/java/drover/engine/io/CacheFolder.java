package drover.engine.io;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/** Where the system keeps what a program may make again. */
public final class CacheFolder {
  /** The environment variable that names another place. */
  public static final String VARIABLE = "DROVER_CACHE";

  private CacheFolder() {}

  /** This process's. */
  public static Path ofProcess() {
    return of(System.getenv(), System.getProperties());
  }

  /**
   * What {@link #VARIABLE} says, or else the system's place for the user's caches: on Linux that of
   * the XDG Base Directory Specification, which ignores paths that are not absolute.
   */
  static Path of(Map<String, String> environment, Properties properties) {
    String chosen = environment.getOrDefault(VARIABLE, "");
    if (!chosen.isEmpty()) {
      return Path.of(chosen).toAbsolutePath();
    }
    Path home = Path.of(properties.getProperty("user.home"));
    String system = properties.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (system.startsWith("windows")) {
      return absolute(environment.get("LOCALAPPDATA"), home.resolve("AppData/Local"))
          .resolve("drover/cache");
    }
    if (system.startsWith("mac")) {
      return home.resolve("Library/Caches/drover");
    }
    return absolute(environment.get("XDG_CACHE_HOME"), home.resolve(".cache")).resolve("drover");
  }

  private static Path absolute(String named, Path otherwise) {
    return named != null && Path.of(named).isAbsolute() ? Path.of(named) : otherwise;
  }
}
