package drover.steering;

import drover.engine.Llama;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;

/** A small random Llama, 3 layers of 64 with a vocabulary of 256, and vectors that fit it. */
final class Tiny {
  static final int LAYERS = 3;
  static final int WIDTH = 64;

  private Tiny() {}

  static Llama model() {
    return Llama.open(Path.of("../engine/src/test/resources/golden/tiny-llama3-rope"));
  }

  /** A random direction for each layer. */
  static SteeringVector vector(long seed) {
    Random random = new Random(seed);
    NavigableMap<Integer, float[]> directions = new TreeMap<>();
    NavigableMap<Integer, Double> variances = new TreeMap<>();
    for (int layer = 0; layer < LAYERS; layer++) {
      float[] direction = new float[WIDTH];
      for (int i = 0; i < WIDTH; i++) {
        direction[i] = (float) random.nextGaussian();
      }
      directions.put(layer, direction);
      variances.put(layer, random.nextDouble());
    }
    return new SteeringVector(directions, variances, Provenance.ofModelType("llama"));
  }
}
