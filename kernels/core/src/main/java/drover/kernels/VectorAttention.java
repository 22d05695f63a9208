package drover.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Attention over the pages of segment chains. Scores are computed for a vector of slots at a time,
 * values gathered for a vector of head elements at a time; each sum runs over its terms in one
 * order, whatever the batch or the segments, so that packing and forking change no bit.
 */
final class VectorAttention {
  /** Rows of a run that one item of work takes: they share the pages while these are in cache. */
  private static final int ROW_BLOCK = 8;

  private final Workers workers;
  private final ColdStart start;
  private final ConcurrentLinkedQueue<Scratch> scratches = new ConcurrentLinkedQueue<>();

  VectorAttention(Workers workers, ColdStart start) {
    this.workers = workers;
    this.start = start;
  }

  /**
   * Rows {@code [first, first + count)} of a run, with one key/value head.
   *
   * @param chain the run's segment and its ancestors, the oldest first
   */
  private record Item(
      RowLayout.Run run,
      List<HostKvSegment> chain,
      int batchRow,
      int first,
      int count,
      int kvHead) {

    /** How many slots of the whole past the link {@code c} of the chain ends at. */
    int end(int c, int visible) {
      return c + 1 < chain.size() ? Math.min(visible, chain.get(c + 1).start()) : visible;
    }
  }

  private static final int BLOCK = HostKvSegment.BLOCK;

  /** Queries that the kernels take together. */
  private static final int TOGETHER = 6;

  /** CPUs with vectors of 512 bits have twice as many of them. */
  private static final boolean WIDE = Lanes.COUNT == 16;

  /** Elements of a head, or where vectors are narrow slots, that those kernels take at a time. */
  private static final int STEP =
      (WIDE ? WideAttention.VECTORS : NarrowAttention.VECTORS) * Lanes.COUNT;

  /** What one item works with. */
  private static final class Scratch {
    /** {@code [queries, stride]}. */
    private float[] scores = new float[0];

    /** Where each query and its result begin, the last one again up to whole sixes. */
    private int[] queries = new int[0];

    /** Where each query's scores begin, in the same way. */
    private int[] rows = new int[0];

    void reserve(int queryCount, int stride) {
      if (scores.length < queryCount * stride) {
        scores = new float[queryCount * stride];
      }
      if (queries.length < queryCount + TOGETHER) {
        queries = new int[queryCount + TOGETHER];
        rows = new int[queryCount + TOGETHER];
      }
    }
  }

  /** As {@link Device#attention}, shapes already checked. */
  void attend(
      float[] out,
      float[] q,
      int qWidth,
      HostKvCache cache,
      int layer,
      RowLayout layout,
      float scale) {
    List<Item> items = items(layout, cache.kvHeads());
    boolean cold = start.isCold();
    // The heads of a page lie one after the other: one thread had better read them.
    int size = Math.clamp(items.size() / (4L * workers.count()), 1, cache.kvHeads());
    workers.forEach(
        Math.ceilDiv(items.size(), size),
        g -> {
          Scratch scratch = scratches.poll();
          if (scratch == null) {
            scratch = new Scratch();
          }
          for (int i = g * size; i < Math.min((g + 1) * size, items.size()); i++) {
            new ItemPass(cache, layer, scale, items.get(i), q, out, qWidth, cold).run(scratch);
          }
          scratches.add(scratch);
        });
  }

  private static List<Item> items(RowLayout layout, int kvHeads) {
    List<Item> items = new ArrayList<>();
    for (int r = 0; r < layout.runs().size(); r++) {
      RowLayout.Run run = layout.runs().get(r);
      List<HostKvSegment> chain = ((HostKvSegment) run.segment()).chain();
      for (int first = 0; first < run.rows(); first += ROW_BLOCK) {
        int count = Math.min(ROW_BLOCK, run.rows() - first);
        for (int head = 0; head < kvHeads; head++) {
          items.add(new Item(run, chain, layout.start(r) + first, first, count, head));
        }
      }
    }
    return items;
  }

  /** One item's way through scores, softmax and values. */
  private static final class ItemPass {
    private final int layer;
    private final float scale;
    private final Item item;
    private final float[] q;
    private final float[] out;
    private final int qWidth;
    private final int headDim;
    private final int group;
    private final int visible;
    private final int stride;
    private final boolean cold;
    private float[] scores;
    private int[] queries;
    private int[] rows;

    ItemPass(
        HostKvCache cache,
        int layer,
        float scale,
        Item item,
        float[] q,
        float[] out,
        int qWidth,
        boolean cold) {
      this.cold = cold;
      this.layer = layer;
      this.scale = scale;
      this.item = item;
      this.q = q;
      this.out = out;
      this.qWidth = qWidth;
      this.headDim = cache.headDim();
      this.group = qWidth / headDim / cache.kvHeads();
      this.visible = item.run().visible(item.first() + item.count() - 1);
      // The last block may run over into slots that nobody sees.
      this.stride = Lanes.whole(visible + Lanes.COUNT - 1) + BLOCK;
    }

    void run(Scratch scratch) {
      int count = item.count() * group;
      scratch.reserve(count, stride);
      scores = scratch.scores;
      queries = scratch.queries;
      rows = scratch.rows;
      for (int i = 0; i < count + TOGETHER; i++) {
        int query = Math.min(i, count - 1);
        queries[i] = queryAt(query);
        rows[i] = query * stride;
      }
      // Oldest segment first: a block's scores may run over into the slots of the next one.
      for (int c = 0; c < item.chain().size(); c++) {
        scorePages(item.chain().get(c), item.end(c, visible), count);
      }
      for (int i = 0; i < count; i++) {
        int seen = item.run().visible(item.first() + i / group);
        if (cold) {
          PlainKernels.softmax(scores, rows[i], seen, scale);
        } else {
          RowKernels.softmax(scores, rows[i], seen, scale);
        }
        Arrays.fill(out, queries[i], queries[i] + headDim, 0f);
      }
      for (int c = 0; c < item.chain().size(); c++) {
        addValues(item.chain().get(c), item.end(c, visible), count);
      }
    }

    /** Where query i begins in q and its result in out. */
    private int queryAt(int i) {
      return (item.batchRow() + i / group) * qWidth + (item.kvHead() * group + i % group) * headDim;
    }

    /**
     * How many slots of a page that ends at {@code end} or before query i sees; none if below 1.
     */
    private int seen(int i, int slot, int slots, int end) {
      int visibleToQuery = item.run().visible(item.first() + i / group);
      return Math.min(Math.min(end, visibleToQuery) - slot, slots);
    }

    private void scorePages(HostKvSegment segment, int end, int count) {
      int slots = segment.pageSlots();
      for (int slot = segment.start(); slot < end; slot += slots) {
        float[] page = segment.keys(layer, (slot - segment.start()) / slots);
        int keyAt = segment.keyAt(item.kvHead(), 0);
        int blocks = Math.ceilDiv(Math.min(end - slot, slots), BLOCK);
        if (cold) {
          scoresPlainly(page, keyAt, blocks, count, slot);
        } else {
          for (int i = 0; i < count; i += TOGETHER) {
            scoresTogether(page, keyAt, blocks, i, slot);
          }
        }
      }
    }

    private void scoresPlainly(float[] page, int pageAt, int blocks, int count, int slot) {
      for (int i = 0; i < count; i++) {
        for (int b = 0; b < blocks; b++) {
          int keyAt = pageAt + b * BLOCK * headDim;
          int at = rows[i] + slot + b * BLOCK;
          PlainKernels.scoresOfBlock(q, queries[i], headDim, page, keyAt, scores, at);
        }
      }
    }

    private void scoresTogether(float[] page, int pageAt, int blocks, int i, int slot) {
      int b = 0;
      while (b < blocks) {
        int keyAt = pageAt + b * BLOCK * headDim;
        int at = slot + b * BLOCK;
        if (WIDE && b + WideAttention.VECTORS <= blocks) {
          WideAttention.scores(q, queries, i, headDim, page, keyAt, scores, rows, at);
          b += WideAttention.VECTORS;
        } else {
          scoresOfBlock(page, keyAt, i, at);
          b++;
        }
      }
    }

    private void scoresOfBlock(float[] page, int keyAt, int i, int slot) {
      if (WIDE) {
        WideAttention.scoresOfBlock(q, queries, i, headDim, page, keyAt, scores, rows, slot);
      } else {
        for (int s = 0; s < BLOCK; s += STEP) {
          NarrowAttention.scores(q, queries, i, headDim, page, keyAt + s, scores, rows, slot + s);
        }
      }
    }

    private void addValues(HostKvSegment segment, int end, int count) {
      int slots = segment.pageSlots();
      for (int slot = segment.start(); slot < end; slot += slots) {
        float[] page = segment.values(layer, (slot - segment.start()) / slots);
        int pageAt = item.kvHead() * slots * headDim;
        for (int i = 0; i < count; i += TOGETHER) {
          // Later queries of a run see more: what the first one sees, all see.
          int common = cold || headDim % STEP != 0 ? 0 : seen(i, slot, slots, end);
          if (common > 0) {
            valuesTogether(page, pageAt, common, i, slot);
          }
          int from = Math.max(common, 0);
          for (int j = i; j < Math.min(i + TOGETHER, count); j++) {
            addRest(
                page, pageAt + from * headDim, seen(j, slot, slots, end) - from, j, slot + from);
          }
        }
      }
    }

    private void valuesTogether(float[] page, int pageAt, int count, int i, int slot) {
      for (int d = 0; d < headDim; d += STEP) {
        if (WIDE) {
          WideAttention.values(
              scores, rows, i, slot, count, page, pageAt, headDim, out, queries, d);
        } else {
          NarrowAttention.values(
              scores, rows, i, slot, count, page, pageAt, headDim, out, queries, d);
        }
      }
    }

    /** What query i sees of a page beyond what others see as well. */
    private void addRest(float[] page, int pageAt, int count, int i, int slot) {
      int at = rows[i] + slot;
      if (count <= 0) {
        return;
      }
      if (cold) {
        PlainKernels.values(scores, at, count, page, pageAt, headDim, out, queries[i]);
      } else {
        AttentionKernels.values(scores, at, count, page, pageAt, headDim, out, queries[i]);
      }
    }
  }
}
