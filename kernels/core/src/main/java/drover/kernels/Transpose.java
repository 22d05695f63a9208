package drover.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Turns blocks of as many vectors as a vector has lanes: element j of vector i becomes element i of
 * vector j. For one thread.
 *
 * <p>Vectors half a block apart exchange the halves of their lanes, then those a quarter apart
 * their quarters, until neighbours exchange every other lane: written out for the reason that
 * {@link WideTile} has.
 */
final class Transpose {
  private static final long BYTES = DotTile.BYTES;
  private static final int QUARTER = Lanes.COUNT / 4;

  private static final VectorMask<Integer> HALVES = Lanes.UPPER_HALVES.cast(Lanes.I);
  private static final VectorMask<Integer> QUARTERS = Lanes.UPPER_QUARTERS.cast(Lanes.I);
  private static final VectorMask<Integer> TWOS = Lanes.upper(2).cast(Lanes.I);
  private static final VectorMask<Integer> ONES = Lanes.upper(1).cast(Lanes.I);
  private static final VectorShuffle<Integer> SWAP_HALVES = Lanes.SWAP_HALVES.cast(Lanes.I);
  private static final VectorShuffle<Integer> SWAP_QUARTERS = Lanes.SWAP_QUARTERS.cast(Lanes.I);
  private static final VectorShuffle<Integer> SWAP_TWOS = Lanes.swap(2).cast(Lanes.I);
  private static final VectorShuffle<Integer> SWAP_ONES = Lanes.swap(1).cast(Lanes.I);

  private final Operands block = new Operands(Lanes.COUNT);

  /** Room for a block whose vectors are put together first. */
  MemorySegment segment() {
    return block.segment();
  }

  /** Where that room begins. */
  long at() {
    return block.at(0, Lanes.COUNT);
  }

  /** Turns the block whose vectors are in {@link #segment}. */
  void turn() {
    turn(Operands.unchecked(block.segment()), at(), BYTES);
  }

  /** Turns a block whose vectors are {@code step} bytes apart, into {@link #segment}. */
  void turn(MemorySegment from, long first, long step) {
    begin(from, first, step);
    finish();
  }

  /** The first two exchanges. */
  private void begin(MemorySegment from, long first, long step) {
    MemorySegment turned = Operands.unchecked(block.segment());
    long to = at();
    for (int i = 0; i < QUARTER; i++) {
      long at = first + i * step;
      long next = QUARTER * step;
      IntVector v0 = IntVector.fromMemorySegment(Lanes.I, from, at, LITTLE_ENDIAN);
      IntVector v1 = IntVector.fromMemorySegment(Lanes.I, from, at + next, LITTLE_ENDIAN);
      IntVector v2 = IntVector.fromMemorySegment(Lanes.I, from, at + 2 * next, LITTLE_ENDIAN);
      IntVector v3 = IntVector.fromMemorySegment(Lanes.I, from, at + 3 * next, LITTLE_ENDIAN);
      IntVector h0 = v0.blend(v2.rearrange(SWAP_HALVES), HALVES);
      IntVector h2 = v0.rearrange(SWAP_HALVES).blend(v2, HALVES);
      IntVector h1 = v1.blend(v3.rearrange(SWAP_HALVES), HALVES);
      IntVector h3 = v1.rearrange(SWAP_HALVES).blend(v3, HALVES);
      long toAt = to + i * BYTES;
      long toNext = QUARTER * BYTES;
      h0.blend(h1.rearrange(SWAP_QUARTERS), QUARTERS)
          .intoMemorySegment(turned, toAt, LITTLE_ENDIAN);
      h0.rearrange(SWAP_QUARTERS)
          .blend(h1, QUARTERS)
          .intoMemorySegment(turned, toAt + toNext, LITTLE_ENDIAN);
      h2.blend(h3.rearrange(SWAP_QUARTERS), QUARTERS)
          .intoMemorySegment(turned, toAt + 2 * toNext, LITTLE_ENDIAN);
      h2.rearrange(SWAP_QUARTERS)
          .blend(h3, QUARTERS)
          .intoMemorySegment(turned, toAt + 3 * toNext, LITTLE_ENDIAN);
    }
  }

  /** Turns the rest of the way the block that was taken. */
  private void finish() {
    MemorySegment turned = Operands.unchecked(block.segment());
    long from = at();
    for (int i = 0; i < Lanes.COUNT; i += 4) {
      long at = from + i * BYTES;
      IntVector v0 = IntVector.fromMemorySegment(Lanes.I, turned, at, LITTLE_ENDIAN);
      IntVector v1 = IntVector.fromMemorySegment(Lanes.I, turned, at + BYTES, LITTLE_ENDIAN);
      IntVector v2 = IntVector.fromMemorySegment(Lanes.I, turned, at + 2 * BYTES, LITTLE_ENDIAN);
      IntVector v3 = IntVector.fromMemorySegment(Lanes.I, turned, at + 3 * BYTES, LITTLE_ENDIAN);
      if (Lanes.COUNT >= 16) {
        IntVector t0 = v0;
        IntVector t1 = v1;
        v0 = t0.blend(v2.rearrange(SWAP_TWOS), TWOS);
        v2 = t0.rearrange(SWAP_TWOS).blend(v2, TWOS);
        v1 = t1.blend(v3.rearrange(SWAP_TWOS), TWOS);
        v3 = t1.rearrange(SWAP_TWOS).blend(v3, TWOS);
      }
      if (Lanes.COUNT >= 8) {
        IntVector t0 = v0;
        IntVector t2 = v2;
        v0 = t0.blend(v1.rearrange(SWAP_ONES), ONES);
        v1 = t0.rearrange(SWAP_ONES).blend(v1, ONES);
        v2 = t2.blend(v3.rearrange(SWAP_ONES), ONES);
        v3 = t2.rearrange(SWAP_ONES).blend(v3, ONES);
      }
      v0.intoMemorySegment(turned, at, LITTLE_ENDIAN);
      v1.intoMemorySegment(turned, at + BYTES, LITTLE_ENDIAN);
      v2.intoMemorySegment(turned, at + 2 * BYTES, LITTLE_ENDIAN);
      v3.intoMemorySegment(turned, at + 3 * BYTES, LITTLE_ENDIAN);
    }
  }
}
