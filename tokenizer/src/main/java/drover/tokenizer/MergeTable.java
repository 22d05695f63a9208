package drover.tokenizer;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The merges of a BPE model: from a pair of neighbouring token ids to the merge's rank (lower goes
 * first) and the id of the token that it makes. Open addressing over primitives; the hash is keyed
 * at random, so a hostile file cannot choose pairs that collide.
 */
final class MergeTable {

  /** No such merge. */
  static final long NONE = -1;

  private final long multiplier = new SplittableRandom().nextLong() | 1;
  private final long[] keys;
  private final long[] values;

  MergeTable(int merges) {
    int capacity = Integer.highestOneBit(Math.max(merges, 8)) * 4;
    keys = new long[capacity];
    values = new long[capacity];
    Arrays.fill(values, NONE);
  }

  /** Adds a merge; where the pair is there already, the later one holds. */
  void put(int left, int right, int rank, int merged) {
    int slot = slot(key(left, right));
    keys[slot] = key(left, right);
    values[slot] = (long) rank << 32 | merged;
  }

  /** {@code rank << 32 | merged id}, or {@link #NONE}. */
  long get(int left, int right) {
    return values[slot(key(left, right))];
  }

  static int rank(long merge) {
    return (int) (merge >>> 32);
  }

  static int merged(long merge) {
    return (int) merge;
  }

  private static long key(int left, int right) {
    return (long) left << 32 | right;
  }

  private int slot(long key) {
    int mask = keys.length - 1;
    long hash = key * multiplier;
    hash = (hash ^ hash >>> 32) * multiplier;
    int slot = (int) (hash >>> 33) & mask;
    while (values[slot] != NONE && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
