package drover.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * GPT-2's printable alphabet for bytes: printable Latin-1 stands for itself, the other 68 bytes are
 * U+0100 onwards (OpenAI gpt-2, {@code encoder.py}, {@code bytes_to_unicode}).
 */
final class ByteLevelAlphabet {

  private static final char[] CHAR_OF_BYTE = new char[256];
  private static final short[] BYTE_OF_CHAR = new short[0x100 + 68];

  static {
    Arrays.fill(BYTE_OF_CHAR, (short) -1);
    char next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean printable = b >= '!' && b <= '~' || b >= 0xa1 && b <= 0xac || b >= 0xae && b <= 0xff;
      CHAR_OF_BYTE[b] = printable ? (char) b : next++;
      BYTE_OF_CHAR[CHAR_OF_BYTE[b]] = (short) b;
    }
  }

  private ByteLevelAlphabet() {}

  /** The text's UTF-8 bytes, each as its character. */
  static String encode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    char[] chars = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      chars[i] = CHAR_OF_BYTE[bytes[i] & 0xff];
    }
    return new String(chars);
  }

  /** The bytes that a token stands for; its UTF-8 bytes where it is not in this alphabet. */
  static byte[] decode(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      char c = token.charAt(i);
      int b = c < BYTE_OF_CHAR.length ? BYTE_OF_CHAR[c] : -1;
      if (b < 0) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) b;
    }
    return bytes;
  }
}
