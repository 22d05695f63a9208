package drover.kernels.tornado;

import drover.kernels.DType;
import drover.kernels.DeviceException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;

/** The large arrays that everything lives in, and who has which part of them. */
final class Memory {
  /** MiB of floats that one array can have. */
  static final int MOST_MEGABYTES = 8000;

  /** Parameters and tables of one recording. */
  static final int INTS = 1 << 20;

  private static final int FEWEST_WEIGHTS = 1 << 22;

  /** No array can be longer: TornadoVM counts elements in an int, behind a header. */
  private static final long MOST_ELEMENTS = Integer.MAX_VALUE - 1024;

  private static final int KINDS_OF_16_BITS = 1 << 16;

  private static final ValueLayout.OfShort B16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final IntArray ints = new IntArray(INTS);
  private final FloatArray decoded = decodings();
  private final FloatArray floats;
  private final Ranges floatRanges;
  private ShortArray weights16 = new ShortArray(FEWEST_WEIGHTS);
  private final Ranges ranges16 = new Ranges(FEWEST_WEIGHTS);
  private FloatArray weights32 = new FloatArray(FEWEST_WEIGHTS);
  private final Ranges ranges32 = new Ranges(FEWEST_WEIGHTS);

  /**
   * @param elements floats for activations and caches
   */
  Memory(int elements) {
    floats = new FloatArray(elements);
    floats.init(0);
    floatRanges = new Ranges(elements);
  }

  /** F32 of every BF16, then of every F16: TornadoVM cannot turn bits into floats. */
  private static FloatArray decodings() {
    FloatArray table = new FloatArray(2 * KINDS_OF_16_BITS);
    for (int bits = 0; bits < KINDS_OF_16_BITS; bits++) {
      table.set(bits, Float.intBitsToFloat(bits << 16));
      table.set(KINDS_OF_16_BITS + bits, Float.float16ToFloat((short) bits));
    }
    return table;
  }

  /** Where the decodings of a type of 16 bits begin. */
  static int decoding(DType type) {
    return type == DType.F16 ? KINDS_OF_16_BITS : 0;
  }

  IntArray ints() {
    return ints;
  }

  FloatArray decoded() {
    return decoded;
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

  /** Bytes of all of it on the device. */
  long bytes() {
    return 4L * (ints.getSize() + decoded.getSize() + floats.getSize() + weights32.getSize())
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

  /** Writes floats on the host's side, which a new plan starts from. */
  void write(int to, float[] from, int offset, int count) {
    MemorySegment.copy(from, offset, floats.getSegment(), ValueLayout.JAVA_FLOAT, 4L * to, count);
  }

  /** Floats up to the last that is in use. */
  int used() {
    return floatRanges.end();
  }

  /**
   * Places a weight and copies it to the host's side of the device's array.
   *
   * @return false if there is no room: {@link #grow} makes some
   */
  boolean place(TornadoWeight weight) {
    int elements = weight.rows() * weight.columns();
    boolean wide = weight.type() == DType.F32;
    Optional<Ranges.Range> range = (wide ? ranges32 : ranges16).take(weight, elements);
    if (range.isEmpty()) {
      return false;
    }
    int start = range.get().start();
    if (wide) {
      MemorySegment.copy(
          weight.data(),
          F32,
          0,
          weights32.getSegment(),
          ValueLayout.JAVA_FLOAT,
          4L * start,
          elements);
    } else {
      MemorySegment.copy(
          weight.data(),
          B16,
          0,
          weights16.getSegment(),
          ValueLayout.JAVA_SHORT,
          2L * start,
          elements);
    }
    weight.place(range.get());
    return true;
  }

  /** Makes room for so many more weights of a kind; the device's array is another one then. */
  void grow(DType type, long more) {
    if (type == DType.F32) {
      FloatArray larger = new FloatArray(grown(weights32.getSize(), more));
      larger.getSegment().copyFrom(weights32.getSegment());
      ranges32.append(larger.getSize() - weights32.getSize());
      weights32 = larger;
    } else {
      ShortArray larger = new ShortArray(grown(weights16.getSize(), more));
      larger.getSegment().copyFrom(weights16.getSegment());
      ranges16.append(larger.getSize() - weights16.getSize());
      weights16 = larger;
    }
  }

  private static int grown(int elements, long more) {
    long wanted = elements + more + FEWEST_WEIGHTS;
    if (wanted > MOST_ELEMENTS) {
      throw new DeviceException(
          "Device tornado holds at most %d weights of a type, but the models have %d."
              .formatted(MOST_ELEMENTS, elements + more));
    }
    return (int) wanted;
  }
}
