package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;

import drover.engine.io.DroverException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Damages a valid file in thousands of ways: cuts it short, flips bits, puts pieces of the format
 * where they do not belong, takes parts out or doubles them, and overwrites numbers with extreme
 * ones.
 *
 * @param structure how many bytes at the file's beginning hold its structure; half of the damage is
 *     done there
 * @param pieces what is put in
 */
record Mutations(byte[] valid, int structure, List<String> pieces) {
  static final int COUNT = 10_000;
  private static final int LONGEST_MESSAGE = 900;
  private static final long[] EXTREMES = {
    0,
    1,
    -1,
    2,
    31,
    33,
    255,
    65_536,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    1L << 40,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0x7fc0_0000_7f80_0000L
  };

  /**
   * Has every mutant loaded: each must load, or be refused in one sentence that begins with the
   * file. A caret may stand under a sentence about a rule.
   *
   * @return how many load
   */
  int tryAll(Path file, long seed, Consumer<Path> load) throws IOException {
    Random random = new Random(seed);
    int loaded = 0;
    for (int i = 0; i < COUNT; i++) {
      loaded += tryOne(Files.write(file, mutant(random)), load);
    }
    return loaded;
  }

  /** Has a file loaded or refused like {@link #tryAll}; 1 if it loads. */
  static int tryOne(Path file, Consumer<Path> load) {
    try {
      load.accept(file);
      return 1;
    } catch (DroverException e) {
      assertThat(e).hasMessageStartingWith(file.toString());
      String message = e.getMessage();
      if (!message.endsWith("^")) {
        assertThat(message.lines()).hasSize(1);
      }
      assertThat(message)
          .hasSizeLessThan(LONGEST_MESSAGE)
          .doesNotContain("Exception", "jackson", "java.");
      return 0;
    }
  }

  private byte[] mutant(Random random) {
    int place = random.nextBoolean() ? random.nextInt(valid.length) : random.nextInt(structure);
    int end = Math.min(valid.length, place + 1 + random.nextInt(40));
    byte[] part = Arrays.copyOfRange(valid, place, end);
    return switch (random.nextInt(7)) {
      case 0 -> Arrays.copyOf(valid, place);
      case 1 -> {
        byte[] flipped = valid.clone();
        flipped[place] ^= (byte) (1 << random.nextInt(8));
        yield flipped;
      }
      case 2 -> {
        String piece = pieces.get(random.nextInt(pieces.size()));
        yield spliced(place, place, piece.getBytes(StandardCharsets.UTF_8));
      }
      case 3 -> spliced(place, end, new byte[0]);
      case 4 -> spliced(place, place, part);
      case 5 -> {
        String piece = pieces.get(random.nextInt(pieces.size()));
        yield spliced(place, end, piece.getBytes(StandardCharsets.UTF_8));
      }
      default -> overwritten(place, random);
    };
  }

  private byte[] overwritten(int place, Random random) {
    byte[] number =
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(EXTREMES[random.nextInt(EXTREMES.length)])
            .array();
    int width = random.nextBoolean() ? Long.BYTES : Integer.BYTES;
    byte[] result = valid.clone();
    System.arraycopy(number, 0, result, place, Math.min(width, valid.length - place));
    return result;
  }

  private byte[] spliced(int from, int to, byte[] middle) {
    byte[] result = Arrays.copyOf(valid, valid.length - (to - from) + middle.length);
    System.arraycopy(middle, 0, result, from, middle.length);
    System.arraycopy(valid, to, result, from + middle.length, valid.length - to);
    return result;
  }
}
