package drover.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drover.engine.safetensors.SafetensorsFile;
import drover.engine.safetensors.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** Data made with HuggingFace transformers, under src/test/resources/golden. */
public final class Golden {
  private Golden() {}

  /** The folder of a small model, "tiny-llama3-rope" or "tiny-sharded", or of "smollm2"'s data. */
  public static Path folder(String name) {
    try {
      return Path.of(Golden.class.getResource("/golden/" + name + "/README.md").toURI())
          .getParent();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** A JSON file of a folder. */
  static JsonNode json(String folder, String file) {
    try {
      return new ObjectMapper().readTree(folder(folder).resolve(file).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A JSON array of token ids. */
  static int[] ids(JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = array.get(i).intValue();
    }
    return ids;
  }

  /**
   * The last two dimensions of a tensor as rows, at an index of the first where it has three.
   *
   * @return {@code [rows][width]}
   */
  static float[][] rows(SafetensorsFile file, String name, int index) {
    Tensor tensor = file.tensor(name);
    int dimensions = tensor.shape().size();
    int width = Math.toIntExact(tensor.shape().getLast());
    int rows = dimensions == 1 ? 1 : Math.toIntExact(tensor.shape().get(dimensions - 2));
    float[] all = tensor.toFloatArray();
    float[][] result = new float[rows][width];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(all, (index * rows + r) * width, result[r], 0, width);
    }
    return result;
  }
}
