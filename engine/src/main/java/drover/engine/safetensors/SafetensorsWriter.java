package drover.engine.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import drover.engine.io.AtomicFile;
import drover.engine.io.DroverException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a safetensors file whose tensors need never be in memory together: names, types and shapes
 * are declared first, then each tensor's data is appended piece by piece, in any order of tensors.
 * The file appears under its name at {@link #commit}; closing without one leaves nothing behind.
 *
 * <p>In the file, tensors of larger elements come first and otherwise in the order of their
 * declaration, so that each is aligned to its elements. Not for use by several threads at once.
 *
 * <pre>{@code
 * TensorInfo rows = TensorInfo.of("rows", ElementType.F32, 2, 3);
 * try (SafetensorsWriter writer = SafetensorsWriter.create(path, List.of(rows), Map.of())) {
 *   writer.append("rows", new float[] {1, 2, 3});
 *   writer.append("rows", new float[] {4, 5, 6});
 *   writer.commit();
 * }
 * }</pre>
 */
public final class SafetensorsWriter implements AutoCloseable {
  private static final int ALIGNMENT = 8;
  private static final int BUFFER_BYTES = 1 << 18;

  /** Where a tensor's next byte goes and where its data ends, as positions in the file. */
  private static final class Slot {
    final TensorInfo info;
    final long end;
    long next;

    Slot(TensorInfo info, long begin) {
      this.info = info;
      this.next = begin;
      this.end = begin + info.bytes();
    }
  }

  private final AtomicFile file;
  private final Map<String, Slot> slots = new LinkedHashMap<>();
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private SafetensorsWriter(AtomicFile file) {
    this.file = file;
  }

  /**
   * Begins a file of these tensors.
   *
   * @param tensors what the file will hold
   * @param metadata the file's {@code __metadata__}; left out if empty
   * @throws DroverException if the file cannot be created or the disk has no room for it
   * @throws IllegalArgumentException if a name is used twice or is {@code __metadata__}
   */
  public static SafetensorsWriter create(
      Path path, List<TensorInfo> tensors, Map<String, String> metadata) {
    List<TensorInfo> inOrder =
        tensors.stream()
            .sorted(Comparator.comparingInt((TensorInfo info) -> -info.type().bits()))
            .toList();
    byte[] header = header(inOrder, metadata);
    SafetensorsWriter writer = new SafetensorsWriter(AtomicFile.create(path));
    try {
      writer.begin(path, header, inOrder);
      return writer;
    } catch (RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  private void begin(Path path, byte[] header, List<TensorInfo> tensors) {
    long position = Long.BYTES + (long) header.length;
    for (TensorInfo info : tensors) {
      if (slots.put(info.name(), new Slot(info, position)) != null
          || info.name().equals(HeaderParser.METADATA)) {
        throw new IllegalArgumentException("tensor name " + info.name() + " is taken");
      }
      position = Math.addExact(position, info.bytes());
    }
    AtomicFile.requireRoom(path, position);
    file.write(buffer.clear().putLong(header.length).flip());
    file.write(ByteBuffer.wrap(header));
  }

  private static byte[] header(List<TensorInfo> tensors, Map<String, String> metadata) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(HeaderParser.METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      long begin = 0;
      for (TensorInfo info : tensors) {
        writeEntry(json, info, begin);
        begin = Math.addExact(begin, info.bytes());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    while (out.size() % ALIGNMENT != 0) {
      out.write(' ');
    }
    if (out.size() > SafetensorsFile.LONGEST_HEADER) {
      throw new IllegalArgumentException(
          tensors.size() + " tensors need a header longer than the format allows");
    }
    return out.toByteArray();
  }

  private static void writeEntry(JsonGenerator json, TensorInfo info, long begin)
      throws IOException {
    json.writeObjectFieldStart(info.name());
    json.writeStringField("dtype", info.type().name());
    json.writeArrayFieldStart("shape");
    for (long dimension : info.shape()) {
      json.writeNumber(dimension);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("data_offsets");
    json.writeNumber(begin);
    json.writeNumber(begin + info.bytes());
    json.writeEndArray();
    json.writeEndObject();
  }

  /** Appends elements to an F32 tensor. */
  public void append(String name, float[] values) {
    append(name, values, 0, values.length);
  }

  /**
   * Appends elements to an F32 tensor.
   *
   * @param from the index of the first
   * @param count how many
   * @throws IllegalArgumentException if the tensor is not declared, of another type, or full
   */
  public void append(String name, float[] values, int from, int count) {
    Slot slot = claim(name, ElementType.F32, (long) count * Float.BYTES);
    int chunk = BUFFER_BYTES / Float.BYTES;
    for (int done = 0; done < count; done += chunk) {
      buffer.clear();
      int length = Math.min(chunk, count - done);
      buffer.asFloatBuffer().put(values, from + done, length);
      write(slot, buffer.limit(length * Float.BYTES));
    }
  }

  /**
   * Appends elements to an I32 tensor.
   *
   * @throws IllegalArgumentException if the tensor is not declared, of another type, or full
   */
  public void append(String name, int[] values) {
    Slot slot = claim(name, ElementType.I32, (long) values.length * Integer.BYTES);
    int chunk = BUFFER_BYTES / Integer.BYTES;
    for (int done = 0; done < values.length; done += chunk) {
      buffer.clear();
      int length = Math.min(chunk, values.length - done);
      buffer.asIntBuffer().put(values, done, length);
      write(slot, buffer.limit(length * Integer.BYTES));
    }
  }

  /**
   * Appends raw bytes, little-endian elements of the tensor's type, such as another file's data.
   *
   * @throws IllegalArgumentException if the tensor is not declared or full
   */
  public void append(String name, MemorySegment bytes) {
    Slot slot = claim(name, null, bytes.byteSize());
    for (long done = 0; done < bytes.byteSize(); done += BUFFER_BYTES) {
      long length = Math.min(BUFFER_BYTES, bytes.byteSize() - done);
      buffer.clear();
      MemorySegment.ofBuffer(buffer).copyFrom(bytes.asSlice(done, length));
      write(slot, buffer.limit((int) length));
    }
  }

  private Slot claim(String name, ElementType type, long bytes) {
    Slot slot = slots.get(name);
    if (slot == null) {
      throw new IllegalArgumentException("tensor " + name + " was not declared");
    }
    if (type != null && slot.info.type() != type) {
      throw new IllegalArgumentException(
          "tensor " + name + " was declared as " + slot.info.type() + ", not " + type);
    }
    if (bytes > slot.end - slot.next) {
      throw new IllegalArgumentException(
          "tensor " + name + " has room for " + (slot.end - slot.next) + " bytes, not " + bytes);
    }
    return slot;
  }

  private void write(Slot slot, ByteBuffer bytes) {
    int length = bytes.remaining();
    file.write(bytes, slot.next);
    slot.next += length;
  }

  /**
   * Moves the finished file into place.
   *
   * @throws IllegalStateException if a tensor's data is not complete
   */
  public void commit() {
    for (Slot slot : slots.values()) {
      if (slot.next != slot.end) {
        throw new IllegalStateException(
            "tensor " + slot.info.name() + " lacks " + (slot.end - slot.next) + " bytes");
      }
    }
    file.commit();
  }

  /** Leaves the committed file, or nothing. */
  @Override
  public void close() {
    file.close();
  }
}
