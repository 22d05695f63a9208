package drover.kernels;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalLong;

/**
 * Allocates arrays and runs operations on them.
 *
 * <p>Operations may be recorded and run later; {@link #read}, {@link #dot}, {@link #norms}, {@link
 * #scatterTimes} and {@link #argmax} hand results to the host and therefore wait. An array passed
 * as {@code out} is overwritten. Unless an operation says otherwise, {@code out} may not be one of
 * its inputs.
 *
 * <p>A row's result depends on nothing but that row's inputs: not on the other rows of the batch,
 * nor on the number of threads. Devices are safe for use by several threads as long as no two of
 * them write the same array.
 *
 * <p>Shapes that do not fit are a caller's bug and throw {@link IllegalArgumentException}.
 */
public interface Device extends AutoCloseable {

  /** Short name, as in {@code --device}. */
  String name();

  /** One line for a person: what it runs on. */
  String description();

  /**
   * How often work has been handed to a driver so far; empty on a device that runs each operation
   * as it is called.
   */
  default OptionalLong submissions() {
    return OptionalLong.empty();
  }

  // ---- arrays

  /** A new array of zeros {@code [rows, width]}. */
  DeviceArray allocate(int rows, int width);

  /**
   * Wraps a little-endian, row-major matrix, without copying it where the device can use it in
   * place. The segment must stay alive as long as the weight is used.
   *
   * @param data exactly {@code rows * type.rowBytes(columns)} bytes
   */
  Weight weight(DType type, MemorySegment data, int rows, int columns);

  /** Copies rows {@code [row, row + rows)} of {@code x} to {@code into} from {@code offset} on. */
  void read(DeviceArray x, int row, int rows, float[] into, int offset);

  /** Overwrites rows {@code [row, row + rows)} of {@code x} from {@code from} at {@code offset}. */
  void write(DeviceArray x, int row, int rows, float[] from, int offset);

  /** A new cache without segments. */
  KvCache newKvCache(int layers, int kvHeads, int headDim);

  // ---- the forward pass

  /** {@code out[i] = table[ids[i]]}; out {@code [ids, columns]}. */
  void embed(DeviceArray out, Weight table, int[] ids);

  /**
   * Root mean square norm of each row: {@code out = x / sqrt(mean(x^2) + epsilon) * gain}.
   *
   * @param gain {@code [1, width]}
   */
  void rmsNorm(DeviceArray out, DeviceArray x, Weight gain, float epsilon);

  /**
   * {@code out = x weight^T + bias}.
   *
   * @param out {@code [rows, outputs]}
   * @param x {@code [rows, inputs]}
   * @param weight {@code [outputs, inputs]}
   * @param bias {@code [1, outputs]}, or null for none
   */
  void linear(DeviceArray out, DeviceArray x, Weight weight, Weight bias);

  /** One of several products of the same x: what {@link #linear} takes beside it. */
  record Product(DeviceArray out, Weight weight, Weight bias) {}

  /** {@link #linear} of each product, with the same bits; some devices compute them together. */
  default void linears(DeviceArray x, List<Product> products) {
    products.forEach(product -> linear(product.out(), x, product.weight(), product.bias()));
  }

  /**
   * Cosines and sines for {@link #rope}: row i of {@code out [positions, 2 * frequencies]} holds
   * {@code cos(positions[i] * f)} for each inverse frequency f, then the sines. The angle is
   * rounded to F32 first, as HuggingFace transformers does.
   */
  void rotations(DeviceArray out, int[] positions, float[] inverseFrequencies);

  /**
   * Rotary position embedding in place, on every head of each row. Element i of a head's first half
   * pairs with element i of its second half (the layout of HuggingFace's Llama).
   *
   * @param x {@code [rows, heads * headDim]}
   * @param rotations {@code [rows, headDim]}, made by {@link #rotations}
   */
  void rope(DeviceArray x, DeviceArray rotations, int headDim);

  /**
   * Puts the keys and values of all stored runs into their cache slots.
   *
   * @param k {@code [rows, kvHeads * headDim]}, rotated
   * @param v {@code [rows, kvHeads * headDim]}
   */
  void store(DeviceArray k, DeviceArray v, int layer, RowLayout layout);

  /**
   * Softmax attention of each row over the cache slots that it may see, {@code heads / kvHeads}
   * query heads sharing one key/value head.
   *
   * @param out {@code [rows, heads * headDim]}
   * @param q {@code [rows, heads * headDim]}, rotated
   * @param scale what the scores are multiplied by, usually {@code 1 / sqrt(headDim)}
   */
  void attention(DeviceArray out, DeviceArray q, int layer, RowLayout layout, float scale);

  /** {@code out = gate * sigmoid(gate) * up}, element by element; out may be gate or up. */
  void swiglu(DeviceArray out, DeviceArray gate, DeviceArray up);

  /**
   * A gated MLP: {@code down(swiglu(gate(x), up(x)))}, with the bits that {@link #linears}, {@link
   * #swiglu} and {@link #linear} give.
   *
   * @param gate {@code [inner, hidden]}; its array {@code [rows, inner]} is room to work in, and so
   *     is up's
   * @param down {@code [hidden, inner]}; its array {@code [rows, hidden]} is the result
   */
  default void mlp(DeviceArray x, Product gate, Product up, Product down) {
    linears(x, List.of(gate, up));
    swiglu(gate.out(), gate.out(), up.out());
    linear(down.out(), gate.out(), down.weight(), down.bias());
  }

  /** {@code x += y}. */
  void add(DeviceArray x, DeviceArray y);

  /** {@code out[i] = x[rows[i]]}. */
  void gather(DeviceArray out, DeviceArray x, int[] rows);

  // ---- reading and writing from hooks

  /**
   * The steering write: {@code x[i] += scales[i] * vector}. Rows with scale 0 keep their bits.
   *
   * @param vector {@code [1, width]}
   */
  void addScaled(DeviceArray x, DeviceArray vector, float[] scales);

  /** {@code x[i] *= scales[i]}. Rows with scale 1 keep their bits. */
  void scaleRows(DeviceArray x, float[] scales);

  /**
   * {@code result[i] = dot(x[i], vector)}.
   *
   * @param vector {@code [1, width]}
   */
  float[] dot(DeviceArray x, DeviceArray vector);

  /** The Euclidean norm of each row. */
  float[] norms(DeviceArray x);

  /**
   * Means over consecutive rows: {@code out[g]} is the mean of the rows {@code [bounds[g], bounds[g
   * + 1])} of x.
   *
   * @param out {@code [bounds.length - 1, width]}
   */
  void means(DeviceArray out, DeviceArray x, int[] bounds);

  /**
   * The product by which principal components are found: {@code x^T (x v)}, the scatter matrix of
   * the rows times a vector, without that matrix. The CPU's devices compute it in double precision;
   * others may do so in F32, whose range the squares must not leave then.
   *
   * @param v {@code [width]}
   * @return {@code [width]}
   */
  double[] scatterTimes(DeviceArray x, double[] v);

  /**
   * The column of the largest element of each row, the first where several are equal. NaN is never
   * the largest; a row without anything above negative infinity has column 0.
   */
  int[] argmax(DeviceArray x);

  /** Frees what the device holds. */
  @Override
  void close();
}
