package drover.steering;

import drover.engine.io.DroverException;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Lists of layers as people write them: {@code 15-23} or {@code 15,16,17}, both ends included. */
public final class Layers {
  /** More layers than any model has; guards against a slip of the keyboard. */
  private static final int MOST = 10_000;

  private Layers() {}

  /**
   * Reads a list.
   *
   * @throws DroverException if it is not one
   */
  public static NavigableSet<Integer> parse(String text) {
    NavigableSet<Integer> layers = new TreeSet<>();
    int named = 0;
    for (String part : text.split(",", -1)) {
      String[] ends = part.strip().split("-", -1);
      if (ends.length > 2) {
        throw invalid(text);
      }
      int first = number(ends[0], text);
      int last = number(ends[ends.length - 1], text);
      named += last - first + 1;
      if (last < first || named > MOST) {
        throw invalid(text);
      }
      IntStream.rangeClosed(first, last).forEach(layers::add);
    }
    return layers;
  }

  /** Every layer of a model. */
  public static NavigableSet<Integer> all(int layers) {
    return new TreeSet<>(IntStream.range(0, layers).boxed().toList());
  }

  /** A list as {@link #parse} reads it: {@code 0-3,7}. */
  public static String show(NavigableSet<Integer> layers) {
    StringBuilder text = new StringBuilder();
    for (int first : layers) {
      if (!layers.contains(first - 1)) {
        int last = first;
        while (layers.contains(last + 1)) {
          last++;
        }
        text.append(text.isEmpty() ? "" : ",").append(first).append(last > first ? "-" + last : "");
      }
    }
    return text.toString();
  }

  private static int number(String digits, String text) {
    try {
      int number = Integer.parseInt(digits.strip());
      if (number < 0 || number > MOST) {
        throw invalid(text);
      }
      return number;
    } catch (NumberFormatException e) {
      throw new DroverException(invalid(text).getMessage(), e);
    }
  }

  private static DroverException invalid(String text) {
    return new DroverException(
        "%s is no list of layers such as 15-23 or 15,16,17".formatted(DroverException.quote(text)));
  }
}
