package drover.kernels.tornado;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;

/**
 * The operations that move data, as TornadoVM compiles them, one method each. These and all other
 * kernels see the same few arrays:
 *
 * <ul>
 *   <li>{@code cursor}: where in {@code ints} the parameters of the first task of a graph are,
 *       where the tables begin that parameters point into, how many work groups of the graph have
 *       ended, and how many the first task has, or 0 if all have as many;
 *   <li>{@code ints}: parameters and tables of everything that was recorded;
 *   <li>{@code floats}: activations, caches, gains, strengths: everything in F32;
 *   <li>the weights, in the type of their file, or widened to F32.
 * </ul>
 *
 * <p>A kernel has the same source wherever it stands in a graph. It is told which of the graph's
 * tasks it is by the number of its groups, each task having one more than the one before; or, where
 * all have as many, by the number of groups that have ended, since tasks run one after the other.
 *
 * <p>Arrays and sizes come as numbers in {@code ints}, so that one compiled kernel serves all
 * layers, models, batches and steps. Every loop strides by the launch's size: results do not depend
 * on it, because each element or row is summed by one work group in one order.
 *
 * <p>Reductions are written out: TornadoVM compiles a method that takes a local array only where it
 * is inlined.
 */
final class Kernels {
  /** Ints of one task's parameters. */
  static final int STRIDE = 24;

  /** The largest work group. */
  static final int MOST_LOCAL = 128;

  /** Slots of a page of the cache. */
  static final int PAGE = 16;

  /** Bits of the fraction of a BF16. */
  static final int BF16_MANTISSA = 7;

  /** Bits of the fraction of an F16. */
  static final int F16_MANTISSA = 10;

  /** The sign's bit of a number of 16 bits. */
  static final int SIGN = 0x8000;

  /** Combinations of sign and exponent that a type of 16 bits has at most. */
  static final int POWERS = 512;

  private Kernels() {}

  /** Where a task's parameters begin. A group reads it before it says that it has ended. */
  static int parameters(KernelContext c, IntArray cursor) {
    int groups = c.globalGroupSizeX / c.localGroupSizeX;
    int first = cursor.get(3);
    int task = first > 0 ? groups - first : cursor.get(2) / groups;
    return cursor.get(0) + task * STRIDE;
  }

  /** Says that a group has ended, if they are counted. */
  static void done(KernelContext c, IntArray cursor) {
    if (cursor.get(3) == 0) {
      c.globalBarrier();
      if (c.localIdx == 0) {
        c.atomicAdd(cursor, 2, 1);
      }
    }
  }

  /**
   * Makes the large arrays known: what a graph's first task only writes is allocated on the device,
   * but not copied to it.
   */
  static void begin(
      KernelContext c,
      IntArray cursor,
      IntArray ints,
      FloatArray floats,
      FloatArray powers,
      ShortArray weights16,
      FloatArray weights32) {
    int n = cursor.get(0);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      ints.set(i, i);
      floats.set(i, powers.get(i));
      weights16.set(i, (short) i);
      weights32.set(i, i);
    }
  }

  /** {@code ints[i] = staged[i]}, of which {@code cursor[0]}. */
  static void putInts(KernelContext c, IntArray cursor, IntArray staged, IntArray ints) {
    int n = cursor.get(0);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      ints.set(i, staged.get(i));
    }
  }

  /** {@code floats[cursor[1] + i] = staged[i]}, of which {@code cursor[0]}. */
  static void putFloats(KernelContext c, IntArray cursor, FloatArray staged, FloatArray floats) {
    int n = cursor.get(0);
    int to = cursor.get(1);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      floats.set(to + i, staged.get(i));
    }
  }

  /** {@code weights[cursor[1] + i] = staged[i]}, of which {@code cursor[0]}. */
  static void putShorts(KernelContext c, IntArray cursor, ShortArray staged, ShortArray weights) {
    int n = cursor.get(0);
    int to = cursor.get(1);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      weights.set(to + i, staged.get(i));
    }
  }

  /** {@code result[i] = floats[cursor[1] + i]}, of which {@code cursor[0]}. */
  static void takeFloats(KernelContext c, IntArray cursor, FloatArray floats, FloatArray result) {
    int n = cursor.get(0);
    int from = cursor.get(1);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      result.set(i, floats.get(from + i));
    }
  }

  /** {@code to[i] = from[i]}: to, from, n. */
  static void copyFloats(KernelContext c, IntArray cursor, IntArray ints, FloatArray floats) {
    int p = parameters(c, cursor);
    int to = ints.get(p);
    int from = ints.get(p + 1);
    int n = ints.get(p + 2);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      floats.set(to + i, floats.get(from + i));
    }
    done(c, cursor);
  }

  /** {@code to[i] = 0}: to, n. */
  static void clearFloats(KernelContext c, IntArray cursor, IntArray ints, FloatArray floats) {
    int p = parameters(c, cursor);
    int to = ints.get(p);
    int n = ints.get(p + 1);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      floats.set(to + i, 0f);
    }
    done(c, cursor);
  }

  /** {@code out[r] = x[rows[r]]}: out, x, rows, width, table. */
  static void gatherRows(KernelContext c, IntArray cursor, IntArray ints, FloatArray floats) {
    int p = parameters(c, cursor);
    int out = ints.get(p);
    int x = ints.get(p + 1);
    int width = ints.get(p + 3);
    int n = ints.get(p + 2) * width;
    int table = cursor.get(1) + ints.get(p + 4);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      int r = i / width;
      floats.set(out + i, floats.get(x + ints.get(table + r) * width + i - r * width));
    }
    done(c, cursor);
  }

  /**
   * {@code out[r] = weights[ids[r]]}: out, weight, rows, width, table of ids, powers of its type.
   */
  static void embed16(
      KernelContext c,
      IntArray cursor,
      IntArray ints,
      FloatArray floats,
      ShortArray weights,
      FloatArray powers) {
    int p = parameters(c, cursor);
    int out = ints.get(p);
    int weight = ints.get(p + 1);
    int width = ints.get(p + 3);
    int n = ints.get(p + 2) * width;
    int table = cursor.get(1) + ints.get(p + 4);
    int type = ints.get(p + 5);
    int shift = type == 0 ? BF16_MANTISSA : F16_MANTISSA;
    int one = 1 << shift;
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      int r = i / width;
      int bits = weights.get(weight + ints.get(table + r) * width + i - r * width) & 0xffff;
      int whole = (bits & (SIGN - one)) != 0 ? one : 0;
      floats.set(out + i, ((bits & (one - 1)) + whole) * powers.get(type + (bits >> shift)));
    }
    done(c, cursor);
  }

  /** {@code out[r] = weights[ids[r]]}: out, weight, rows, width, table of ids. */
  static void embed32(
      KernelContext c, IntArray cursor, IntArray ints, FloatArray floats, FloatArray weights) {
    int p = parameters(c, cursor);
    int out = ints.get(p);
    int weight = ints.get(p + 1);
    int width = ints.get(p + 3);
    int n = ints.get(p + 2) * width;
    int table = cursor.get(1) + ints.get(p + 4);
    for (int i = c.globalIdx; i < n; i += c.globalGroupSizeX) {
      int r = i / width;
      floats.set(out + i, weights.get(weight + ints.get(table + r) * width + i - r * width));
    }
    done(c, cursor);
  }
}
