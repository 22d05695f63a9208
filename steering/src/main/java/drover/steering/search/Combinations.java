package drover.steering.search;

import drover.engine.io.DroverException;
import java.util.function.Consumer;

/** Sets of columns, each ascending: the small sets first, and among equals in dictionary order. */
final class Combinations {
  /** At these limits an exact search takes some minutes. */
  private static final long MOST = 1_000_000;

  private static final long MOST_SCORES = 1_000_000_000;

  private Combinations() {}

  /**
   * Shows every set of at most {@code largest} of the texts' columns. The array is the same each
   * time.
   *
   * @throws DroverException if there are too many of them for so many texts
   */
  static void forEach(Similarities texts, int largest, Consumer<int[]> action) {
    int columns = texts.layers().size();
    if (largest < 1) {
      throw new DroverException("at least one layer must be combined, but not " + largest);
    }
    check(texts, columns, largest);
    for (int size = 1; size <= Math.min(largest, columns); size++) {
      int[] chosen = new int[size];
      for (int i = 0; i < size; i++) {
        chosen[i] = i;
      }
      do {
        action.accept(chosen);
      } while (advance(chosen, columns));
    }
  }

  private static void check(Similarities texts, int columns, int largest) {
    long most = Math.min(MOST, MOST_SCORES / (texts.positives() + texts.negatives()));
    if (count(columns, largest, most) > most) {
      throw new DroverException(
          ("up to %d of %d layers are more than %d combinations, the most that are searched among"
                  + " %d texts")
              .formatted(largest, columns, most, texts.positives() + texts.negatives()));
    }
  }

  /** How many sets there are, or something beyond {@code most}. */
  static long count(int columns, int largest, long most) {
    long total = 0;
    long ofSize = 1;
    for (int size = 1; size <= Math.min(largest, columns) && total <= most; size++) {
      // Fits: a binomial coefficient up to the limit, times a number of layers.
      ofSize = ofSize * (columns - size + 1) / size;
      total += ofSize;
    }
    return total;
  }

  private static boolean advance(int[] chosen, int columns) {
    int i = chosen.length - 1;
    while (i >= 0 && chosen[i] == columns - chosen.length + i) {
      i--;
    }
    if (i < 0) {
      return false;
    }
    chosen[i]++;
    for (int j = i + 1; j < chosen.length; j++) {
      chosen[j] = chosen[j - 1] + 1;
    }
    return true;
  }
}
