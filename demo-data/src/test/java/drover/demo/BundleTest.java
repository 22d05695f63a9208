package drover.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import drover.engine.io.DroverException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleTest {
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000);

  @TempDir Path cache;
  private final Map<String, byte[]> files = new TreeMap<>();

  @BeforeEach
  void fill() {
    byte[] weights = new byte[300_000];
    new Random(1).nextBytes(weights);
    files.put("model/weights", weights);
    files.put("model/config", "{}\n".getBytes(UTF_8));
    files.put("data/questions", "[]\n".getBytes(UTF_8));
  }

  @Test
  void aFreshCacheGetsEveryFileOfTheFolderAndNoOther() throws Exception {
    Path folder = bundle().copyInto(cache.resolve("not/yet/there"), "model");

    assertThat(content(folder.getParent()))
        .containsOnlyKeys("model/weights", "model/config")
        .allSatisfy((name, bytes) -> assertThat(bytes).isEqualTo(files.get(name)));
  }

  @Test
  void aWholeCopyIsLeftAsItIs() throws Exception {
    Path folder = bundle().copyInto(cache, "model");
    for (String name : List.of("weights", "config")) {
      Files.setLastModifiedTime(folder.resolve(name), LONG_AGO);
    }

    bundle().copyInto(cache, "model");

    assertThat(Files.getLastModifiedTime(folder.resolve("weights"))).isEqualTo(LONG_AGO);
    assertThat(Files.getLastModifiedTime(folder.resolve("config"))).isEqualTo(LONG_AGO);
  }

  @Test
  void aFileThatIsCutShortIsMended() throws Exception {
    Path weights = bundle().copyInto(cache, "model").resolve("weights");
    Files.write(weights, new byte[10]);

    assertMended();
  }

  @Test
  void aFileOfTheRightSizeWithOneWrongBitIsMended() throws Exception {
    Path weights = bundle().copyInto(cache, "model").resolve("weights");
    byte[] altered = files.get("model/weights").clone();
    altered[123_456] ^= 1;
    Files.write(weights, altered);

    assertMended();
  }

  @Test
  void aMissingFileIsMended() throws Exception {
    Files.delete(bundle().copyInto(cache, "model").resolve("config"));

    assertMended();
  }

  private void assertMended() throws Exception {
    Path folder = bundle().copyInto(cache, "model");
    assertThat(content(folder.getParent()))
        .containsOnlyKeys("model/weights", "model/config")
        .allSatisfy((name, bytes) -> assertThat(bytes).isEqualTo(files.get(name)));
  }

  @Test
  void otherContentHasAnotherFolder() throws Exception {
    Path before = bundle().copyInto(cache, "model");
    files.put("model/config", "{ }\n".getBytes(UTF_8));

    assertThat(bundle().copyInto(cache, "model")).isNotEqualTo(before);
    assertThat(before.resolve("config")).hasContent("{}\n");
  }

  @Test
  void eightThreadsAtOnceAllFindItWhole() throws Exception {
    Callable<Map<String, byte[]>> copyAndRead =
        () -> {
          Path folder = bundle().copyInto(cache, "model");
          // By name: another thread's temporary files come and go beside them.
          return Map.of(
              "model/weights", Files.readAllBytes(folder.resolve("weights")),
              "model/config", Files.readAllBytes(folder.resolve("config")));
        };
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (var result : threads.invokeAll(Stream.generate(() -> copyAndRead).limit(8).toList())) {
        assertThat(result.get())
            .containsOnlyKeys("model/weights", "model/config")
            .allSatisfy((name, bytes) -> assertThat(bytes).isEqualTo(files.get(name)));
      }
    }
    assertMended();
  }

  @Test
  void aCacheThatIsNoFolderIsRefusedInOneSentenceThatSaysWhatToSet() throws Exception {
    Path file = Files.createFile(cache.resolve("file"));

    assertThatThrownBy(() -> bundle().copyInto(file, "model"))
        .isInstanceOf(DroverException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining("cannot be written")
        .hasMessageEndingWith("; set DROVER_CACHE to a folder that can be written");
  }

  @Test
  void aFolderThatMayNotBeWrittenIsRefusedInOneSentence() {
    assumeReadOnlyHolds();

    assertThatThrownBy(() -> bundle().copyInto(cache, "model"))
        .isInstanceOf(DroverException.class)
        .hasMessageEndingWith(
            "cannot be written: permission is denied;"
                + " set DROVER_CACHE to a folder that can be written");
  }

  @Test
  void aWholeCopyThatMayNotBeWrittenServes() throws Exception {
    Path folder = bundle().copyInto(cache, "model");
    assertThat(folder.toFile().setWritable(false)).isTrue();

    assertThat(bundle().copyInto(cache, "model")).isEqualTo(folder);
  }

  private void assumeReadOnlyHolds() {
    assertThat(cache.toFile().setWritable(false)).isTrue();
    assumeFalse(Files.isWritable(cache), "this user may write into folders that are read-only");
  }

  @Test
  void aDamagedJarIsRefusedAndLeavesNothing() throws Exception {
    Bundle bundle = bundle();
    files.put("model/config", "[]\n".getBytes(UTF_8));

    assertThatThrownBy(() -> bundle.copyInto(cache, "model"))
        .isInstanceOf(DroverException.class)
        .hasMessageContaining("damaged")
        .hasMessageContaining("model/config");
    assertThat(content(cache)).isEmpty();
  }

  /** The files as they are now, with the sums that they had when the bundle was made. */
  private Bundle bundle() {
    StringBuilder sums = new StringBuilder();
    files.forEach(
        (name, bytes) -> sums.append(sha256(bytes)).append("  ").append(name).append('\n'));
    return new Bundle(
        name -> {
          if (name.equals(Bundle.SUMS)) {
            return sums.toString().getBytes(UTF_8);
          }
          if (!files.containsKey(name)) {
            throw new NoSuchFileException(name);
          }
          return files.get(name);
        });
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** The files below a folder by their path in it. */
  private static Map<String, byte[]> content(Path root) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> paths = Files.walk(root)) {
      paths.filter(path -> !path.getFileName().toString().endsWith(".tmp")).forEach(found::add);
    }
    Map<String, byte[]> content = new HashMap<>();
    for (Path path : found) {
      if (Files.isRegularFile(path)) {
        content.put(root.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
      }
    }
    return content;
  }
}
