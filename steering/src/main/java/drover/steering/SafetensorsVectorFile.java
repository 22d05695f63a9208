package drover.steering;

import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import drover.engine.io.StrictJson;
import drover.engine.safetensors.ElementType;
import drover.engine.safetensors.SafetensorsFile;
import drover.engine.safetensors.SafetensorsWriter;
import drover.engine.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;

/**
 * Drover's own vector files: safetensors with a tensor {@code direction.N} of F32 {@code [hidden]}
 * for each layer N, and all else that is known of the vector as {@link VectorMetadata}. What is
 * written is read back to the bit.
 */
final class SafetensorsVectorFile {
  /** The largest of Llamas, 126 layers of 16384, needs 8 MB. */
  private static final long MOST_BYTES = 64 << 20;

  private SafetensorsVectorFile() {}

  static void write(SteeringVector vector, Path file) {
    List<TensorInfo> tensors = new ArrayList<>();
    for (int layer : vector.directions().keySet()) {
      tensors.add(TensorInfo.of(name(layer), ElementType.F32, vector.width()));
    }
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(file, tensors, VectorMetadata.of(vector))) {
      vector.directions().forEach((layer, direction) -> writer.append(name(layer), direction));
      writer.commit();
    }
  }

  private static String name(int layer) {
    return "direction." + layer;
  }

  static SteeringVector read(Path file) {
    checkSize(file);
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      return read(file, tensors);
    }
  }

  private static void checkSize(Path file) {
    StrictJson.requireRegularFile(file);
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new DroverException(
            file + " is larger than " + MOST_BYTES + " bytes, the most that is read of vectors");
      }
    } catch (IOException e) {
      throw new DroverException(file + " cannot be read: " + IoErrors.reason(e), e);
    }
  }

  private static SteeringVector read(Path file, SafetensorsFile tensors) {
    try {
      VectorMetadata metadata = new VectorMetadata(tensors.metadata());
      metadata.checkFormat();
      Provenance provenance = metadata.provenance();
      NavigableSet<Integer> layers = metadata.layers();
      metadata.checkHookPoints(layers, provenance);
      return new SteeringVector(
          directions(tensors, layers, metadata.hidden()),
          metadata.explainedVariances(),
          provenance);
    } catch (DroverException e) {
      throw e.in(file.toString());
    }
  }

  private static NavigableMap<Integer, float[]> directions(
      SafetensorsFile file, NavigableSet<Integer> layers, int hidden) {
    NavigableMap<Integer, float[]> directions = new TreeMap<>();
    for (int layer : layers) {
      String name = name(layer);
      if (!file.has(name)) {
        throw new DroverException("it names layer " + layer + ", but has no tensor " + name);
      }
      TensorInfo info = file.info(name);
      if (info.type() != ElementType.F32 || !info.shape().equals(List.of((long) hidden))) {
        throw new DroverException(
            "tensor %s is %s %s, but F32 [%d] was expected"
                .formatted(name, info.type(), info.shape(), hidden));
      }
      directions.put(layer, file.tensor(name).toFloatArray());
    }
    Set<String> others = new LinkedHashSet<>(file.names());
    directions.keySet().forEach(layer -> others.remove(name(layer)));
    for (String name : others) {
      throw new DroverException(
          "tensor " + DroverException.quote(name) + " is no direction of the layers it names");
    }
    return directions;
  }
}
