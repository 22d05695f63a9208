package drover.engine.safetensors;

import drover.engine.io.DroverException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A tensor in a mapped file.
 *
 * @param data the elements, row-major and little-endian, a read-only window on the file that lives
 *     as long as the file is open; nothing is copied, and the address is only as aligned as the
 *     file's writer made it (use unaligned layouts)
 */
public record Tensor(TensorInfo info, MemorySegment data) {
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort B16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The tensor's name. */
  public String name() {
    return info.name();
  }

  /** The type of the elements. */
  public ElementType type() {
    return info.type();
  }

  /** The dimensions, outermost first. */
  public List<Long> shape() {
    return info.shape();
  }

  /**
   * The elements of an F32, F16 or BF16 tensor, widened exactly.
   *
   * @return a new array, row-major
   * @throws DroverException if the type is another or the elements do not fit a Java array
   */
  public float[] toFloatArray() {
    float[] values = new float[arrayLength()];
    read(0, values);
    return values;
  }

  /**
   * Fills an array with consecutive elements of an F32, F16 or BF16 tensor, widened exactly.
   *
   * @param first the index of the first element, row-major
   * @throws DroverException if the type is another
   */
  public void read(long first, float[] values) {
    switch (type()) {
      case F32 -> MemorySegment.copy(data, F32, first * Float.BYTES, values, 0, values.length);
      case F16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.float16ToFloat(data.getAtIndex(B16, first + i));
        }
      }
      case BF16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.intBitsToFloat(data.getAtIndex(B16, first + i) << 16);
        }
      }
      default -> throw wrongType("F32, F16 or BF16");
    }
  }

  /**
   * The elements of an I32 tensor.
   *
   * @return a new array, row-major
   * @throws DroverException if the type is another or the elements do not fit a Java array
   */
  public int[] toIntArray() {
    if (type() != ElementType.I32) {
      throw wrongType("I32");
    }
    int[] values = new int[arrayLength()];
    MemorySegment.copy(data, I32, 0, values, 0, values.length);
    return values;
  }

  private int arrayLength() {
    if (info.elements() > Integer.MAX_VALUE - 8) {
      throw new DroverException(
          "tensor "
              + DroverException.quote(name())
              + " has "
              + info.elements()
              + " elements, more than an array holds");
    }
    return (int) info.elements();
  }

  private DroverException wrongType(String expected) {
    return new DroverException(
        "tensor "
            + DroverException.quote(name())
            + " has elements of type "
            + type()
            + ", but "
            + expected
            + " was expected");
  }
}
