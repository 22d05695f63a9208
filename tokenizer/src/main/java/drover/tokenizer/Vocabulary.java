package drover.tokenizer;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The tokens of a model, by text and by id. All texts lie in one array of chars, found through an
 * open-addressing hash table, so that a vocabulary of 200,000 tokens is loaded without making
 * 200,000 objects. Ids need not be dense. The hash is keyed at random, so a hostile file cannot
 * choose tokens that collide.
 */
final class Vocabulary {

  static final int NONE = -1;

  private final long multiplier = new SplittableRandom().nextLong() | 1;
  private char[] pool = new char[1 << 12];
  private int[] starts = new int[1 << 9]; // entry e is pool[starts[e]..starts[e + 1])
  private int[] ids = new int[1 << 9];
  private int[] table = new int[1 << 10]; // entry + 1, 0 where empty
  private int size;
  private int[] entryOfId; // dense ids; null where they are sparse
  private long[] sortedIds; // id << 32 | entry; null where ids are dense

  /** Adds a token; false, and nothing changes, when the text is there already. */
  boolean add(char[] text, int offset, int length, int id) {
    int slot = slot(text, offset, length);
    if (table[slot] != 0) {
      return false;
    }
    if (size + 2 > starts.length) {
      starts = Arrays.copyOf(starts, starts.length * 2);
      ids = Arrays.copyOf(ids, ids.length * 2);
    }
    int start = starts[size];
    if (start + length > pool.length) {
      pool = Arrays.copyOf(pool, Math.max(start + length, pool.length * 2));
    }
    System.arraycopy(text, offset, pool, start, length);
    ids[size] = id;
    starts[size + 1] = start + length;
    table[slot] = ++size;
    if (size * 2 > table.length) {
      rehash();
    }
    return true;
  }

  private void rehash() {
    table = new int[table.length * 2];
    for (int entry = 0; entry < size; entry++) {
      table[slot(pool, starts[entry], starts[entry + 1] - starts[entry])] = entry + 1;
    }
  }

  /**
   * Indexes the tokens by id once all are added.
   *
   * @return an id that two tokens share, or {@link #NONE}
   */
  int index() {
    int max = -1;
    for (int entry = 0; entry < size; entry++) {
      max = Math.max(max, ids[entry]);
    }
    return max < 4L * size + 1024 ? indexDense(max) : indexSparse();
  }

  private int indexDense(int max) {
    entryOfId = new int[max + 1];
    Arrays.fill(entryOfId, NONE);
    for (int entry = 0; entry < size; entry++) {
      if (entryOfId[ids[entry]] != NONE) {
        return ids[entry];
      }
      entryOfId[ids[entry]] = entry;
    }
    return NONE;
  }

  private int indexSparse() {
    sortedIds = new long[size];
    for (int entry = 0; entry < size; entry++) {
      sortedIds[entry] = (long) ids[entry] << 32 | entry;
    }
    Arrays.sort(sortedIds);
    for (int i = 1; i < size; i++) {
      if (sortedIds[i] >>> 32 == sortedIds[i - 1] >>> 32) {
        return (int) (sortedIds[i] >>> 32);
      }
    }
    return NONE;
  }

  int size() {
    return size;
  }

  int find(String text) {
    char[] chars = text.toCharArray();
    return find(chars, 0, chars.length);
  }

  /** The id of a token, or {@link #NONE}. */
  int find(char[] text, int offset, int length) {
    int entry = table[slot(text, offset, length)] - 1;
    return entry < 0 ? NONE : ids[entry];
  }

  /** The text of a token, or null. */
  String token(int id) {
    int entry = entry(id);
    return entry == NONE
        ? null
        : new String(pool, starts[entry], starts[entry + 1] - starts[entry]);
  }

  private int entry(int id) {
    if (id < 0) {
      return NONE;
    }
    if (entryOfId != null) {
      return id < entryOfId.length ? entryOfId[id] : NONE;
    }
    int at = Arrays.binarySearch(sortedIds, (long) id << 32);
    int from = at < 0 ? -at - 1 : at;
    return from < size && sortedIds[from] >>> 32 == id ? (int) sortedIds[from] : NONE;
  }

  /** The slot that holds this text, or the empty one where it would go. */
  private int slot(char[] text, int offset, int length) {
    long hash = length;
    for (int i = offset; i < offset + length; i++) {
      hash = (hash + text[i]) * multiplier;
      hash ^= hash >>> 32;
    }
    int mask = table.length - 1;
    int slot = (int) (hash ^ hash >>> 17) & mask;
    while (table[slot] != 0 && !equal(table[slot] - 1, text, offset, length)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private boolean equal(int entry, char[] text, int offset, int length) {
    int start = starts[entry];
    return starts[entry + 1] - start == length
        && Arrays.equals(pool, start, start + length, text, offset, offset + length);
  }
}
