package drover.tokenizer;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/** The stages of {@link Decoder} that remember something from token to token. */
final class DecoderStages {

  private DecoderStages() {}

  /** Joins tokens with spaces. */
  static final class Join implements Decoder.Stage {

    private boolean started;

    @Override
    public void accept(String token, Consumer<String> out) {
      out.accept(started ? " " + token : token);
      started = true;
    }
  }

  /** Makes one token of all. */
  static final class Collect implements Decoder.Stage {

    private final StringBuilder all = new StringBuilder();

    @Override
    public void accept(String token, Consumer<String> out) {
      all.append(token);
    }

    @Override
    public void finish(Consumer<String> out) {
      out.accept(all.toString());
    }
  }

  /** Byte-level tokens to text; an unfinished character waits, broken ones become U+FFFD. */
  static final class Utf8 implements Decoder.Stage {

    private final Utf8Reader reader = new Utf8Reader();
    private final StringBuilder text = new StringBuilder();

    @Override
    public void accept(String token, Consumer<String> out) {
      reader.read(ByteLevelAlphabet.decode(token), text);
      pass(out);
    }

    @Override
    public void finish(Consumer<String> out) {
      reader.finish(text);
      pass(out);
    }

    private void pass(Consumer<String> out) {
      if (!text.isEmpty()) {
        out.accept(text.toString());
        text.setLength(0);
      }
    }
  }

  /** Tokens {@code <0x00>} to {@code <0xFF>} to text: each run of them is UTF-8, or all U+FFFD. */
  static final class ByteFallback implements Decoder.Stage {

    private byte[] run = new byte[8];
    private int length;

    @Override
    public void accept(String token, Consumer<String> out) {
      int b = byteOf(token);
      if (b >= 0) {
        if (length == run.length) {
          run = Arrays.copyOf(run, length * 2);
        }
        run[length++] = (byte) b;
        return;
      }
      finish(out);
      out.accept(token);
    }

    @Override
    public void finish(Consumer<String> out) {
      if (length == 0) {
        return;
      }
      try {
        CharsetDecoder strict = StandardCharsets.UTF_8.newDecoder();
        out.accept(strict.decode(ByteBuffer.wrap(run, 0, length)).toString());
      } catch (CharacterCodingException e) {
        for (int i = 0; i < length; i++) {
          out.accept("\ufffd");
        }
      }
      length = 0;
    }

    private static int byteOf(String token) {
      if (token.length() != 6 || !token.startsWith("<0x") || token.charAt(5) != '>') {
        return -1;
      }
      int high = hexDigit(token.charAt(3));
      int low = hexDigit(token.charAt(4));
      if (token.charAt(3) == '+') {
        return low; // Rust's number parser takes a sign
      }
      return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static int hexDigit(char c) {
      return c < 128 ? Character.digit(c, 16) : -1;
    }
  }

  /** Takes away characters at the start of a token that comes in parts. */
  static final class StripOnce implements Decoder.Stage {

    private final int content;
    private int left;

    StripOnce(int content, int count) {
      this.content = content;
      left = count;
    }

    @Override
    public void accept(String part, Consumer<String> out) {
      int at = 0;
      while (left > 0 && at < part.length()) {
        if (part.codePointAt(at) == content) {
          at += Character.charCount(content);
          left--;
        } else {
          left = 0;
        }
      }
      if (at < part.length()) {
        out.accept(part.substring(at));
      }
    }
  }

  /** The visible space back to a space; in the first token it was only put there. */
  static final class FromMetaspace implements Decoder.Stage {

    private final Metaspace options;
    private boolean started;

    FromMetaspace(Metaspace options) {
      this.options = options;
    }

    @Override
    public void accept(String token, Consumer<String> out) {
      boolean drop = !started && options.scheme() != Metaspace.Scheme.NEVER;
      started = true;
      out.accept(token.replace(options.replacement(), drop ? "" : " "));
    }
  }

  /** The token without up to some such characters at its start and end. */
  static String strip(String token, int content, int start, int stop) {
    int from = 0;
    int width = Character.charCount(content);
    for (int i = 0; i < start && from < token.length(); i++) {
      if (token.codePointAt(from) != content) {
        break;
      }
      from += width;
    }
    int to = token.length();
    for (int i = 0; i < stop && to > from; i++) {
      if (token.codePointBefore(to) != content) {
        break;
      }
      to -= width;
    }
    return token.substring(from, to);
  }
}
