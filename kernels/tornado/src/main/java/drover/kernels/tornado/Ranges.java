package drover.kernels.tornado;

import java.lang.ref.Cleaner;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Which elements of a large device array are in use: TornadoVM has no way to allocate in the middle
 * of a plan, so that everything lives in arrays that are as large as they will ever be.
 */
final class Ranges {
  /** Garbage that still holds ranges is looked for this often before there is no room. */
  private static final int COLLECTIONS = 4;

  private static final long PAUSE_MILLIS = 30;

  /** Free elements by where they begin. */
  private final NavigableMap<Integer, Integer> free = new TreeMap<>();

  private final Cleaner cleaner = Cleaner.create();
  private int elements;

  Ranges(int elements) {
    this.elements = elements;
    free.put(0, elements);
  }

  /** A range that is given back when it is closed, or its owner is garbage. */
  static final class Range implements AutoCloseable {
    private final int start;
    private final Cleaner.Cleanable cleanable;

    private Range(int start, Cleaner.Cleanable cleanable) {
      this.start = start;
      this.cleanable = cleanable;
    }

    int start() {
      return start;
    }

    @Override
    public void close() {
      cleanable.clean();
    }
  }

  /**
   * The first free range of so many elements; empty where there is none. Ranges begin at multiples
   * of {@link WideKernels#LANES}.
   */
  Optional<Range> take(Object owner, int count) {
    int wanted = Math.ceilDiv(count, WideKernels.LANES) * WideKernels.LANES;
    OptionalInt start = find(wanted);
    for (int i = 0; i < COLLECTIONS && start.isEmpty(); i++) {
      awaitGarbage();
      start = find(wanted);
    }
    if (start.isEmpty()) {
      return Optional.empty();
    }
    int at = start.getAsInt();
    return Optional.of(new Range(at, cleaner.register(owner, () -> giveBack(at, wanted))));
  }

  private static void awaitGarbage() {
    System.gc();
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized OptionalInt find(int wanted) {
    OptionalInt start =
        free.entrySet().stream()
            .filter(range -> range.getValue() >= wanted)
            .mapToInt(Map.Entry::getKey)
            .findFirst();
    start.ifPresent(
        at -> {
          int left = free.remove(at) - wanted;
          if (left > 0) {
            free.put(at + wanted, left);
          }
        });
    return start;
  }

  private synchronized void giveBack(int start, int count) {
    int first = start;
    int length = count;
    Map.Entry<Integer, Integer> before = free.floorEntry(start);
    if (before != null && before.getKey() + before.getValue() == start) {
      first = before.getKey();
      length += before.getValue();
    }
    Integer behind = free.remove(start + count);
    free.put(first, behind == null ? length : length + behind);
  }

  /** More elements, behind the others. */
  synchronized void append(int more) {
    giveBack(elements, more);
    elements += more;
  }

  /** The end of the last range in use. */
  synchronized int end() {
    Map.Entry<Integer, Integer> last = free.lastEntry();
    return last != null && last.getKey() + last.getValue() == elements ? last.getKey() : elements;
  }
}
