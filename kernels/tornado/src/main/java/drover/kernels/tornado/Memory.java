package drover.kernels.tornado;

import drover.kernels.DType;
import drover.kernels.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * The large arrays that everything lives in, and who has which part of them.
 *
 * <p>TornadoVM knows an array on a device only as the copy of one on the host. The host's side of
 * these is address space that nobody ever touches, so that it takes no memory: what the device
 * holds comes through the small arrays of {@link Runner}.
 */
final class Memory {
  /** MiB of floats that one array can have. */
  static final int MOST_MEGABYTES = 8000;

  /** Parameters and tables of one recording. */
  static final int INTS = 1 << 20;

  private static final int FEWEST_WEIGHTS = 1 << 16;

  /** No array can be longer: TornadoVM counts elements in an int, behind a header. */
  private static final long MOST_ELEMENTS = Integer.MAX_VALUE - 1024;

  private final boolean widening;
  private final Arena arena = Arena.ofAuto();
  private final IntArray ints = IntArray.fromSegmentShallow(untouched(4L * INTS));
  private final FloatArray powers = FloatArray.fromArray(powersOfTwo());
  private final FloatArray floats;
  private final Ranges floatRanges;
  private ShortArray weights16 = ShortArray.fromSegmentShallow(untouched(2L * FEWEST_WEIGHTS));
  private final Ranges ranges16 = new Ranges(FEWEST_WEIGHTS);
  private FloatArray weights32 = FloatArray.fromSegmentShallow(untouched(4L * FEWEST_WEIGHTS));
  private final Ranges ranges32 = new Ranges(FEWEST_WEIGHTS);

  /**
   * @param elements floats for activations and caches
   * @param widening whether all weights are held in F32, as CPUs want them
   */
  Memory(int elements, boolean widening) {
    this.widening = widening;
    floats = FloatArray.fromSegmentShallow(untouched(4L * elements));
    floatRanges = new Ranges(elements);
  }

  /**
   * Zeroed address space with room for TornadoVM's header; Java's own allocation would touch it.
   */
  @SuppressWarnings("restricted")
  private MemorySegment untouched(long bytes) {
    long size = bytes + TornadoNativeArray.ARRAY_HEADER;
    Linker linker = Linker.nativeLinker();
    MethodHandle calloc =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("calloc"),
            FunctionDescriptor.of(
                ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    MethodHandle free =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("free"),
            FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
    try {
      MemorySegment segment = (MemorySegment) calloc.invokeExact(1L, size);
      if (segment.address() == 0) {
        throw new DeviceException(
            "Device tornado finds no %d MB of address space.".formatted(size >> 20));
      }
      return segment.reinterpret(size, arena, s -> release(free, s));
    } catch (DeviceException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static void release(MethodHandle free, MemorySegment segment) {
    try {
      free.invokeExact(segment);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * What the fraction of a number of 16 bits, as an integer with its leading one, is multiplied
   * with, by sign and exponent: first of BF16, then of F16. Numbers without a leading one have the
   * power of the smallest that has one.
   */
  static float[] powersOfTwo() {
    float[] powers = new float[2 * Kernels.POWERS];
    fillPowers(powers, 0, 8, Kernels.BF16_MANTISSA);
    fillPowers(powers, Kernels.POWERS, 5, Kernels.F16_MANTISSA);
    return powers;
  }

  private static void fillPowers(float[] powers, int at, int exponentBits, int fractionBits) {
    int exponents = 1 << exponentBits;
    int bias = exponents / 2 - 1 + fractionBits;
    for (int e = 0; e < exponents; e++) {
      float power =
          e == exponents - 1
              ? Float.POSITIVE_INFINITY
              : (float) Math.scalb(1.0, Math.max(e, 1) - bias);
      powers[at + e] = power;
      powers[at + exponents + e] = -power;
    }
  }

  /** Where the powers of a type of 16 bits begin. */
  static int powers(DType type) {
    return type == DType.F16 ? Kernels.POWERS : 0;
  }

  IntArray ints() {
    return ints;
  }

  FloatArray powers() {
    return powers;
  }

  FloatArray floats() {
    return floats;
  }

  ShortArray weights16() {
    return weights16;
  }

  FloatArray weights32() {
    return weights32;
  }

  /** Whether all weights are held in F32. */
  boolean isWidening() {
    return widening;
  }

  /** Whether weights of a type are held in F32. */
  boolean isWide(DType type) {
    return widening || type == DType.F32 || type == DType.Q8_0;
  }

  /** Bytes of all of it on the device. */
  long bytes() {
    return 4L * (ints.getSize() + powers.getSize() + floats.getSize() + weights32.getSize())
        + 2L * weights16.getSize();
  }

  /** Places an array among the floats. */
  void place(TornadoArray array) {
    array.place(
        floatRanges
            .take(array, array.size())
            .orElseThrow(
                () ->
                    new DeviceException(
                        ("Device tornado has no room for %d more values among %d for activations"
                                + " and caches; raise -D%s=MEGABYTES, now %d.")
                            .formatted(
                                array.size(),
                                floats.getSize(),
                                TornadoDevice.MEMORY_PROPERTY,
                                floats.getSize() >> 18))));
  }

  /** Floats up to the last that is in use. */
  int used() {
    return floatRanges.end();
  }

  /**
   * Finds a place for a weight.
   *
   * @return false if there is no room: {@link #grow} makes some
   */
  boolean place(TornadoWeight weight) {
    Ranges ranges = isWide(weight.type()) ? ranges32 : ranges16;
    Optional<Ranges.Range> range = ranges.take(weight, weight.rows() * weight.columns());
    range.ifPresent(weight::place);
    return range.isPresent();
  }

  /** Makes room for so many more weights; the device's array is another, empty one then. */
  void grow(boolean wide, long more) {
    if (wide) {
      int size = grown(weights32.getSize(), more);
      ranges32.append(size - weights32.getSize());
      weights32 = FloatArray.fromSegmentShallow(untouched(4L * size));
    } else {
      int size = grown(weights16.getSize(), more);
      ranges16.append(size - weights16.getSize());
      weights16 = ShortArray.fromSegmentShallow(untouched(2L * size));
    }
  }

  private static int grown(int elements, long more) {
    long wanted = elements + Math.ceilDiv(more, WideKernels.LANES) * WideKernels.LANES;
    if (wanted > MOST_ELEMENTS) {
      throw new DeviceException(
          "Device tornado holds at most %d weights of a type, but the models have %d."
              .formatted(MOST_ELEMENTS, elements + more));
    }
    return (int) wanted;
  }
}
