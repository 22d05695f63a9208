package drover.tokenizer;

/**
 * Decodes UTF-8 byte by byte. What is not well formed becomes one U+FFFD for each longest piece
 * that could have begun a character (Unicode, chapter 3.9, table 3-7), as in Rust's {@code
 * from_utf8_lossy}.
 */
final class Utf8Reader {

  private static final char REPLACEMENT = '\ufffd';

  private int character; // the bits so far
  private int missing; // continuation bytes still to come
  private int low; // the range of the next one
  private int high;

  void read(byte[] bytes, StringBuilder out) {
    for (byte b : bytes) {
      read(b & 0xff, out);
    }
  }

  private void read(int b, StringBuilder out) {
    if (missing > 0) {
      if (b >= low && b <= high) {
        character = character << 6 | b & 0x3f;
        low = 0x80;
        high = 0xbf;
        if (--missing == 0) {
          out.appendCodePoint(character);
        }
        return;
      }
      out.append(REPLACEMENT);
      missing = 0;
    }
    if (b < 0x80) {
      out.append((char) b);
    } else if (b >= 0xc2 && b <= 0xdf) {
      begin(b & 0x1f, 1, 0x80, 0xbf);
    } else if (b >= 0xe0 && b <= 0xef) {
      begin(b & 0xf, 2, b == 0xe0 ? 0xa0 : 0x80, b == 0xed ? 0x9f : 0xbf);
    } else if (b >= 0xf0 && b <= 0xf4) {
      begin(b & 7, 3, b == 0xf0 ? 0x90 : 0x80, b == 0xf4 ? 0x8f : 0xbf);
    } else {
      out.append(REPLACEMENT);
    }
  }

  private void begin(int bits, int continuationBytes, int from, int to) {
    character = bits;
    missing = continuationBytes;
    low = from;
    high = to;
  }

  /** Ends the text: a character that never became complete is U+FFFD. */
  void finish(StringBuilder out) {
    if (missing > 0) {
      out.append(REPLACEMENT);
      missing = 0;
    }
  }
}
