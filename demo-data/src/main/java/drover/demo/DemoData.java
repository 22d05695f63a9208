package drover.demo;

import drover.engine.io.CacheFolder;
import drover.engine.io.DroverException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;

/**
 * The small model that ships with Drover and the data files of the tutorial, written for it.
 *
 * <p>Both lie in the jar. A model has to lie on the disk to be opened, so what is asked for is
 * copied once into the user's cache folder: the one that the environment variable {@code
 * DROVER_CACHE} names, or else the system's usual one. Every call checks the copy by its SHA-256
 * and mends it where it is not whole. Any number of threads and processes may do so at once.
 *
 * <pre>{@code
 * try (Llama model = Llama.open(DemoData.model())) {
 *   ...
 * }
 * }</pre>
 */
public final class DemoData {
  /** Questions: {@code {"train": [{"question"}], "test": [...]}}. */
  public static final String ALPACA = "alpaca.json";

  /**
   * Beginnings of answers: {@code {"non_compliant_responses": [...], "compliant_responses":
   * [...]}}.
   */
  public static final String BEHAVIOR_REFUSAL = "behavior_refusal.json";

  /** Pairs of prompts: {@code {"train": [{"harmful", "harmless"}], "test": [...]}}. */
  public static final String CONDITION_HARMFUL = "condition_harmful.json";

  /**
   * Six prompts a row: {@code {"train": [{"base", "sexual_content", "legal_opinion", "hate_speech",
   * "crime_planning", "health_consultation"}], "test": [...]}}.
   */
  public static final String CONDITION_MULTIPLE = "condition_multiple.json";

  private static final List<String> FILES =
      List.of(ALPACA, BEHAVIOR_REFUSAL, CONDITION_HARMFUL, CONDITION_MULTIPLE);

  private DemoData() {}

  /**
   * The folder of the small model, as HuggingFace lays one out.
   *
   * @throws DroverException if it cannot be copied into the cache folder
   */
  public static Path model() {
    return folder("model");
  }

  /**
   * The folder of the four data files.
   *
   * @throws DroverException if they cannot be copied into the cache folder
   */
  public static Path data() {
    return folder("data");
  }

  /**
   * One of the four data files.
   *
   * @param name such as {@link #ALPACA}
   * @throws DroverException if there is no such file, or it cannot be copied into the cache folder
   */
  public static Path file(String name) {
    if (!FILES.contains(name)) {
      throw new DroverException(name + " is not a demo data file, expected one of " + FILES);
    }
    return data().resolve(name);
  }

  private static Path folder(String name) {
    URL sums = DemoData.class.getResource(Bundle.SUMS);
    if (sums != null && sums.getProtocol().equals("file")) {
      return Path.of(uri(sums)).resolveSibling(name);
    }
    return Bundle.ofJar().copyInto(CacheFolder.ofProcess(), name);
  }

  private static URI uri(URL url) {
    try {
      return url.toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
