package drover.steering.gguf;

import drover.engine.io.AtomicFile;
import drover.engine.io.DroverException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Writes GGUF files of version 3: little-endian, aligned to 32 bytes. */
public final class GgufWriter {
  private static final int VERSION = 3;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private GgufWriter() {}

  /**
   * Writes a file, whole or not at all.
   *
   * @param texts metadata of type string, by key
   * @param counts metadata of type uint32, by key
   * @param vectors tensors of one dimension, written as F32; data lie in the map's order without
   *     holes but for alignment, as llama.cpp requires, and the last is padded too
   * @throws DroverException if it cannot be written
   * @throws IllegalArgumentException if a tensor's name has 64 bytes or more
   */
  public static void write(
      Path file,
      Map<String, String> texts,
      Map<String, Integer> counts,
      Map<String, float[]> vectors) {
    GgufWriter writer = new GgufWriter();
    writer.header(texts, counts, vectors);
    writer.pad();
    for (float[] vector : vectors.values()) {
      writer.data(vector);
      writer.pad();
    }
    try (AtomicFile whole = AtomicFile.create(file)) {
      whole.write(ByteBuffer.wrap(writer.out.toByteArray()));
      whole.commit();
    }
  }

  private void header(
      Map<String, String> texts, Map<String, Integer> counts, Map<String, float[]> vectors) {
    out.writeBytes(GgufType.MAGIC);
    u32(VERSION);
    u64(vectors.size());
    u64(texts.size() + counts.size());
    texts.forEach(
        (key, value) -> {
          text(key);
          u32(GgufType.STRING);
          text(value);
        });
    counts.forEach(
        (key, value) -> {
          text(key);
          u32(GgufType.UINT32);
          u32(value);
        });
    long offset = 0;
    for (Map.Entry<String, float[]> entry : vectors.entrySet()) {
      tensor(entry.getKey(), entry.getValue().length, offset);
      long bytes = (long) entry.getValue().length * Float.BYTES;
      offset = GgufType.align(offset + bytes, GgufType.DEFAULT_ALIGNMENT);
    }
  }

  private void tensor(String name, int elements, long offset) {
    if (name.getBytes(StandardCharsets.UTF_8).length >= GgufType.LONGEST_TENSOR_NAME) {
      throw new IllegalArgumentException("tensor name " + name + " is too long");
    }
    text(name);
    u32(1);
    u64(elements);
    u32(GgufType.TENSOR_F32);
    u64(offset);
  }

  private void data(float[] vector) {
    ByteBuffer buffer =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(vector);
    out.writeBytes(buffer.array());
  }

  private void pad() {
    out.writeBytes(
        new byte[(int) GgufType.align(out.size(), GgufType.DEFAULT_ALIGNMENT) - out.size()]);
  }

  private void text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    u64(utf8.length);
    out.writeBytes(utf8);
  }

  private void u32(int value) {
    out.writeBytes(
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  private void u64(long value) {
    out.writeBytes(
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }
}
