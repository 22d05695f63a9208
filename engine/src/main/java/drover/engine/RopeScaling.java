package drover.engine;

import drover.engine.io.DroverException;

/**
 * How a model stretches its rotary position embedding beyond the length it was first trained on.
 *
 * @see RopeFrequencies
 */
public sealed interface RopeScaling {
  /** The frequencies as they are: transformers' type "default". */
  record None() implements RopeScaling {}

  /**
   * All frequencies divided by a factor, which is the same as dividing positions by it.
   *
   * @param factor positive
   */
  record Linear(double factor) implements RopeScaling {
    /** Checks the factor. */
    public Linear {
      requirePositive("factor", factor);
    }
  }

  /**
   * Llama 3.1's scaling: low frequencies divided by a factor, high ones kept, a smooth passage
   * between.
   *
   * @param factor divides the frequencies whose wavelength exceeds {@code originalMaxPositions /
   *     lowFreqFactor}
   * @param lowFreqFactor less than {@code highFreqFactor}
   * @param highFreqFactor frequencies of wavelengths under {@code originalMaxPositions /
   *     highFreqFactor} are kept
   * @param originalMaxPositions the context length before stretching, in tokens
   */
  record Llama3(
      double factor, double lowFreqFactor, double highFreqFactor, int originalMaxPositions)
      implements RopeScaling {
    /** Checks the factors. */
    public Llama3 {
      requirePositive("factor", factor);
      requirePositive("low_freq_factor", lowFreqFactor);
      requirePositive("high_freq_factor", highFreqFactor);
      if (highFreqFactor <= lowFreqFactor) {
        throw new DroverException(
            "rope_scaling: high_freq_factor is "
                + highFreqFactor
                + ", but must be greater than low_freq_factor, "
                + lowFreqFactor);
      }
      if (originalMaxPositions < 1) {
        throw new DroverException(
            "rope_scaling: original_max_position_embeddings is "
                + originalMaxPositions
                + ", but must be positive");
      }
    }
  }

  private static void requirePositive(String name, double value) {
    if (!(value >= 1e-6 && value <= 1e6)) {
      throw new DroverException(
          "rope_scaling: " + name + " is " + value + ", but must be from 1e-6 to 1e6");
    }
  }
}
