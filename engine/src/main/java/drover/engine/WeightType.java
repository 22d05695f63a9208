package drover.engine;

/** In which type a model's matrices are kept and multiplied by. */
public enum WeightType {
  /** As the model's files have them. */
  FILE,
  /**
   * Quantised: integers of 8 bits, every 32 of a row with one scale in F16, as llama.cpp's type of
   * that name. Norms, biases and the lookup of embeddings stay as the files have them.
   */
  Q8_0
}
