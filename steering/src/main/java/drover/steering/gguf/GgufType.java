package drover.steering.gguf;

/** The numbers by which GGUF names the types of metadata and tensors. */
final class GgufType {
  static final byte[] MAGIC = {'G', 'G', 'U', 'F'};
  static final String ALIGNMENT_KEY = "general.alignment";
  static final int DEFAULT_ALIGNMENT = 32;

  static final int UINT32 = 4;
  static final int STRING = 8;
  static final int ARRAY = 9;

  static final int TENSOR_F32 = 0;
  static final int TENSOR_F16 = 1;

  private static final int UNKNOWN = -1;

  /** In bytes; llama.cpp allows one less. */
  static final int LONGEST_TENSOR_NAME = 64;

  private GgufType() {}

  /** The bytes of a metadata value of a type, or -1 for text, arrays and what there is not. */
  static int valueBytes(int type) {
    return switch (type) {
      case 0, 1, 7 -> 1;
      case 2, 3 -> 2;
      case UINT32, 5, 6 -> 4;
      case 10, 11, 12 -> 8;
      default -> UNKNOWN;
    };
  }

  /** The bytes of an element of a tensor type, or -1 for those that are not read. */
  static int elementBytes(int type) {
    return switch (type) {
      case TENSOR_F32 -> Float.BYTES;
      case TENSOR_F16 -> Short.BYTES;
      default -> UNKNOWN;
    };
  }

  /** The next multiple of an alignment, which is a power of two. */
  static long align(long position, long alignment) {
    return (position + alignment - 1) & -alignment;
  }
}
