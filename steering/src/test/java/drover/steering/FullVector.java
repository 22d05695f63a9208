package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;

import drover.steering.Provenance.Training;
import drover.steering.search.ConditionPoint;
import drover.steering.search.Quality;
import drover.steering.search.ThresholdIs;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** A vector of which everything is known, and what it is to be the same vector. */
final class FullVector {
  static final int NARROW = 8;
  private static final String FINGERPRINT = "0123456789abcdef0123456789abcdef";

  private FullVector() {}

  /** With numbers that only full precision keeps apart. */
  static SteeringVector of(long seed) {
    SteeringVector plain = Tiny.vector(seed);
    NavigableMap<Integer, float[]> directions = new TreeMap<>(plain.directions());
    float[] first = directions.get(0).clone();
    first[0] = -0f;
    first[1] = Float.MIN_VALUE;
    first[2] = Float.MAX_VALUE;
    first[3] = Math.nextUp(1f);
    directions.put(0, first);
    return new SteeringVector(directions, plain.explainedVariances(), provenance());
  }

  /** The same, 8 wide, for files whose bytes are structure for the most part. */
  static SteeringVector narrow(long seed) {
    SteeringVector wide = of(seed);
    NavigableMap<Integer, float[]> directions = new TreeMap<>();
    wide.directions().forEach((layer, d) -> directions.put(layer, Arrays.copyOf(d, NARROW)));
    return new SteeringVector(directions, wide.explainedVariances(), wide.provenance());
  }

  private static Provenance provenance() {
    NavigableMap<Integer, Double> norms = new TreeMap<>();
    norms.put(0, Math.PI);
    norms.put(1, Double.MIN_VALUE);
    norms.put(2, Double.MAX_VALUE);
    NavigableMap<Integer, Double> differences = new TreeMap<>();
    differences.put(2, Math.nextUp(0.1));
    return new Provenance(
        "llama",
        Optional.of(FINGERPRINT),
        OptionalInt.of(Tiny.LAYERS),
        Optional.of(
            new Training(
                ExtractionMethod.PCA_CENTER,
                new Accumulate.AllButFirst(2),
                Semantics.CORRECTED.with(Quirk.LAST_LAYER_AFTER_FINAL_NORM),
                true,
                123)),
        norms,
        differences,
        Optional.of(point()));
  }

  static ConditionPoint point() {
    return new ConditionPoint(
        List.of(1, 2),
        Math.nextDown(0.043),
        ThresholdIs.SMALLER,
        1e-17,
        new Quality(1 / 3.0, 0.25, 1, 0.99),
        Optional.of(new Quality(2 / 3.0, 0.125, 0.5, 0)));
  }

  /** Expects the same directions, bit for bit. */
  static void expectSameDirections(SteeringVector found, SteeringVector expected) {
    assertThat(found.directions().keySet()).isEqualTo(expected.directions().keySet());
    expected.directions().forEach((layer, d) -> expectSameBits(found.directions().get(layer), d));
  }

  static void expectSameBits(float[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(Float.floatToRawIntBits(found[i])).isEqualTo(Float.floatToRawIntBits(expected[i]));
    }
  }
}
