package drover.steering;

import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;

/**
 * Rows of many strings at several places, as they become complete: on the heap while they are few,
 * and in a temporary file where they would take too much of it. The file goes when this is closed,
 * or with the process.
 */
final class RowStore implements AutoCloseable {
  /** The most of the heap that rows take, as far as that is no more than a quarter of it. */
  private static final long MOST_HEAP_BYTES = 256L << 20;

  private final int places;
  private final int width;
  private final BitSet complete = new BitSet();
  private final float[][] rows;
  private final Path file;
  private final FileChannel channel;
  private final ByteBuffer buffer;

  /** Room for rows of {@code [places][width]} of each of some strings. */
  RowStore(int strings, int places, int width) {
    this(strings, places, width, Math.min(MOST_HEAP_BYTES, Runtime.getRuntime().maxMemory() / 4));
  }

  /** The same, with the file in the system's folder for temporary files. */
  RowStore(int strings, int places, int width, long mostHeapBytes) {
    this(strings, places, width, mostHeapBytes, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /**
   * @param mostHeapBytes beyond which a file is used
   * @param folder where
   */
  RowStore(int strings, int places, int width, long mostHeapBytes, Path folder) {
    this.places = places;
    this.width = width;
    boolean onHeap = (long) strings * places * width * Float.BYTES <= mostHeapBytes;
    this.rows = onHeap ? new float[strings][] : null;
    this.file = onHeap ? null : temporaryFile(folder);
    this.channel = onHeap ? null : open(file);
    this.buffer =
        ByteBuffer.allocateDirect(onHeap ? 0 : places * width * Float.BYTES)
            .order(ByteOrder.nativeOrder());
  }

  private static Path temporaryFile(Path folder) {
    try {
      return Files.createTempFile(folder, "drover-rows", ".tmp");
    } catch (IOException e) {
      throw new DroverException(
          "the folder for temporary files, %s, cannot hold the rows: %s"
              .formatted(folder, IoErrors.reason(e)),
          e);
    }
  }

  private static FileChannel open(Path file) {
    try {
      return FileChannel.open(
          file,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static DroverException failure(Path file, IOException e) {
    return new DroverException(
        "the temporary file %s cannot hold the rows: %s".formatted(file, IoErrors.reason(e)), e);
  }

  /**
   * Keeps the rows of a string.
   *
   * @param row {@code [places * width]}; not to be changed any more
   */
  void put(int string, float[] row) {
    complete.set(string);
    if (rows != null) {
      rows[string] = row;
      return;
    }
    buffer.clear();
    buffer.asFloatBuffer().put(row);
    long position = (long) string * buffer.capacity();
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer, position + buffer.position());
      }
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /** Whether a string's rows are here. */
  boolean has(int string) {
    return complete.get(string);
  }

  /**
   * A copy of a string's row at a place, {@code [width]}.
   *
   * @throws DroverException if it was never put here
   */
  float[] row(int string, int place) {
    if (!has(string)) {
      throw new DroverException("the work was stopped before all texts were computed");
    }
    float[] row = new float[width];
    if (rows != null) {
      System.arraycopy(rows[string], place * width, row, 0, width);
      return row;
    }
    buffer.clear().limit(width * Float.BYTES);
    long position = ((long) string * places + place) * width * Float.BYTES;
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, position + buffer.position()) < 0) {
          throw new IOException("it has become shorter");
        }
      }
    } catch (IOException e) {
      throw failure(file, e);
    }
    buffer.flip().asFloatBuffer().get(row);
    return row;
  }

  @Override
  public void close() {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw failure(file, e);
      }
    }
  }
}
