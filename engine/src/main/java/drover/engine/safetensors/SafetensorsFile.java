package drover.engine.safetensors;

import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import drover.engine.io.StrictJson;
import drover.engine.safetensors.HeaderParser.Entry;
import drover.engine.safetensors.HeaderParser.Header;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.io.IOUtils;
import org.apache.commons.io.input.BoundedInputStream;

/**
 * A safetensors file, mapped read-only: opening reads the header alone, and tensors are windows on
 * the file.
 *
 * <p>The rules of the published format are enforced when the file is opened: the header's length
 * lies within the file and 100 MB; the header begins with '{' and is one JSON object in UTF-8 with
 * no duplicate key; every tensor has a known type, a shape without negative or overflowing sizes,
 * and offsets that match type and shape; the tensors fill the data without overlap or hole;
 * metadata maps strings to strings. A refusal names the file, the tensor and the rule.
 *
 * <p>Tensors may be read by any number of threads. After {@link #close} they can no longer be read
 * (an {@link IllegalStateException}, never a crash). A file that another process truncates while it
 * is mapped makes reads fail with an {@link InternalError}: the mapping cannot be guarded against
 * that, so replace model files by moving a new file into place.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">The published format</a>
 */
public final class SafetensorsFile implements AutoCloseable {
  /** The longest header that the format allows, in bytes. */
  public static final long LONGEST_HEADER = 100_000_000;

  static final int LENGTH_BYTES = Long.BYTES;

  private final Path path;
  private final Arena arena;
  private final MemorySegment data;
  private final Map<String, Entry> entries;
  private final Map<String, String> metadata;

  private SafetensorsFile(Path path, Arena arena, MemorySegment data, Header header) {
    this.path = path;
    this.arena = arena;
    this.data = data;
    this.entries = header.entries();
    this.metadata = header.metadata();
  }

  /**
   * Maps a file and checks its header.
   *
   * @throws DroverException if the file cannot be read or breaks a rule of the format
   */
  public static SafetensorsFile open(Path path) {
    StrictJson.requireRegularFile(path);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long headerLength = headerLength(path, channel);
      Header header = HeaderParser.parse(path.toString(), headerBytes(channel, headerLength));
      long dataAt = LENGTH_BYTES + headerLength;
      long dataBytes = channel.size() - dataAt;
      checkLayout(path, header.entries().values(), dataBytes);
      return map(path, channel, dataAt, dataBytes, header);
    } catch (IOException e) {
      throw new DroverException(path + " cannot be read: " + IoErrors.reason(e), e);
    }
  }

  private static SafetensorsFile map(
      Path path, FileChannel channel, long dataAt, long dataBytes, Header header)
      throws IOException {
    // Shared, so that all threads of a forward pass may read and closing unmaps at once.
    Arena arena = Arena.ofShared();
    try {
      MemorySegment data = channel.map(MapMode.READ_ONLY, dataAt, dataBytes, arena);
      return new SafetensorsFile(path, arena, data, header);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private static InputStream headerBytes(FileChannel channel, long length) throws IOException {
    return BoundedInputStream.builder()
        .setInputStream(Channels.newInputStream(channel.position(LENGTH_BYTES)))
        .setMaxCount(length)
        // The parser closes what it reads, but the channel is still needed.
        .setPropagateClose(false)
        .get();
  }

  private static long headerLength(Path path, FileChannel channel) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(LENGTH_BYTES + 1).order(ByteOrder.LITTLE_ENDIAN);
    IOUtils.read(channel, start);
    start.flip();
    if (start.limit() < LENGTH_BYTES) {
      throw new DroverException(
          path
              + " has "
              + start.limit()
              + " bytes, too few for a safetensors file, which begins with 8");
    }
    long length = start.getLong();
    long room = channel.size() - LENGTH_BYTES;
    if (length < 0 || length > LONGEST_HEADER) {
      throw new DroverException(
          path
              + " is not a safetensors file, or is broken: it gives its header's length as "
              + Long.toUnsignedString(length)
              + " bytes, more than the format's "
              + LONGEST_HEADER);
    }
    if (length > room) {
      throw new DroverException(
          path
              + " is cut short or is not a safetensors file: it gives its header's length as "
              + length
              + " bytes, but only "
              + room
              + " follow");
    }
    if (length == 0 || start.get() != '{') {
      throw new DroverException(
          path + " is not a safetensors file: its header must begin with '{'");
    }
    return length;
  }

  /** Every byte of the data belongs to exactly one tensor. */
  private static void checkLayout(Path path, Iterable<Entry> entries, long dataBytes) {
    List<Entry> inOrder = new ArrayList<>();
    entries.forEach(inOrder::add);
    inOrder.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long expected = 0;
    for (Entry entry : inOrder) {
      checkSize(path, entry, dataBytes);
      if (entry.begin() != expected) {
        throw broken(
            path,
            entry,
            entry.begin() < expected
                ? "begins at byte " + entry.begin() + " and overlaps the one before it"
                : "begins at byte " + entry.begin() + " and leaves a hole after byte " + expected);
      }
      expected = entry.end();
    }
    if (expected != dataBytes) {
      throw new DroverException(
          path
              + " has "
              + dataBytes
              + " bytes of data, but its tensors fill "
              + expected
              + ": it is cut short, too long, or broken");
    }
  }

  private static void checkSize(Path path, Entry entry, long dataBytes) {
    if (entry.begin() > entry.end()) {
      throw broken(
          path, entry, "begins at byte " + entry.begin() + ", after its end, " + entry.end());
    }
    if (entry.end() > dataBytes) {
      throw broken(
          path,
          entry,
          "ends at byte " + entry.end() + ", but the file has only " + dataBytes + " of data");
    }
    long bytes = entry.info().bytes();
    if (entry.end() - entry.begin() != bytes) {
      throw broken(
          path,
          entry,
          "has "
              + (entry.end() - entry.begin())
              + " bytes, but "
              + entry.info().type()
              + " "
              + entry.info().shape()
              + " needs "
              + bytes);
    }
  }

  private static DroverException broken(Path path, Entry entry, String rule) {
    String tensor = DroverException.quote(entry.info().name());
    return new DroverException(path + ": tensor " + tensor + " " + rule);
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** The names of all tensors, in the header's order. */
  public Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  /** Whether the file has a tensor of this name. */
  public boolean has(String name) {
    return entries.containsKey(name);
  }

  /**
   * A tensor's type and shape.
   *
   * @throws DroverException if the file has no tensor of this name
   */
  public TensorInfo info(String name) {
    return entry(name).info();
  }

  /**
   * A tensor: a window on the mapped file.
   *
   * @throws DroverException if the file has no tensor of this name
   */
  public Tensor tensor(String name) {
    Entry entry = entry(name);
    return new Tensor(entry.info(), data.asSlice(entry.begin(), entry.end() - entry.begin()));
  }

  /** The file's own {@code __metadata__}, empty if it has none. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  /** The size of all tensors' data in bytes. */
  public long dataBytes() {
    return data.byteSize();
  }

  /** Unmaps the file; its tensors can no longer be read. Closing twice is fine. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new DroverException(path + " has no tensor named " + DroverException.quote(name));
    }
    return entry;
  }
}
