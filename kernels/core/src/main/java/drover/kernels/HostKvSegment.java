package drover.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A segment as pages of a power of two of slots, one list of pages per layer.
 *
 * <p>A page of keys is {@code [kvHeads, headDim, pageSlots]}: slots innermost, so that a score is
 * computed for as many slots at a time as a vector has lanes. A page of values is {@code [kvHeads,
 * pageSlots, headDim]}.
 */
final class HostKvSegment extends KvSegment {
  private static final int SMALLEST_PAGE = 16;
  private static final int LARGEST_PAGE = 64;

  /** Tokens whose keys are copied together: they lie side by side, in the same cache lines. */
  private static final int TOGETHER = 16;

  private final HostKvCache cache;
  private final int pageSlots;
  private float[][][] keys;
  private float[][][] values;

  HostKvSegment(HostKvCache cache, HostKvSegment parent, int start, int expectedSlots) {
    super(parent, start);
    this.cache = cache;
    int wanted = Math.clamp(expectedSlots, SMALLEST_PAGE, LARGEST_PAGE);
    this.pageSlots = Integer.highestOneBit(wanted - 1) << 1;
    this.keys = new float[cache.layers()][0][];
    this.values = new float[cache.layers()][0][];
  }

  @Override
  public HostKvCache cache() {
    return cache;
  }

  @Override
  protected KvSegment newChild(int at, int expectedSlots) {
    return new HostKvSegment(cache, this, at, expectedSlots);
  }

  /** This segment and those of its ancestors that it sees slots of, the oldest first. */
  List<HostKvSegment> chain() {
    List<HostKvSegment> chain = new ArrayList<>();
    chain.add(this);
    while (chain.getLast().start() > 0) {
      chain.add((HostKvSegment) chain.getLast().parent());
    }
    return chain.reversed();
  }

  /** Slots of one page. */
  int pageSlots() {
    return pageSlots;
  }

  /** The keys of a page, {@code [kvHeads, headDim, pageSlots]}. */
  float[] keys(int layer, int page) {
    requireOpen();
    return keys[layer][page];
  }

  /** The values of a page, {@code [kvHeads, pageSlots, headDim]}. */
  float[] values(int layer, int page) {
    requireOpen();
    return values[layer][page];
  }

  /** Makes room for the slots before {@code end} in one layer. */
  void reserve(int layer, int end) {
    requireOpen();
    int pages = (end - start() + pageSlots - 1) / pageSlots;
    int present = keys[layer].length;
    if (pages <= present) {
      return;
    }
    long elements = (long) cache.kvHeads() * cache.headDim() * pageSlots;
    float[][] moreKeys = Arrays.copyOf(keys[layer], pages);
    float[][] moreValues = Arrays.copyOf(values[layer], pages);
    for (int p = present; p < pages; p++) {
      moreKeys[p] = Heap.floats(elements, "A page of the KV cache");
      moreValues[p] = Heap.floats(elements, "A page of the KV cache");
    }
    keys[layer] = moreKeys;
    values[layer] = moreValues;
  }

  /**
   * Copies the keys and values of consecutive tokens, {@code [tokens, kvHeads * headDim]} from
   * {@code at} on, into reserved slots.
   */
  void put(int layer, int slot, int tokens, float[] k, float[] v, int at) {
    int width = cache.kvHeads() * cache.headDim();
    for (int done = 0; done < tokens; ) {
      int own = slot + done - start();
      int column = own % pageSlots;
      int count = Math.min(Math.min(tokens - done, pageSlots - column), TOGETHER);
      int from = at + done * width;
      putKeys(keys[layer][own / pageSlots], column, count, k, from);
      putValues(values[layer][own / pageSlots], column, count, v, from);
      done += count;
    }
  }

  private void putKeys(float[] page, int column, int count, float[] k, int at) {
    int width = cache.kvHeads() * cache.headDim();
    for (int i = 0; i < width; i++) {
      for (int token = 0; token < count; token++) {
        page[i * pageSlots + column + token] = k[at + token * width + i];
      }
    }
  }

  private void putValues(float[] page, int column, int count, float[] v, int at) {
    int headDim = cache.headDim();
    for (int h = 0; h < cache.kvHeads(); h++) {
      for (int token = 0; token < count; token++) {
        int from = at + (token * cache.kvHeads() + h) * headDim;
        System.arraycopy(v, from, page, (h * pageSlots + column + token) * headDim, headDim);
      }
    }
  }

  private void requireOpen() {
    if (keys == null || cache.isClosed()) {
      throw new IllegalStateException("the cache segment is closed");
    }
  }

  @Override
  public void close() {
    keys = null;
    values = null;
  }
}
