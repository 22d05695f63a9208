package drover.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A segment as pages of a power of two of slots, one list of pages per layer, or one for all layers
 * in turn where the segment is for one pass: pages that are used again are still in a cache.
 *
 * <p>A page of keys is {@code [kvHeads, pageSlots / BLOCK, headDim, BLOCK]}: slots innermost, so
 * that a score is computed for as many slots at a time as a vector has lanes, and in blocks, so
 * that what has no keys yet is not read. A page of values is {@code [kvHeads, pageSlots, headDim]}.
 */
final class HostKvSegment extends KvSegment {
  /** Slots whose keys lie side by side: as many as the widest vectors have lanes. */
  static final int BLOCK = 16;

  private static final String PAGE = "A page of the KV cache";
  private static final int SMALLEST_PAGE = BLOCK;
  private static final int LARGEST_PAGE = 64;

  private final HostKvCache cache;
  private final int pageSlots;
  private float[][][] keys;
  private float[][][] values;

  /** The layer whose keys and values are here, of a segment for one pass. */
  private int layerHeld;

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

  /** The keys of a page, {@code [kvHeads, pageSlots / BLOCK, headDim, BLOCK]}. */
  float[] keys(int layer, int page) {
    requireOpen();
    return keys[list(layer)][page];
  }

  /** Where the first element of a slot's key begins in a page; the others are BLOCK apart. */
  int keyAt(int kvHead, int column) {
    int block = kvHead * (pageSlots / BLOCK) + column / BLOCK;
    return block * cache.headDim() * BLOCK + column % BLOCK;
  }

  /** The values of a page, {@code [kvHeads, pageSlots, headDim]}. */
  float[] values(int layer, int page) {
    requireOpen();
    return values[list(layer)][page];
  }

  /** Which of the lists has a layer's pages. */
  private int list(int layer) {
    if (!isForOnePass()) {
      return layer;
    }
    if (layer != layerHeld) {
      throw new IllegalStateException(
          "layer %d of a segment for one pass, which is at layer %d".formatted(layer, layerHeld));
    }
    return 0;
  }

  /** Makes room for the slots before {@code end} in one layer. */
  void reserve(int layer, int end) {
    requireOpen();
    layerHeld = layer;
    int list = list(layer);
    int pages = (end - start() + pageSlots - 1) / pageSlots;
    int present = keys[list].length;
    if (pages <= present) {
      return;
    }
    long elements = (long) cache.kvHeads() * cache.headDim() * pageSlots;
    float[][] moreKeys = Arrays.copyOf(keys[list], pages);
    float[][] moreValues = Arrays.copyOf(values[list], pages);
    for (int p = present; p < pages; p++) {
      moreKeys[p] = cache.pages().take(elements, PAGE);
      moreValues[p] = cache.pages().take(elements, PAGE);
    }
    keys[list] = moreKeys;
    values[list] = moreValues;
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
      int count = Math.min(tokens - done, BLOCK - column % BLOCK);
      int from = at + done * width;
      putKeys(keys(layer, own / pageSlots), column, count, k, from);
      putValues(values(layer, own / pageSlots), column, count, v, from);
      done += count;
    }
  }

  /** Copies keys of tokens that are in one block. */
  private void putKeys(float[] page, int column, int count, float[] k, int at) {
    int headDim = cache.headDim();
    int width = cache.kvHeads() * headDim;
    for (int h = 0; h < cache.kvHeads(); h++) {
      int to = keyAt(h, column);
      for (int d = 0; d < headDim; d++) {
        for (int token = 0; token < count; token++) {
          page[to + d * BLOCK + token] = k[at + token * width + h * headDim + d];
        }
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
    if (keys != null && !cache.isClosed()) {
      giveBack(keys);
      giveBack(values);
    }
    keys = null;
    values = null;
  }

  private void giveBack(float[][][] pages) {
    for (float[][] layer : pages) {
      for (float[] page : layer) {
        cache.pages().give(page);
      }
    }
  }
}
