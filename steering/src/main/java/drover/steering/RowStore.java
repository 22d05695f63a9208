package drover.steering;

import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.List;

/**
 * Rows of many strings at several places, as they become complete: in memory while they are few,
 * outside the heap, where no collector copies them, and in a temporary file where they would take
 * too much of it. Strings that are alike share their rows. All goes when this is closed, or with
 * the process.
 */
final class RowStore implements AutoCloseable {
  /** The most memory that rows take, as far as that is no more than a quarter of the heap. */
  private static final long MOST_MEMORY_BYTES = 256L << 20;

  private final int places;
  private final int width;
  private final BitSet complete = new BitSet();

  /** Which of the rows is a string's. */
  private final int[] index;

  private final Arena arena = Arena.ofShared();

  /** All rows, or those of the file as far as it is mapped. */
  private MemorySegment memory = MemorySegment.NULL;

  private final Path file;
  private final FileChannel channel;
  private final ByteBuffer buffer;
  private int written;

  /**
   * Room for rows of {@code [places][width]} of each of some strings.
   *
   * @param distinct how many of them have rows of their own
   */
  RowStore(int strings, int distinct, int places, int width) {
    this(
        strings,
        distinct,
        places,
        width,
        Math.min(MOST_MEMORY_BYTES, Runtime.getRuntime().maxMemory() / 4),
        Path.of(System.getProperty("java.io.tmpdir")));
  }

  /**
   * @param mostMemoryBytes beyond which a file is used
   * @param folder where
   */
  RowStore(int strings, int distinct, int places, int width, long mostMemoryBytes, Path folder) {
    this.places = places;
    this.width = width;
    this.index = new int[strings];
    long bytes = (long) distinct * places * width * Float.BYTES;
    boolean inMemory = bytes <= mostMemoryBytes;
    this.file = inMemory ? null : temporaryFile(folder);
    this.channel = inMemory ? null : open(file);
    this.buffer =
        ByteBuffer.allocateDirect(inMemory ? 0 : places * width * Float.BYTES)
            .order(ByteOrder.nativeOrder());
    if (inMemory) {
      memory = arena.allocate(bytes, Float.BYTES);
    }
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
   * Keeps the rows of strings that are alike.
   *
   * @param row {@code [places * width]}
   */
  void put(List<Integer> strings, float[] row) {
    if (channel == null) {
      long at = (long) written * places * width * Float.BYTES;
      MemorySegment.copy(row, 0, memory, ValueLayout.JAVA_FLOAT, at, row.length);
    } else {
      write(row);
    }
    for (int string : strings) {
      index[string] = written;
      complete.set(string);
    }
    written++;
  }

  private void write(float[] row) {
    buffer.clear();
    buffer.asFloatBuffer().put(row);
    long position = (long) written * buffer.capacity();
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
    long from = ((long) index[string] * places + place) * width * Float.BYTES;
    MemorySegment.copy(rows(), ValueLayout.JAVA_FLOAT, from, row, 0, width);
    return row;
  }

  /** What is here so far. A file is mapped: then no row takes a call to the system. */
  private synchronized MemorySegment rows() {
    long bytes = (long) written * places * width * Float.BYTES;
    if (memory.byteSize() < bytes) {
      try {
        memory = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
      } catch (IOException e) {
        throw failure(file, e);
      }
    }
    return memory;
  }

  @Override
  public void close() {
    arena.close();
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw failure(file, e);
      }
    }
  }
}
