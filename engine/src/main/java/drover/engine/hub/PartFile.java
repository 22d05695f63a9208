package drover.engine.hub;

import drover.engine.io.AtomicFile;
import drover.engine.io.DroverException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file on its way: what has arrived so far, with the hash of it kept up to date. It survives the
 * process, so that a later one can go on from there.
 */
final class PartFile implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path path;
  private final HubFile file;
  private final FileChannel channel;
  private final MessageDigest digest;
  private long length;

  private PartFile(Path path, HubFile file, FileChannel channel) {
    this.path = path;
    this.file = file;
    this.channel = channel;
    this.digest = digest(file);
  }

  /** Opens what is there of a file, or begins it. */
  static PartFile open(Path path, HubFile file) {
    try {
      FileChannel channel =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      PartFile part = new PartFile(path, file, channel);
      part.lock();
      part.restartDigest();
      part.length = part.addToDigest(channel);
      return part;
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(path, e);
    }
  }

  /** Whether a finished file has the size and hash that the hub lists, as far as it lists them. */
  static boolean isComplete(Path finished, HubFile file) {
    if (!Files.isRegularFile(finished) || !hasHash(file)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(finished, StandardOpenOption.READ)) {
      if (file.size().isPresent() && channel.size() != file.size().getAsLong()) {
        return false;
      }
      PartFile whole = new PartFile(finished, file, channel);
      whole.restartDigest();
      whole.length = whole.addToDigest(channel);
      return whole.hasExpectedHash();
    } catch (IOException _) {
      return false;
    }
  }

  /** Whether the hub lists a hash of this file that can be checked. */
  static boolean hasHash(HubFile file) {
    return file.sha256().isPresent() || (file.gitSha1().isPresent() && file.size().isPresent());
  }

  private void lock() throws IOException {
    boolean locked;
    try {
      locked = channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      locked = false;
    }
    if (!locked) {
      channel.close();
      throw new DroverException(path + " is being written by another download");
    }
  }

  long length() {
    return length;
  }

  void append(byte[] bytes, int count) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
      long at = length;
      while (buffer.hasRemaining()) {
        at += channel.write(buffer, at);
      }
      digest.update(bytes, 0, count);
      length = at;
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(path, e);
    }
  }

  /** Forgets what has arrived. */
  void restart() {
    try {
      channel.truncate(0);
      length = 0;
      restartDigest();
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(path, e);
    }
  }

  /** Whether what has arrived has the hash that the hub lists; true where it lists none. */
  boolean hasExpectedHash() {
    if (!hasHash(file)) {
      return true;
    }
    String expected = file.sha256().or(file::gitSha1).orElseThrow();
    try {
      MessageDigest copy = (MessageDigest) digest.clone();
      return HexFormat.of().formatHex(copy.digest()).equals(expected);
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("the JDK's own digests can be cloned", e);
    }
  }

  /** Gives the file its name. */
  void moveTo(Path target) {
    try {
      channel.close();
      AtomicFile.moveInto(path, target);
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(target, e);
    }
  }

  /** Removes what has arrived. */
  void delete() {
    try {
      channel.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(path, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(path, e);
    }
  }

  private void restartDigest() {
    digest.reset();
    if (file.sha256().isEmpty() && file.size().isPresent()) {
      digest.update(("blob " + file.size().getAsLong() + "\0").getBytes(StandardCharsets.US_ASCII));
    }
  }

  private long addToDigest(FileChannel content) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    long at = 0;
    while (content.read(buffer.clear(), at) > 0) {
      at += buffer.flip().remaining();
      digest.update(buffer);
    }
    return at;
  }

  private static MessageDigest digest(HubFile file) {
    try {
      return MessageDigest.getInstance(file.sha256().isPresent() ? "SHA-256" : "SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256 and SHA-1", e);
    }
  }
}
