package drover.steering;

import java.util.Arrays;

/**
 * The median of many positive numbers, in bounded memory and whatever their order: they are counted
 * in classes that are a 512th of a power of two wide, so that the median is right to 0.1%.
 */
final class NormHistogram {
  /** A class is all floats that are equal but for these last bits of their mantissas. */
  private static final int LAST_BITS = 14;

  /** From the least normal float to the largest. */
  private static final int FIRST = Float.floatToIntBits(Float.MIN_NORMAL) >>> LAST_BITS;

  private static final int LAST = Float.floatToIntBits(Float.MAX_VALUE) >>> LAST_BITS;

  private static final int PAGE = 1024;

  /** Counts by class, in pages that are made when they are needed. */
  private final long[][] pages = new long[(LAST - FIRST) / PAGE + 1][];

  private long total;

  /** Counts a number {@code times}. */
  void add(float number, long times) {
    if (times == 0) {
      return;
    }
    int bits = Float.floatToIntBits(number) >>> LAST_BITS;
    int index = Math.clamp(bits, FIRST, LAST) - FIRST;
    if (pages[index / PAGE] == null) {
      pages[index / PAGE] = new long[PAGE];
    }
    pages[index / PAGE][index % PAGE] += times;
    total += times;
  }

  /** The number in the middle; of an even count, the lower of the two. Of no numbers, 0. */
  double median() {
    long before = (total + 1) / 2;
    for (int page = 0; page < pages.length; page++) {
      long inPage = pages[page] == null ? 0 : Arrays.stream(pages[page]).sum();
      if (inPage < before) {
        before -= inPage;
        continue;
      }
      for (int i = 0; total > 0; i++) {
        before -= pages[page][i];
        if (before <= 0) {
          return middle(FIRST + page * PAGE + i);
        }
      }
    }
    return 0;
  }

  private static double middle(int bits) {
    return Float.intBitsToFloat((bits << LAST_BITS) + (1 << (LAST_BITS - 1)));
  }
}
