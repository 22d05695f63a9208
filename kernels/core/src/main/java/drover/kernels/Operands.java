package drover.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Memory outside the heap for what {@link DotTile} works with, at whole vectors; it lives as long
 * as this object.
 *
 * <p>Where the program was started with native access for this module, tiles read it as a part of
 * all memory, whose bounds the JIT need not check: what it does for that before and behind a tile's
 * loop takes a tenth of the time. Without native access they read it like any segment. Both give
 * the same bits. {@link #at} checks what a tile is given; whoever calls one holds this object until
 * it is done.
 */
final class Operands {
  /**
   * All bits of an offset; a tile masks its own, so that the JIT sees that they are not negative.
   */
  static final long OFFSETS = (1L << 56) - 1;

  /** One element. */
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Whether tiles read without checks of bounds. */
  static final boolean UNCHECKED = Operands.class.getModule().isNativeAccessEnabled();

  @SuppressWarnings("restricted")
  private static final MemorySegment ALL =
      UNCHECKED ? MemorySegment.NULL.reinterpret(Long.MAX_VALUE) : MemorySegment.NULL;

  private final MemorySegment memory;

  /** Room for some vectors. */
  Operands(long vectors) {
    memory = Arena.ofAuto().allocate(vectors * DotTile.BYTES, DotTile.BYTES);
  }

  /** How many vectors there is room for. */
  long vectors() {
    return memory.byteSize() / DotTile.BYTES;
  }

  /** What offsets are offsets of. */
  MemorySegment segment() {
    return UNCHECKED ? ALL : memory;
  }

  /**
   * The offset of some vectors in {@link #segment}.
   *
   * @throws IndexOutOfBoundsException if they are not all here
   */
  long at(long first, long count) {
    Objects.checkFromIndexSize(first, count, vectors());
    return (UNCHECKED ? memory.address() : 0) + first * DotTile.BYTES;
  }

  /** A segment that a tile was given, as a constant of the JIT where it is all memory. */
  static MemorySegment unchecked(MemorySegment segment) {
    return UNCHECKED ? ALL : segment;
  }
}
