package drover.steering;

import drover.engine.Llama;
import drover.engine.ModelConfig;
import drover.engine.io.DroverException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.function.Supplier;

/** Whether a vector can be used with a model, and whether it comes from that model. */
final class VectorFit {
  private VectorFit() {}

  /**
   * Compares a vector with a model.
   *
   * @param layers those of the vector's layers that are used
   * @param use what is done at them: {@code steered} or {@code checked}
   * @return what speaks against using it all the same, in sentences; empty where nothing does, or
   *     where the vector's file does not say where it comes from
   * @throws DroverException if the widths differ, or the model does not have one of the layers
   */
  static List<String> check(
      SteeringVector vector, NavigableSet<Integer> layers, String use, Llama model) {
    require(vector, layers, use, model.config());
    return warnings(vector, model.config(), model.folder()::fingerprint);
  }

  /**
   * Refuses a vector that cannot be used.
   *
   * @throws DroverException if the widths differ, or the model does not have one of the layers
   */
  static void require(
      SteeringVector vector, NavigableSet<Integer> layers, String use, ModelConfig config) {
    if (vector.width() != config.hiddenSize()) {
      throw new DroverException(
          "the vector is %d wide, but the model's residual stream is %d"
              .formatted(vector.width(), config.hiddenSize()));
    }
    if (layers.last() >= config.layers()) {
      throw new DroverException(
          "layer %d is to be %s, but the model has layers 0 to %d"
              .formatted(layers.last(), use, config.layers() - 1));
    }
  }

  private static List<String> warnings(
      SteeringVector vector, ModelConfig model, Supplier<String> fingerprint) {
    Provenance from = vector.provenance();
    List<String> warnings = new ArrayList<>();
    if (!from.modelType().equals(model.modelType())) {
      warnings.add(
          "the vector comes from a model of type %s, but this one is of type %s"
              .formatted(
                  DroverException.quote(from.modelType()),
                  DroverException.quote(model.modelType())));
    }
    depth(vector, model).ifPresent(warnings::add);
    // Models of another type or depth have another fingerprint anyway.
    if (warnings.isEmpty() && from.modelFingerprint().isPresent()) {
      String expected = from.modelFingerprint().get();
      String found = fingerprint.get();
      if (!expected.equals(found)) {
        warnings.add(
            "the vector comes from another model of this shape (fingerprint %s, but this one has %s), so strengths and thresholds may not carry over"
                .formatted(DroverException.quote(expected), DroverException.quote(found)));
      }
    }
    return List.copyOf(warnings);
  }

  private static Optional<String> depth(SteeringVector vector, ModelConfig model) {
    int known = vector.provenance().modelLayers().orElse(model.layers());
    if (known != model.layers()) {
      return Optional.of(
          "the vector comes from a model of %d layers, but this one has %d"
              .formatted(known, model.layers()));
    }
    int last = vector.directions().lastKey();
    return last < model.layers()
        ? Optional.empty()
        : Optional.of(
            "the vector has a direction for layer %d, so it comes from a deeper model than this one of %d layers"
                .formatted(last, model.layers()));
  }
}
