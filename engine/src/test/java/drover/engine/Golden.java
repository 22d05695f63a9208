package drover.engine;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/** The small models with data from HuggingFace transformers, under src/test/resources/golden. */
public final class Golden {
  private Golden() {}

  /** The folder of a small model: "tiny-llama3-rope" or "tiny-sharded". */
  public static Path folder(String name) {
    URL config = Golden.class.getResource("/golden/" + name + "/config.json");
    try {
      return Path.of(config.toURI()).getParent();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
