package drover.steering.gguf;

import drover.engine.io.DroverException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the bytes of a GGUF file from the first to the last, trusting none of them. */
final class GgufReader {
  /** Far more than a file of vectors has; bounds the memory that hostile ones can ask for. */
  private static final int MOST_ENTRIES = 10_000;

  private static final int LONGEST_KEY = 65_535;
  private static final int DEEPEST_NESTING = 8;
  private static final int MOST_DIMENSIONS = 4;

  /** A key's length, one byte of key, a type and one byte of value. */
  private static final int LEAST_ENTRY_BYTES = Long.BYTES + 1 + Integer.BYTES + 1;

  /** A name's length, the number of dimensions, one dimension, the type and the offset. */
  private static final int LEAST_TENSOR_BYTES = 3 * Long.BYTES + 2 * Integer.BYTES;

  /** A tensor; {@code offset} counts from the start of the data. */
  private record TensorEntry(String name, int elements, int type, long offset) {
    long bytes() {
      return (long) elements * GgufType.elementBytes(type);
    }
  }

  private final String file;
  private final ByteBuffer bytes;
  private final Map<String, String> texts = new LinkedHashMap<>();
  private long alignment = GgufType.DEFAULT_ALIGNMENT;

  GgufReader(String file, byte[] bytes) {
    this.file = file;
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  GgufFile read() {
    readVersion();
    int tensors = count("tensors", LEAST_TENSOR_BYTES);
    int entries = count("metadata", LEAST_ENTRY_BYTES);
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < entries; i++) {
      String key = text("the key of metadata " + i, LONGEST_KEY);
      if (!keys.add(key)) {
        throw broken("has the metadata key " + quote(key) + " twice");
      }
      readValue(key);
    }
    List<TensorEntry> infos = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < tensors; i++) {
      TensorEntry info = tensorEntry(i);
      if (!names.add(info.name())) {
        throw broken("has the tensor " + quote(info.name()) + " twice");
      }
      infos.add(info);
    }
    return new GgufFile(texts, vectors(infos));
  }

  private void readVersion() {
    byte[] magic = new byte[GgufType.MAGIC.length];
    if (bytes.remaining() >= magic.length) {
      bytes.get(magic);
    }
    if (!Arrays.equals(magic, GgufType.MAGIC)) {
      throw broken("is not a GGUF file: it does not begin with GGUF");
    }
    need(Integer.BYTES, "the version");
    int version = bytes.getInt();
    if (version != 2 && version != 3) {
      boolean bigEndian = Integer.reverseBytes(version) == 3;
      throw broken(
          bigEndian
              ? "is in big-endian order, but only little-endian GGUF is read"
              : "is GGUF of version %s, but only versions 2 and 3 are read"
                  .formatted(Integer.toUnsignedString(version)));
    }
  }

  private int count(String what, int leastBytes) {
    need(Long.BYTES, "the number of " + what);
    long count = bytes.getLong();
    if (count < 0 || count > MOST_ENTRIES) {
      throw broken(
          "gives the number of %s as %s, more than the %d that are read"
              .formatted(what, Long.toUnsignedString(count), MOST_ENTRIES));
    }
    need(count * leastBytes, count + " " + what);
    return (int) count;
  }

  private void readValue(String key) {
    String what = "the value of " + quote(key);
    need(Integer.BYTES, what);
    int type = bytes.getInt();
    if (key.equals(GgufType.ALIGNMENT_KEY)) {
      readAlignment(type, what);
    } else if (type == GgufType.STRING) {
      texts.put(key, text(what, bytes.remaining()));
    } else {
      skipValue(type, what, 0);
    }
  }

  private void readAlignment(int type, String what) {
    if (type != GgufType.UINT32) {
      throw broken("has " + GgufType.ALIGNMENT_KEY + " of a type other than uint32");
    }
    need(Integer.BYTES, what);
    alignment = Integer.toUnsignedLong(bytes.getInt());
    if (Long.bitCount(alignment) != 1) {
      throw broken(
          "gives " + GgufType.ALIGNMENT_KEY + " as " + alignment + ", which is no power of two");
    }
  }

  private void skipValue(int type, String what, int depth) {
    switch (type) {
      case GgufType.STRING -> skip(length(what), what);
      case GgufType.ARRAY -> skipArray(what, depth);
      default -> skip(valueBytes(type, what), what);
    }
  }

  private void skipArray(String what, int depth) {
    if (depth == DEEPEST_NESTING) {
      throw broken("nests arrays more than " + DEEPEST_NESTING + " deep in " + what);
    }
    need(Integer.BYTES + Long.BYTES, what);
    int type = bytes.getInt();
    long count = bytes.getLong();
    boolean fixed = type != GgufType.STRING && type != GgufType.ARRAY;
    // A text takes at least its length, an array its type and length.
    int least = fixed ? valueBytes(type, what) : type == GgufType.STRING ? 8 : 12;
    if (count < 0 || count > bytes.remaining() / least) {
      throw cutShort(what, Long.toUnsignedString(count) + " elements");
    }
    if (fixed) {
      skip(count * least, what);
      return;
    }
    for (long i = 0; i < count; i++) {
      skipValue(type, what, depth + 1);
    }
  }

  private int valueBytes(int type, String what) {
    int size = GgufType.valueBytes(type);
    if (size < 0) {
      throw broken(
          "gives %s the type %s, which GGUF does not have"
              .formatted(what, Integer.toUnsignedString(type)));
    }
    return size;
  }

  private TensorEntry tensorEntry(int index) {
    String name = text("the name of tensor " + index, GgufType.LONGEST_TENSOR_NAME);
    String what = "tensor " + quote(name);
    need(Integer.BYTES, what);
    int dimensions = bytes.getInt();
    if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
      throw broken(
          "gives %s %s dimensions, but 1 to %d are possible"
              .formatted(what, Integer.toUnsignedString(dimensions), MOST_DIMENSIONS));
    }
    need(dimensions * Long.BYTES + Integer.BYTES + Long.BYTES, what);
    long elements = bytes.getLong();
    for (int i = 1; i < dimensions; i++) {
      if (bytes.getLong() != 1) {
        throw broken("gives " + what + " more than one dimension, but a vector has one");
      }
    }
    int type = bytes.getInt();
    if (GgufType.elementBytes(type) < 0) {
      throw broken(
          "gives %s the tensor type %s, but only F32 (0) and F16 (1) are read"
              .formatted(what, Integer.toUnsignedString(type)));
    }
    if (elements < 1 || elements > bytes.limit() / GgufType.elementBytes(type)) {
      throw broken(
          "gives %s %s elements, but the file has %d bytes"
              .formatted(what, Long.toUnsignedString(elements), bytes.limit()));
    }
    return new TensorEntry(name, (int) elements, type, bytes.getLong());
  }

  private Map<String, float[]> vectors(List<TensorEntry> infos) {
    long data = GgufType.align(bytes.position(), alignment);
    checkLayout(infos, data);
    Map<String, float[]> vectors = new LinkedHashMap<>();
    for (TensorEntry info : infos) {
      vectors.put(info.name(), elements(info, (int) (data + info.offset())));
    }
    return vectors;
  }

  private void checkLayout(List<TensorEntry> infos, long data) {
    List<TensorEntry> inOrder = new ArrayList<>(infos);
    inOrder.sort(Comparator.comparingLong(TensorEntry::offset));
    long room = bytes.limit() - data;
    long end = 0;
    for (TensorEntry info : inOrder) {
      String what = "tensor " + quote(info.name());
      String offset = Long.toUnsignedString(info.offset());
      if (info.offset() < 0 || info.offset() > room - info.bytes()) {
        throw cutShort(what, info.bytes() + " bytes from byte " + offset + " of the data on");
      }
      if (info.offset() % alignment != 0) {
        throw broken(
            "puts %s at byte %s of the data, which is no multiple of the alignment, %d"
                .formatted(what, offset, alignment));
      }
      if (info.offset() < end) {
        throw broken("has " + what + " overlap another");
      }
      end = info.offset() + info.bytes();
    }
  }

  private float[] elements(TensorEntry info, int start) {
    float[] values = new float[info.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          info.type() == GgufType.TENSOR_F32
              ? bytes.getFloat(start + i * Float.BYTES)
              : Float.float16ToFloat(bytes.getShort(start + i * Short.BYTES));
    }
    return values;
  }

  private String text(String what, int longest) {
    int length = length(what);
    if (length > longest) {
      throw broken("has %s of %d bytes, but at most %d are read".formatted(what, length, longest));
    }
    ByteBuffer utf8 = bytes.slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException e) {
      throw new DroverException(file + ": " + what + " is not UTF-8", e);
    }
  }

  private int length(String what) {
    need(Long.BYTES, what);
    long length = bytes.getLong();
    need(length, what);
    return (int) length;
  }

  private void skip(long count, String what) {
    need(count, what);
    bytes.position(bytes.position() + (int) count);
  }

  private void need(long count, String what) {
    if (count < 0 || count > bytes.remaining()) {
      throw cutShort(what, Long.toUnsignedString(count) + " bytes");
    }
  }

  private DroverException cutShort(String what, String need) {
    return broken("is cut short or broken: " + what + " would take " + need);
  }

  private DroverException broken(String predicate) {
    return new DroverException(file + " " + predicate);
  }

  private static String quote(String name) {
    return DroverException.quote(name);
  }
}
