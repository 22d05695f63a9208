package drover.kernels.tornado;

import static drover.kernels.tornado.Kernel.Reads.FLOATS;
import static drover.kernels.tornado.Kernel.Reads.WEIGHTS_16;
import static drover.kernels.tornado.Kernel.Reads.WEIGHTS_32;

/** What can be recorded: the kernels of {@link Kernels} that take parameters. */
enum Kernel {
  COPY(FLOATS),
  CLEAR(FLOATS),
  GATHER(FLOATS),
  EMBED_16(WEIGHTS_16),
  EMBED_32(WEIGHTS_32),
  RMS_NORM(FLOATS),
  LINEAR_16(WEIGHTS_16),
  LINEAR_32(WEIGHTS_32),
  ROPE(FLOATS),
  STORE(FLOATS),
  ATTENTION(FLOATS),
  SWIGLU(FLOATS),
  ADD(FLOATS),
  ADD_SCALED(FLOATS),
  SCALE(FLOATS),
  DOT(FLOATS),
  MEAN(FLOATS),
  ARGMAX(FLOATS);

  /** What it reads beside the activations. */
  enum Reads {
    /** Nothing. */
    FLOATS,
    /** Weights in BF16 or F16. */
    WEIGHTS_16,
    /** Weights in F32. */
    WEIGHTS_32
  }

  private final Reads reads;

  Kernel(Reads reads) {
    this.reads = reads;
  }

  Reads reads() {
    return reads;
  }
}
