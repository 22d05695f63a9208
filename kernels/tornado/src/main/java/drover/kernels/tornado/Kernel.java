package drover.kernels.tornado;

/** What can be recorded: the kernels that take parameters. */
enum Kernel {
  COPY,
  CLEAR,
  GATHER,
  EMBED_16,
  EMBED_32,
  RMS_NORM,
  LINEAR,
  /** The same with weights in F32, by vectors. */
  LINEAR_WIDE,
  ROPE,
  STORE,
  /** Two {@link #ROPE} and a {@link #STORE}. */
  ROPE_AND_STORE,
  ATTENTION,
  /** The same by vectors. */
  ATTENTION_WIDE,
  SWIGLU,
  ADD,
  ADD_SCALED,
  SCALE,
  DOT,
  MEAN,
  /** Rows times a number each, summed up block by block. */
  WEIGHTED_SUM,
  ARGMAX
}
