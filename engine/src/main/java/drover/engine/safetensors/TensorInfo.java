package drover.engine.safetensors;

import drover.engine.io.DroverException;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor's name, element type and shape.
 *
 * @param shape the dimensions, outermost first; empty for a scalar
 */
public record TensorInfo(String name, ElementType type, List<Long> shape) {

  /**
   * Checks that the dimensions are not negative and that the size fits a long.
   *
   * @throws DroverException naming the tensor and the rule
   */
  public TensorInfo {
    shape = List.copyOf(shape);
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new DroverException(
            "tensor " + DroverException.quote(name) + " has the negative dimension " + dimension);
      }
    }
    if (bits(type, shape) < 0) {
      throw new DroverException(
          "tensor " + DroverException.quote(name) + " has a shape whose size overflows 64 bits");
    }
    if (bits(type, shape) % 8 != 0) {
      throw new DroverException(
          "tensor "
              + DroverException.quote(name)
              + " has "
              + type
              + " elements that do not fill a whole number of bytes");
    }
  }

  /** A tensor of this type and dimensions, outermost first. */
  public static TensorInfo of(String name, ElementType type, long... shape) {
    return new TensorInfo(name, type, Arrays.stream(shape).boxed().toList());
  }

  /** The number of elements: the product of the dimensions, 1 for a scalar. */
  public long elements() {
    return bits(type, shape) / type.bits();
  }

  /** The size of the data in bytes. */
  public long bytes() {
    return bits(type, shape) / 8;
  }

  private static long bits(ElementType type, List<Long> shape) {
    if (shape.contains(0L)) {
      return 0;
    }
    long bits = type.bits();
    for (long dimension : shape) {
      long high = Math.multiplyHigh(bits, dimension);
      bits *= dimension;
      if (high != 0 || bits < 0) {
        return -1;
      }
    }
    return bits;
  }
}
