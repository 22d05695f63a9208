package drover.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Rows of a batch in the order in which {@link OuterTile} reads them: tile after tile {@code
 * [GROUPS, chunks, CHAINS, 8]}, a chunk being as many elements of a row as a vector has lanes, of
 * up to eight rows. With 16 lanes, lane i + 8 stands beside lane i.
 *
 * @param chunks of a row
 * @param memory room for {@link #vectors} of them
 */
record OuterRows(RowTiles tiles, int chunks, Operands memory) {
  /** Rows that there is room for in a tile. */
  private static final int ROWS = 8;

  private static final long BYTES = DotTile.BYTES;

  /** Bytes from an element of a chain to the next one. */
  static final long STEP = Math.max(BYTES, 4L * ROWS);

  private static final VectorMask<Float> FOURS = Lanes.upper(4);
  private static final VectorMask<Float> TWOS = Lanes.upper(2);
  private static final VectorMask<Float> ONES = Lanes.upper(1);
  private static final VectorShuffle<Float> SWAP_FOURS = Lanes.swap(Math.min(4, Lanes.COUNT / 2));
  private static final VectorShuffle<Float> SWAP_TWOS = Lanes.swap(2);
  private static final VectorShuffle<Float> SWAP_ONES = Lanes.swap(1);

  /** Vectors of all tiles. */
  static long vectors(RowTiles tiles, int chunks) {
    return tiles.count() * STEP * OuterTile.GROUPS / BYTES * chunks;
  }

  /** Bytes from a tile's begin to the chains of a group. */
  long group(int group) {
    return group * STEP * chunks;
  }

  /** Where a tile begins in memory's segment. */
  long at(int tile) {
    long vectors = STEP * OuterTile.GROUPS / BYTES * chunks;
    return memory.at(tile * vectors, vectors);
  }

  /**
   * Packs some chunks of a tile.
   *
   * @param first the first of them
   * @param x rows {@code step} elements apart from {@code at} on
   * @param columns elements of a row that these chunks have, the last of them perhaps not whole
   */
  void pack(int tile, int first, float[] x, int at, int step, int columns) {
    int last = tiles.filled(tile) - 1;
    long to = at(tile) + first * STEP;
    int whole = Lanes.whole(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      turn(x, at + i, step, last, to);
      to += STEP;
    }
    if (whole < columns) {
      float[] padded = new float[ROWS * Lanes.COUNT];
      for (int r = 0; r <= last; r++) {
        System.arraycopy(x, at + r * step + whole, padded, r * Lanes.COUNT, columns - whole);
      }
      turn(padded, 0, Lanes.COUNT, last, to);
    }
  }

  /**
   * Brings eight vectors to their chains: rows four apart exchange every other four lanes, those
   * two apart every other two, neighbours every other one.
   */
  private void turn(float[] x, int at, int step, int last, long to) {
    MemorySegment chains = Operands.unchecked(memory.segment());
    FloatVector r0 = FloatVector.fromArray(Lanes.F, x, at);
    FloatVector r1 = FloatVector.fromArray(Lanes.F, x, at + Math.min(1, last) * step);
    FloatVector r2 = FloatVector.fromArray(Lanes.F, x, at + Math.min(2, last) * step);
    FloatVector r3 = FloatVector.fromArray(Lanes.F, x, at + Math.min(3, last) * step);
    FloatVector r4 = FloatVector.fromArray(Lanes.F, x, at + Math.min(4, last) * step);
    FloatVector r5 = FloatVector.fromArray(Lanes.F, x, at + Math.min(5, last) * step);
    FloatVector r6 = FloatVector.fromArray(Lanes.F, x, at + Math.min(6, last) * step);
    FloatVector r7 = FloatVector.fromArray(Lanes.F, x, at + Math.min(7, last) * step);
    if (Lanes.COUNT >= ROWS) {
      FloatVector t0 = r0;
      r0 = t0.blend(r4.rearrange(SWAP_FOURS), FOURS);
      r4 = t0.rearrange(SWAP_FOURS).blend(r4, FOURS);
      FloatVector t1 = r1;
      r1 = t1.blend(r5.rearrange(SWAP_FOURS), FOURS);
      r5 = t1.rearrange(SWAP_FOURS).blend(r5, FOURS);
      FloatVector t2 = r2;
      r2 = t2.blend(r6.rearrange(SWAP_FOURS), FOURS);
      r6 = t2.rearrange(SWAP_FOURS).blend(r6, FOURS);
      FloatVector t3 = r3;
      r3 = t3.blend(r7.rearrange(SWAP_FOURS), FOURS);
      r7 = t3.rearrange(SWAP_FOURS).blend(r7, FOURS);
    }
    FloatVector u0 = r0.blend(r2.rearrange(SWAP_TWOS), TWOS);
    FloatVector u2 = r0.rearrange(SWAP_TWOS).blend(r2, TWOS);
    FloatVector u1 = r1.blend(r3.rearrange(SWAP_TWOS), TWOS);
    FloatVector u3 = r1.rearrange(SWAP_TWOS).blend(r3, TWOS);
    FloatVector u4 = r4.blend(r6.rearrange(SWAP_TWOS), TWOS);
    FloatVector u6 = r4.rearrange(SWAP_TWOS).blend(r6, TWOS);
    FloatVector u5 = r5.blend(r7.rearrange(SWAP_TWOS), TWOS);
    FloatVector u7 = r5.rearrange(SWAP_TWOS).blend(r7, TWOS);
    FloatVector v0 = u0.blend(u1.rearrange(SWAP_ONES), ONES);
    FloatVector v1 = u0.rearrange(SWAP_ONES).blend(u1, ONES);
    FloatVector v2 = u2.blend(u3.rearrange(SWAP_ONES), ONES);
    FloatVector v3 = u2.rearrange(SWAP_ONES).blend(u3, ONES);
    FloatVector v4 = u4.blend(u5.rearrange(SWAP_ONES), ONES);
    FloatVector v5 = u4.rearrange(SWAP_ONES).blend(u5, ONES);
    FloatVector v6 = u6.blend(u7.rearrange(SWAP_ONES), ONES);
    FloatVector v7 = u6.rearrange(SWAP_ONES).blend(u7, ONES);
    long next = STEP * chunks;
    // With four lanes a vector has a half of the rows of one.
    long four = Lanes.COUNT >= ROWS ? 4 * next : BYTES;
    v0.intoMemorySegment(chains, to, LITTLE_ENDIAN);
    v1.intoMemorySegment(chains, to + next, LITTLE_ENDIAN);
    v2.intoMemorySegment(chains, to + 2 * next, LITTLE_ENDIAN);
    v3.intoMemorySegment(chains, to + 3 * next, LITTLE_ENDIAN);
    v4.intoMemorySegment(chains, to + four, LITTLE_ENDIAN);
    v5.intoMemorySegment(chains, to + four + next, LITTLE_ENDIAN);
    v6.intoMemorySegment(chains, to + four + 2 * next, LITTLE_ENDIAN);
    v7.intoMemorySegment(chains, to + four + 3 * next, LITTLE_ENDIAN);
  }
}
