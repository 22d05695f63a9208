package drover.tokenizer;

import java.util.Arrays;

/**
 * Applies the merges of byte pair encoding to the symbols of one word: always the merge of lowest
 * rank, the leftmost of equal ones. Short words look through all pairs each time; long ones keep
 * the candidate merges in a heap and the symbols in a linked list, which takes O(n log n).
 */
final class MergeLoop {

  private static final int SHORT = 32;
  private static final int GONE = -1;

  private final MergeTable merges;

  MergeLoop(MergeTable merges) {
    this.merges = merges;
  }

  /**
   * Merges in place.
   *
   * @param symbols [length] token ids; afterwards the merged ones come first
   * @return how many symbols are left
   */
  int merge(int[] symbols, int length) {
    return length <= SHORT ? mergeShort(symbols, length) : mergeLong(symbols, length);
  }

  private int mergeShort(int[] symbols, int length) {
    if (length < 2) {
      return length;
    }
    long[] pairs = new long[length - 1];
    for (int i = 0; i < length - 1; i++) {
      pairs[i] = merges.get(symbols[i], symbols[i + 1]);
    }
    int left = length;
    while (true) {
      int best = -1;
      for (int i = 0; i < left - 1; i++) {
        if (pairs[i] != MergeTable.NONE
            && (best < 0 || MergeTable.rank(pairs[i]) < MergeTable.rank(pairs[best]))) {
          best = i;
        }
      }
      if (best < 0) {
        return left;
      }
      symbols[best] = MergeTable.merged(pairs[best]);
      left--;
      System.arraycopy(symbols, best + 2, symbols, best + 1, left - best - 1);
      if (best < left - 1) {
        System.arraycopy(pairs, best + 1, pairs, best, left - 1 - best);
        pairs[best] = merges.get(symbols[best], symbols[best + 1]);
      }
      if (best > 0) {
        pairs[best - 1] = merges.get(symbols[best - 1], symbols[best]);
      }
    }
  }

  private int mergeLong(int[] symbols, int length) {
    int[] previous = new int[length];
    int[] next = new int[length];
    Heap heap = new Heap(length);
    for (int i = 0; i < length; i++) {
      previous[i] = i - 1;
      next[i] = i + 1 < length ? i + 1 : GONE;
      if (i + 1 < length) {
        heap.offer(merges.get(symbols[i], symbols[i + 1]), i);
      }
    }
    while (heap.size > 0) {
      long top = heap.poll();
      int at = (int) top;
      int right = symbols[at] == GONE ? GONE : next[at];
      if (right == GONE) {
        continue;
      }
      long merge = merges.get(symbols[at], symbols[right]);
      if (merge == MergeTable.NONE || MergeTable.rank(merge) != (int) (top >>> 32)) {
        continue; // the pair that was queued here has changed since
      }
      symbols[at] = MergeTable.merged(merge);
      symbols[right] = GONE;
      next[at] = next[right];
      if (next[at] != GONE) {
        previous[next[at]] = at;
        heap.offer(merges.get(symbols[at], symbols[next[at]]), at);
      }
      if (previous[at] >= 0) {
        heap.offer(merges.get(symbols[previous[at]], symbols[at]), previous[at]);
      }
    }
    int left = 0;
    for (int i = 0; i < length; i++) {
      if (symbols[i] != GONE) {
        symbols[left++] = symbols[i];
      }
    }
    return left;
  }

  /** A binary heap of {@code rank << 32 | position}, smallest first. */
  private static final class Heap {

    private long[] items;
    private int size;

    Heap(int capacity) {
      items = new long[capacity];
    }

    void offer(long merge, int position) {
      if (merge == MergeTable.NONE) {
        return;
      }
      if (size == items.length) {
        items = Arrays.copyOf(items, size * 2);
      }
      long item = (long) MergeTable.rank(merge) << 32 | position;
      int at = size++;
      while (at > 0) {
        int parent = (at - 1) >>> 1;
        if (items[parent] <= item) {
          break;
        }
        items[at] = items[parent];
        at = parent;
      }
      items[at] = item;
    }

    long poll() {
      long top = items[0];
      long last = items[--size];
      int at = 0;
      while (2 * at + 1 < size) {
        int child = 2 * at + 1;
        if (child + 1 < size && items[child + 1] < items[child]) {
          child++;
        }
        if (items[child] >= last) {
          break;
        }
        items[at] = items[child];
        at = child;
      }
      items[at] = last;
      return top;
    }
  }
}
