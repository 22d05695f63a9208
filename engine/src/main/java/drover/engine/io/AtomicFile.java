package drover.engine.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A file that appears under its name only when it is whole: bytes go to a temporary file in the
 * same folder, {@link #commit} moves it into place, and {@link #close} without a commit removes it.
 * Not for use by several threads at once.
 */
public final class AtomicFile implements AutoCloseable {
  /** Opens the temporary file; a seam for tests of full disks. */
  interface Opener {
    FileChannel open(Path temporary) throws IOException;
  }

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private boolean committed;

  private AtomicFile(Path target, Path temporary, FileChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
  }

  /**
   * Begins a file that will replace whatever has its name.
   *
   * @throws DroverException if the folder is missing or cannot be written, or the name is a
   *     folder's
   */
  public static AtomicFile create(Path target) {
    return create(
        target,
        temporary ->
            FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  static AtomicFile create(Path target, Opener opener) {
    if (Files.isDirectory(target)) {
      throw new DroverException(target + " is a folder, but a file is to be written there");
    }
    Path folder = folder(target);
    if (!Files.isDirectory(folder)) {
      throw new DroverException(
          target + " cannot be written: " + folder + " is not an existing folder");
    }
    Path temporary = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      return new AtomicFile(target, temporary, opener.open(temporary));
    } catch (IOException e) {
      throw cannotWrite(target, e);
    }
  }

  /** Writes a whole file of UTF-8 text. */
  public static void writeString(Path target, String text) {
    try (AtomicFile file = create(target)) {
      file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      file.commit();
    }
  }

  /**
   * Refuses at once what the disk has no room for.
   *
   * @param bytes how many more bytes are to be written for {@code target}
   * @throws DroverException if the disk says that it has fewer
   */
  public static void requireRoom(Path target, long bytes) {
    try {
      FileStore store = Files.getFileStore(folder(target));
      long free = store.getUsableSpace();
      // Some network file systems do not tell and answer 0 for everything.
      if (store.getTotalSpace() > 0 && bytes > free) {
        throw new DroverException(
            target
                + " cannot be written: it needs "
                + bytes
                + " bytes, but the disk has only "
                + free
                + " free");
      }
    } catch (IOException e) {
      throw cannotWrite(target, e);
    }
  }

  /** The refusal of a file that cannot be written, with the reason. */
  public static DroverException cannotWrite(Path target, IOException error) {
    return new DroverException(target + " cannot be written: " + IoErrors.reason(error), error);
  }

  /** Appends the buffer's remaining bytes. */
  public void write(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw cannotWrite(target, e);
    }
  }

  /** Writes the buffer's remaining bytes at a position, which may lie beyond the end. */
  public void write(ByteBuffer bytes, long position) {
    try {
      long at = position;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      throw cannotWrite(target, e);
    }
  }

  /** Moves the file into place. Nothing may be written afterwards. */
  public void commit() {
    try {
      channel.close();
      moveInto(temporary, target);
      committed = true;
    } catch (IOException e) {
      throw cannotWrite(target, e);
    }
  }

  /** Moves a finished file over another in the same folder, at once where the system can. */
  public static void moveInto(Path finished, Path target) throws IOException {
    try {
      Files.move(
          finished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(finished, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Removes the temporary file, unless it was committed. */
  @Override
  public void close() {
    if (committed) {
      return;
    }
    try {
      channel.close();
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw new DroverException(temporary + " cannot be removed: " + IoErrors.reason(e), e);
    }
  }

  private static Path folder(Path target) {
    return target.toAbsolutePath().getParent();
  }
}
