package drover.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The machine's preferred vector shape (512 bits where it is larger), and the few operations on it
 * that every kernel needs.
 *
 * <p>Nothing here depends on how code was compiled: sums over lanes are a written-out tree and
 * exponentials a written-out polynomial, because the Vector API's own reductions and transcendental
 * functions may differ in the last bit between the interpreter and compiled code.
 */
final class Lanes {
  /** The widest vectors that the sums below and the cache's pages are made for. */
  private static final int MOST_BITS = 512;

  /** Narrower vectors than this are the Vector API's stand-in where the JVM compiles none. */
  private static final int FEWEST_BITS = 128;

  static final VectorSpecies<Float> F =
      VectorSpecies.of(
          float.class,
          VectorShape.forBitSize(
              Math.clamp(FloatVector.SPECIES_PREFERRED.vectorBitSize(), FEWEST_BITS, MOST_BITS)));
  static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
  static final VectorSpecies<Short> S =
      VectorSpecies.of(short.class, VectorShape.forBitSize(F.vectorBitSize() / 2));

  /** As many bytes as {@link #F} has lanes, but eight at least. */
  static final VectorSpecies<Byte> B =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(F.vectorBitSize() / 4, 64)));

  private static final ValueLayout.OfInt FOUR_BYTES =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** F32 elements of one vector. */
  static final int COUNT = F.length();

  /** Bring each lane to the one half a vector (a quarter, ...) away. */
  static final VectorShuffle<Float> SWAP_HALVES = swap(COUNT / 2);

  static final VectorShuffle<Float> SWAP_QUARTERS = swap(COUNT / 4);
  static final VectorShuffle<Float> SWAP_EIGHTHS = swap(Math.max(COUNT / 8, 1));
  static final VectorShuffle<Float> SWAP_SIXTEENTHS = swap(Math.max(COUNT / 16, 1));

  /** The upper half of the lanes (of each half, ...). */
  static final VectorMask<Float> UPPER_HALVES = upper(COUNT / 2);

  static final VectorMask<Float> UPPER_QUARTERS = upper(COUNT / 4);

  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.6933594f;
  private static final float LN2_LOW = -2.1219444e-4f;
  private static final float ROUNDING = 12582912f;
  private static final int ROUNDING_BITS = Float.floatToRawIntBits(ROUNDING);
  private static final int EXPONENT_BIAS = 127;

  /** Below this, e^x is taken as zero; e^-87 is close to the smallest normal number. */
  private static final float SMALLEST_EXPONENT = -87f;

  /** The exponential of this is infinite, as is that of nothing below 88.3. */
  static final float INFINITE_EXPONENT = 89f;

  private Lanes() {}

  /** Lanes {@code distance} apart, a power of two, change places. */
  static VectorShuffle<Float> swap(int distance) {
    return VectorShuffle.fromOp(F, lane -> lane ^ distance);
  }

  /** The lanes whose number has a bit set. */
  static VectorMask<Float> upper(int bit) {
    boolean[] lanes = new boolean[COUNT];
    for (int lane = 0; lane < COUNT; lane++) {
      lanes[lane] = (lane & bit) != 0;
    }
    return VectorMask.fromArray(F, lanes, 0);
  }

  /**
   * The sum of all lanes as a binary tree: lanes half a vector apart first, neighbours last. {@link
   * DotTile} adds in the same order, so that both give the same bits.
   */
  static float sum(FloatVector v) {
    FloatVector s = v.add(v.rearrange(SWAP_HALVES));
    s = s.add(s.rearrange(SWAP_QUARTERS));
    if (COUNT >= 8) {
      s = s.add(s.rearrange(SWAP_EIGHTHS));
    }
    if (COUNT >= 16) {
      s = s.add(s.rearrange(SWAP_SIXTEENTHS));
    }
    return s.lane(0);
  }

  /** {@link #sum} of four vectors that stand one after the other; their sums go to every step. */
  static void sumFour(float[] vectors, int from, float[] out, int at, int step) {
    FloatVector s0 = FloatVector.fromArray(F, vectors, from);
    FloatVector s1 = FloatVector.fromArray(F, vectors, from + COUNT);
    FloatVector s2 = FloatVector.fromArray(F, vectors, from + 2 * COUNT);
    FloatVector s3 = FloatVector.fromArray(F, vectors, from + 3 * COUNT);
    s0 = s0.blend(s2, UPPER_HALVES).add(s2.blend(s0, UPPER_HALVES).rearrange(SWAP_HALVES));
    s1 = s1.blend(s3, UPPER_HALVES).add(s3.blend(s1, UPPER_HALVES).rearrange(SWAP_HALVES));
    s0 = s0.blend(s1, UPPER_QUARTERS).add(s1.blend(s0, UPPER_QUARTERS).rearrange(SWAP_QUARTERS));
    if (COUNT >= 8) {
      s0 = s0.add(s0.rearrange(SWAP_EIGHTHS));
    }
    if (COUNT >= 16) {
      s0 = s0.add(s0.rearrange(SWAP_SIXTEENTHS));
    }
    out[at] = s0.lane(0);
    out[at + step] = s0.lane(COUNT / 4);
    out[at + 2 * step] = s0.lane(COUNT / 2);
    out[at + 3 * step] = s0.lane(3 * COUNT / 4);
  }

  /** The largest of all lanes. */
  static float largest(FloatVector v) {
    FloatVector m = larger(v, v.rearrange(SWAP_HALVES));
    m = larger(m, m.rearrange(SWAP_QUARTERS));
    m = larger(m, m.rearrange(SWAP_EIGHTHS));
    return larger(m, m.rearrange(SWAP_SIXTEENTHS)).lane(0);
  }

  /** The larger of each two elements; {@code a} where b is NaN, and where a is. */
  static FloatVector larger(FloatVector a, FloatVector b) {
    return a.blend(b, b.compare(VectorOperators.GT, a));
  }

  /** The largest multiple of the lane count that is not above {@code n}. */
  static int whole(int n) {
    return n & -COUNT;
  }

  /** The first {@code n} lanes. */
  static VectorMask<Float> first(int n) {
    return F.indexInRange(0, n);
  }

  /** Integers of one byte from a byte offset, as F32. */
  static FloatVector loadBytes(MemorySegment segment, long offset) {
    ByteVector bytes =
        COUNT == 4
            // No vector is as short as four bytes.
            ? IntVector.broadcast(I, segment.get(FOUR_BYTES, offset)).reinterpretAsBytes()
            : ByteVector.fromMemorySegment(B, segment, offset, ByteOrder.LITTLE_ENDIAN);
    return (FloatVector) bytes.convertShape(VectorOperators.B2F, F, 0);
  }

  /** As {@link Q8#decode} from a block's first element on, zeros up to the next whole vector. */
  static void decodeQ8(
      MemorySegment segment, long row, int columns, int column, int n, float[] into, int at) {
    long integers = row + Q8.integersAt(columns) + column;
    for (int i = 0; i < n; i += Q8.BLOCK) {
      float scale = Q8.scale(segment, row, (column + i) / Q8.BLOCK);
      int end = Math.min(Q8.BLOCK, n - i);
      for (int j = 0; j < end; j += COUNT) {
        loadBytes(segment, integers + i + j).mul(scale).intoArray(into, at + i + j);
      }
    }
  }

  /**
   * e^x to about one unit in the last place, for x up to 88; zero below -87, infinity at {@link
   * #INFINITE_EXPONENT}, NaN for NaN, and of no meaning beyond that. Range reduction by ln 2 in two
   * parts and a polynomial of degree six, with the constants of Cephes' expf (S. L. Moshier).
   *
   * <p>Comparisons where one would expect the Vector API's minimum and maximum: those are long
   * sequences of instructions.
   */
  static FloatVector exp(FloatVector x) {
    VectorMask<Float> tiny = x.compare(VectorOperators.LT, SMALLEST_EXPONENT);
    FloatVector clamped = x.blend(SMALLEST_EXPONENT, tiny);
    FloatVector rounded = clamped.fma(FloatVector.broadcast(F, LOG2_E), broadcast(ROUNDING));
    FloatVector n = rounded.sub(ROUNDING);
    FloatVector r = n.fma(broadcast(-LN2_HIGH), clamped);
    r = n.fma(broadcast(-LN2_LOW), r);
    FloatVector p = broadcast(1.9875691e-4f);
    p = p.fma(r, broadcast(1.3981999e-3f));
    p = p.fma(r, broadcast(8.333452e-3f));
    p = p.fma(r, broadcast(4.1665796e-2f));
    p = p.fma(r, broadcast(1.6666666e-1f));
    p = p.fma(r, broadcast(0.5f));
    FloatVector e = p.fma(r.mul(r), r).add(1f);
    FloatVector powerOfTwo =
        rounded
            .reinterpretAsInts()
            .sub(ROUNDING_BITS - EXPONENT_BIAS)
            .lanewise(VectorOperators.LSHL, 23)
            .reinterpretAsFloats();
    return e.mul(powerOfTwo).blend(0f, tiny);
  }

  /** As {@link #exp(FloatVector)}, bit for bit. */
  static float exp(float x) {
    float clamped = Math.max(x, SMALLEST_EXPONENT);
    float rounded = Math.fma(clamped, LOG2_E, ROUNDING);
    float n = rounded - ROUNDING;
    float r = Math.fma(n, -LN2_HIGH, clamped);
    r = Math.fma(n, -LN2_LOW, r);
    float p = 1.9875691e-4f;
    p = Math.fma(p, r, 1.3981999e-3f);
    p = Math.fma(p, r, 8.333452e-3f);
    p = Math.fma(p, r, 4.1665796e-2f);
    p = Math.fma(p, r, 1.6666666e-1f);
    p = Math.fma(p, r, 0.5f);
    float e = Math.fma(p, r * r, r) + 1f;
    int power = (Float.floatToRawIntBits(rounded) - (ROUNDING_BITS - EXPONENT_BIAS)) << 23;
    return x < SMALLEST_EXPONENT ? 0 : e * Float.intBitsToFloat(power);
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(F, value);
  }
}
