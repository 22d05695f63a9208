package drover.engine;

/**
 * The angles per position of the rotary position embedding, in the float32 steps that HuggingFace
 * transformers takes, so that they agree to the last bit or two.
 *
 * @see <a
 *     href="https://github.com/huggingface/transformers/blob/main/src/transformers/modeling_rope_utils.py">transformers,
 *     modeling_rope_utils.py</a>
 */
public final class RopeFrequencies {
  private RopeFrequencies() {}

  /**
   * The inverse frequencies {@code theta^(-2i / headDim)}, scaled as the config asks.
   *
   * @return {@code [headDim / 2]}, radians per position; entry i turns the pair (i, i + headDim/2)
   */
  public static float[] inverseFrequencies(ModelConfig config) {
    float[] frequencies = unscaled(config.headDim(), config.ropeTheta());
    switch (config.ropeScaling()) {
      case RopeScaling.None _ -> {}
      case RopeScaling.Linear linear -> divide(frequencies, (float) linear.factor());
      case RopeScaling.Llama3 llama3 -> smooth(frequencies, llama3);
    }
    return frequencies;
  }

  private static float[] unscaled(int headDim, double theta) {
    float[] frequencies = new float[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float exponent = (float) (2 * i) / headDim;
      frequencies[i] = 1.0f / (float) Math.pow((float) theta, exponent);
    }
    return frequencies;
  }

  private static void divide(float[] frequencies, float factor) {
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] /= factor;
    }
  }

  private static void smooth(float[] frequencies, RopeScaling.Llama3 scaling) {
    float factor = (float) scaling.factor();
    float context = scaling.originalMaxPositions();
    float low = (float) scaling.lowFreqFactor();
    float span = (float) (scaling.highFreqFactor() - scaling.lowFreqFactor());
    float longest = (float) (scaling.originalMaxPositions() / scaling.lowFreqFactor());
    float shortest = (float) (scaling.originalMaxPositions() / scaling.highFreqFactor());
    for (int i = 0; i < frequencies.length; i++) {
      float wavelength = (float) (2 * Math.PI) / frequencies[i];
      if (wavelength > longest) {
        frequencies[i] /= factor;
      } else if (wavelength >= shortest) {
        float keep = (context / wavelength - low) / span;
        frequencies[i] = (1 - keep) * frequencies[i] / factor + keep * frequencies[i];
      }
    }
  }
}
