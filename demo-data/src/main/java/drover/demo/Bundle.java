package drover.demo;

import drover.engine.io.AtomicFile;
import drover.engine.io.CacheFolder;
import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Files that are copied from the jar into a cache folder.
 *
 * <p>Each file appears under its name only when it is whole, and only in place of one that is not
 * what it should be. So a copy that another process reads is never touched, and two that copy at
 * once write the same bytes: no lock is needed.
 */
final class Bundle {
  /** The list of the files with their sums, as {@code sha256sum} writes it. */
  static final String SUMS = "SHA256SUMS";

  /** Where the bytes come from. */
  interface Source {
    byte[] read(String name) throws IOException;
  }

  /**
   * One file.
   *
   * @param name its path below the folder, with slashes
   * @param sum its SHA-256 in hexadecimal digits
   */
  private record Entry(String name, String sum) {}

  private final Source source;
  private final List<Entry> entries;
  private final String key;

  /** The files that a source's {@link #SUMS} names. */
  Bundle(Source source) {
    this.source = source;
    byte[] sums = read(SUMS);
    this.entries =
        new String(sums, StandardCharsets.UTF_8)
            .lines()
            .map(line -> line.split(" {2}", 2))
            .map(parts -> new Entry(parts[1], parts[0]))
            .toList();
    this.key = sha256(sums).substring(0, 16);
  }

  /** Those that lie beside this class. */
  static Bundle ofJar() {
    return new Bundle(Bundle::resource);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = Bundle.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar has no " + name + " beside " + Bundle.class);
      }
      return in.readAllBytes();
    }
  }

  /**
   * Sees to it that a folder of the bundle lies whole in a cache folder.
   *
   * @return the folder, whose path depends on the content: other versions have other folders
   * @throws DroverException if it does not and cannot be written
   */
  Path copyInto(Path cache, String folder) {
    Path root = cache.resolve("demo-" + key);
    for (Entry entry : entries) {
      Path target = root.resolve(entry.name());
      if (entry.name().startsWith(folder + "/") && !isWhole(target, entry.sum())) {
        copy(entry, target);
      }
    }
    return root.resolve(folder);
  }

  private static boolean isWhole(Path file, String sum) {
    try {
      return Files.isRegularFile(file) && sha256(Files.readAllBytes(file)).equals(sum);
    } catch (IOException e) {
      return false;
    }
  }

  private void copy(Entry entry, Path target) {
    byte[] bytes = read(entry.name());
    if (!sha256(bytes).equals(entry.sum())) {
      throw new DroverException(
          "the demo data in Drover's jar is damaged: "
              + entry.name()
              + " has not the SHA-256 that the jar names for it");
    }
    try {
      createFolders(target);
      try (AtomicFile file = AtomicFile.create(target)) {
        file.write(ByteBuffer.wrap(bytes));
        file.commit();
      }
    } catch (DroverException e) {
      throw new DroverException(
          e.getMessage() + "; set " + CacheFolder.VARIABLE + " to a folder that can be written", e);
    }
  }

  private static void createFolders(Path target) {
    try {
      Files.createDirectories(target.getParent());
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(target, e);
    }
  }

  private byte[] read(String name) {
    try {
      return source.read(name);
    } catch (IOException e) {
      throw new DroverException(name + " in Drover's jar cannot be read: " + IoErrors.reason(e), e);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
