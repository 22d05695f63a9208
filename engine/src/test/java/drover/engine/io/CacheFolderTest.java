package drover.engine.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheFolderTest {
  @TempDir Path home;

  @Test
  void theVariableComesFirst() {
    assertThat(on("Linux", Map.of("DROVER_CACHE", home.resolve("mine").toString())))
        .isEqualTo(home.resolve("mine"));
  }

  @Test
  void anEmptyVariableCountsAsNone() {
    assertThat(on("Linux", Map.of("DROVER_CACHE", ""))).isEqualTo(home.resolve(".cache/drover"));
  }

  @Test
  void linuxHasXdgCacheHome() {
    String xdg = home.resolve("xdg").toString();
    assertThat(on("Linux", Map.of("XDG_CACHE_HOME", xdg))).isEqualTo(Path.of(xdg, "drover"));
    assertThat(on("Linux", Map.of("XDG_CACHE_HOME", "relative")))
        .isEqualTo(home.resolve(".cache/drover"));
  }

  @Test
  void theOthersHaveTheirOwnPlaces() {
    assertThat(on("Mac OS X", Map.of())).isEqualTo(home.resolve("Library/Caches/drover"));
    assertThat(on("Windows 11", Map.of("LOCALAPPDATA", home.resolve("local").toString())))
        .isEqualTo(home.resolve("local/drover/cache"));
  }

  private Path on(String system, Map<String, String> environment) {
    Properties properties = new Properties();
    properties.setProperty("user.home", home.toString());
    properties.setProperty("os.name", system);
    return CacheFolder.of(environment, properties);
  }
}
