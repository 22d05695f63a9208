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
   * @param what uses it, as sentences begin: {@code B1}
   * @return what speaks against using it all the same, in sentences; empty where nothing does, or
   *     where the vector's file does not say where it comes from
   * @throws DroverException if the widths differ, or the model does not have one of the layers
   */
  static List<String> check(
      SteeringVector vector, NavigableSet<Integer> layers, String what, Llama model) {
    return check(vector, layers, what, model.config(), model.folder()::fingerprint);
  }

  static List<String> check(
      SteeringVector vector,
      NavigableSet<Integer> layers,
      String what,
      ModelConfig model,
      Supplier<String> fingerprint) {
    if (vector.width() != model.hiddenSize()) {
      throw new DroverException(
          "%s: the vector is %d wide, but the model's residual stream is %d"
              .formatted(what, vector.width(), model.hiddenSize()));
    }
    if (layers.last() >= model.layers()) {
      throw new DroverException(
          "%s: layer %d is asked for, but the model has layers 0 to %d"
              .formatted(what, layers.last(), model.layers() - 1));
    }
    return warnings(vector, what, model, fingerprint);
  }

  private static List<String> warnings(
      SteeringVector vector, String what, ModelConfig model, Supplier<String> fingerprint) {
    Provenance from = vector.provenance();
    List<String> warnings = new ArrayList<>();
    if (!from.modelType().equals(model.modelType())) {
      warnings.add(
          "%s: the vector comes from a model of type %s, but this one is of type %s"
              .formatted(
                  what,
                  DroverException.quote(from.modelType()),
                  DroverException.quote(model.modelType())));
    }
    depth(vector, model).ifPresent(sentence -> warnings.add(what + ": " + sentence));
    // Models of another type or depth have another fingerprint anyway.
    if (warnings.isEmpty() && from.modelFingerprint().isPresent()) {
      String expected = from.modelFingerprint().get();
      String found = fingerprint.get();
      if (!expected.equals(found)) {
        warnings.add(
            "%s: the vector comes from another model of this shape (fingerprint %s, but this one has %s), so strengths and thresholds may not carry over"
                .formatted(what, DroverException.quote(expected), DroverException.quote(found)));
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
