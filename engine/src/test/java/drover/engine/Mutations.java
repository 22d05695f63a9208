package drover.engine;

import static org.assertj.core.api.Assertions.assertThat;

import drover.engine.io.DroverException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Breaks valid files in every way that we can think of, reproducibly, and holds a reader to its
 * promise: each file is read correctly or refused in one sentence, in bounded time and memory.
 */
public final class Mutations {
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");
  private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");
  private static final Pattern MEMBER =
      Pattern.compile("\"[^\"]*\"\\s*:\\s*(\"[^\"]*\"|[-\\w.+]+|\\[[^\\[\\]]*]|\\{[^{}]*})");
  private static final Pattern VALUE =
      Pattern.compile("(?<=:)\\s*(\"[^\"]*\"|[-\\w.+]+|\\[[^\\[\\]]*]|\\{[^{}]*})");
  private static final List<String> NUMBERS =
      List.of(
          "-1",
          "0",
          "-0",
          "1",
          "2",
          "3",
          "0.5",
          "1e0",
          "64.0",
          "65536",
          "16777216",
          "2147483647",
          "2147483648",
          "-2147483649",
          "4294967296",
          "4611686018427387904",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551616",
          "1e308",
          "1e999",
          "-1e999",
          "1e-400",
          "1E1000000000",
          "NaN",
          "Infinity",
          "0x10",
          "01",
          "9".repeat(99),
          "9".repeat(2000));
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "{}",
          "[]",
          "[[]]",
          "\"\"",
          "\"x\"",
          "\"../../etc/x\"",
          "\"\\n\\r\\u001b[31m\"",
          "\"\\ud800\"",
          "\"\u202Eabc\"",
          "\"\u2028\"",
          "[1,2,3]",
          "[null]",
          "{\"a\":1}",
          "\"" + "x".repeat(100_000) + "\"",
          "tru",
          "'x'",
          "");

  /** Words of Java and Jackson that tell a person nothing. */
  private static final List<String> INTERNALS =
      List.of("Exception", "Source:", "com.fasterxml", "java.", "StreamRead", "JsonRead");

  /** The most that one file may cost. */
  private static final long MOST_NANOS = 5_000_000_000L;

  private static final long MOST_BYTES_ALLOCATED = 64L << 20;

  private final RandomGenerator random;

  public Mutations(RandomGenerator random) {
    this.random = random;
  }

  /**
   * Writes mutated files and opens each.
   *
   * @param open reads the file and throws AssertionError if what it reads makes no sense
   */
  public static void check(
      String what, int count, Path file, IntFunction<byte[]> mutated, Consumer<Path> open)
      throws IOException {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    Map<String, Integer> refusals = new HashMap<>();
    int loaded = 0;
    long slowest = 0;
    long largest = 0;
    for (int i = 0; i < count; i++) {
      Files.write(file, mutated.apply(i));
      long allocated = threads.getCurrentThreadAllocatedBytes();
      long start = System.nanoTime();
      try {
        open.accept(file);
        loaded++;
      } catch (DroverException e) {
        assertIsOneSentence(e, file);
        refusals.merge(e.getMessage().replaceAll("'[^']*'|\\d+", "_"), 1, Integer::sum);
      } catch (Throwable e) {
        throw new AssertionError("mutation " + i + " of " + what + ": " + e, e);
      }
      slowest = Math.max(slowest, System.nanoTime() - start);
      largest = Math.max(largest, threads.getCurrentThreadAllocatedBytes() - allocated);
    }
    System.out.printf(
        "%s: %d mutations, %d load, %d refused in %d different ways; slowest %.0f ms, largest"
            + " %.1f MiB%n",
        what, count, loaded, count - loaded, refusals.size(), slowest / 1e6, largest / 0x1p20);
    assertThat(slowest).as("nanoseconds of the slowest").isLessThan(MOST_NANOS);
    assertThat(largest).as("bytes allocated by the largest").isLessThan(MOST_BYTES_ALLOCATED);
    assertThat(refusals).hasSizeGreaterThan(10);
  }

  /** Plain comparisons: AssertJ's would take most of the time. */
  private static void assertIsOneSentence(DroverException e, Path file) {
    String message = e.getMessage();
    boolean good =
        !message.isBlank()
            && message.contains(file.getFileName().toString())
            && message.length() < 1000
            && INTERNALS.stream().noneMatch(message::contains)
            && message.codePoints().noneMatch(Mutations::breaksALine);
    if (!good) {
      throw new AssertionError("not one sentence that names the file: " + message, e);
    }
  }

  private static boolean breaksALine(int codePoint) {
    int type = Character.getType(codePoint);
    return type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }

  /** One to three changes to a JSON text. */
  public byte[] json(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      bytes = random.nextInt(4) == 0 ? bytes(bytes) : structure(bytes);
    }
    return bytes;
  }

  /** One change that knows nothing of the format. */
  public byte[] bytes(byte[] bytes) {
    if (bytes.length == 0) {
      return bytes;
    }
    byte[] copy = bytes.clone();
    int at = random.nextInt(copy.length);
    return switch (random.nextInt(6)) {
      case 0 -> Arrays.copyOf(copy, at);
      case 1 -> Arrays.copyOf(copy, copy.length + 1 + random.nextInt(16));
      case 2 -> splice(copy, at, Math.min(copy.length, at + 1 + random.nextInt(16)), new byte[0]);
      case 3 -> {
        byte[] noise = new byte[1 + random.nextInt(8)];
        random.nextBytes(noise);
        yield splice(copy, at, at, noise);
      }
      default -> {
        for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
          copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
        }
        yield copy;
      }
    };
  }

  private byte[] structure(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String changed =
        switch (random.nextInt(8)) {
          case 0, 1 -> replaceOne(NUMBER, text, _ -> pick(NUMBERS));
          case 2 -> replaceOne(VALUE, text, _ -> pick(VALUES));
          case 3 -> replaceOne(VALUE, text, value -> nest(value));
          case 4 -> replaceOne(MEMBER, text, member -> member + "," + member);
          case 5 -> replaceOne(MEMBER, text, _ -> "\"x\":1");
          case 6 -> replaceOne(STRING, text, _ -> oneOf(STRING, text));
          default -> replaceOne(NUMBER, text, _ -> oneOf(NUMBER, text));
        };
    return changed.getBytes(StandardCharsets.ISO_8859_1);
  }

  private String nest(String value) {
    int depth = 1 + random.nextInt(random.nextInt(10) == 0 ? 100_000 : 100);
    return random.nextBoolean()
        ? "[".repeat(depth) + value + "]".repeat(depth)
        : "{\"a\":".repeat(depth) + value + "}".repeat(depth);
  }

  private String replaceOne(Pattern pattern, String text, Function<String, String> replacement) {
    List<MatchResult> places = pattern.matcher(text).results().toList();
    if (places.isEmpty()) {
      return text;
    }
    MatchResult place = pick(places);
    return text.substring(0, place.start())
        + new String(
            replacement.apply(place.group()).getBytes(StandardCharsets.UTF_8),
            StandardCharsets.ISO_8859_1)
        + text.substring(place.end());
  }

  private String oneOf(Pattern pattern, String text) {
    List<String> all =
        new ArrayList<>(pattern.matcher(text).results().map(MatchResult::group).toList());
    return all.isEmpty() ? "" : pick(all);
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] middle) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(middle);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }
}
