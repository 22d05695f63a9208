package drover.steering.figures;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes PNG, 8 bits for each of red, green and blue (W3C, Portable Network Graphics, 2003). */
final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /** A CSS pixel is 1/96 inch. */
  private static final double CSS_PIXELS_PER_METRE = 96 / 0.0254;

  private Png() {}

  /**
   * Encodes an image.
   *
   * @param rgb [height * width]
   * @param scale pixels in a CSS pixel's width, noted so that printing keeps the size
   */
  static byte[] encode(int width, int height, int[] rgb, int scale) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(SIGNATURE);
    byte[] header = {8, 2, 0, 0, 0};
    chunk(out, "IHDR", ByteBuffer.allocate(13).putInt(width).putInt(height).put(header).array());
    int density = (int) Math.round(scale * CSS_PIXELS_PER_METRE);
    byte[] metre = {1};
    chunk(out, "pHYs", ByteBuffer.allocate(9).putInt(density).putInt(density).put(metre).array());
    chunk(out, "IDAT", deflate(rows(width, height, rgb)));
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    out.writeBytes(name);
    out.writeBytes(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }

  /** Rows as they are (filter 0): drawings of flat colours gain nothing from the other filters. */
  private static byte[] rows(int width, int height, int[] rgb) {
    byte[] rows = new byte[height * (1 + 3 * width)];
    int at = 0;
    for (int row = 0; row < height; row++) {
      rows[at++] = 0;
      for (int i = row * width; i < (row + 1) * width; i++) {
        rows[at++] = (byte) (rgb[i] >> 16);
        rows[at++] = (byte) (rgb[i] >> 8);
        rows[at++] = (byte) rgb[i];
      }
    }
    return rows;
  }

  private static byte[] deflate(byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Deflater deflater = new Deflater()) {
      deflater.setInput(data);
      deflater.finish();
      byte[] buffer = new byte[1 << 16];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
    }
    return out.toByteArray();
  }
}
