package drover.steering.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Puts GGUF files together piece by piece, right or wrong. */
final class GgufBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** The first bytes. */
  static GgufBytes header(int version, long tensors, long metadata) {
    return new GgufBytes().raw('G', 'G', 'U', 'F').u32(version).u64(tensors).u64(metadata);
  }

  GgufBytes raw(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  GgufBytes u32(int value) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    return this;
  }

  GgufBytes u64(long value) {
    out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    return this;
  }

  GgufBytes text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    u64(utf8.length);
    out.writeBytes(utf8);
    return this;
  }

  /** Metadata of type string. */
  GgufBytes entry(String key, String value) {
    return text(key).u32(GgufType.STRING).text(value);
  }

  /** The description of a tensor. */
  GgufBytes tensor(String name, int type, long offset, long... dimensions) {
    text(name).u32(dimensions.length);
    for (long dimension : dimensions) {
      u64(dimension);
    }
    return u32(type).u64(offset);
  }

  GgufBytes floats(float... values) {
    for (float value : values) {
      u32(Float.floatToRawIntBits(value));
    }
    return this;
  }

  GgufBytes halves(float... values) {
    for (float value : values) {
      short bits = Float.floatToFloat16(value);
      raw(bits & 0xff, bits >> 8 & 0xff);
    }
    return this;
  }

  GgufBytes pad(int alignment) {
    while (out.size() % alignment != 0) {
      out.write(0);
    }
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}
