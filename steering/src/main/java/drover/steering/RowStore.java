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
 * Rows of many strings at several places, as they become complete: in memory while they are few
 * (outside the heap, where no collector copies them), and in a temporary file where they would take
 * too much of it. Strings that are alike share their rows. Memory and file go when this is closed,
 * the file also with the process.
 */
final class RowStore implements AutoCloseable {
  /** The most memory that rows take, as far as that is no more than a quarter of the heap. */
  private static final long MOST_MEMORY_BYTES = 256L << 20;

  private final int places;
  private final int width;
  private final BitSet complete = new BitSet();
  private final MemorySegment[] rows;

  /** Which of the file's rows is a string's. */
  private final int[] inFile;

  private final Path file;
  private final FileChannel channel;
  private final ByteBuffer buffer;
  private final Arena arena = Arena.ofShared();
  private MemorySegment mapped = MemorySegment.NULL;
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
    boolean inMemory = (long) distinct * places * width * Float.BYTES <= mostMemoryBytes;
    this.rows = inMemory ? new MemorySegment[strings] : null;
    this.inFile = inMemory ? null : new int[strings];
    this.file = inMemory ? null : temporaryFile(folder);
    this.channel = inMemory ? null : open(file);
    this.buffer =
        ByteBuffer.allocateDirect(inMemory ? 0 : places * width * Float.BYTES)
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
   * Keeps the rows of strings that are alike.
   *
   * @param row {@code [places * width]}
   */
  void put(List<Integer> strings, float[] row) {
    if (rows != null) {
      MemorySegment kept = arena.allocateFrom(ValueLayout.JAVA_FLOAT, row);
      strings.forEach(string -> rows[string] = kept);
    } else {
      strings.forEach(string -> inFile[string] = written);
      write(row);
    }
    strings.forEach(complete::set);
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
    written++;
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
      long from = (long) place * width * Float.BYTES;
      MemorySegment.copy(rows[string], ValueLayout.JAVA_FLOAT, from, row, 0, width);
      return row;
    }
    long from = ((long) inFile[string] * places + place) * width * Float.BYTES;
    MemorySegment.copy(mapped(), ValueLayout.JAVA_FLOAT, from, row, 0, width);
    return row;
  }

  /** What is written so far: reading it takes no call to the system for each row. */
  private synchronized MemorySegment mapped() {
    long bytes = (long) written * buffer.capacity();
    if (mapped.byteSize() < bytes) {
      try {
        mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
      } catch (IOException e) {
        throw failure(file, e);
      }
    }
    return mapped;
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
