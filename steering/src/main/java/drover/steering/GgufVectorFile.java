package drover.steering;

import drover.engine.io.DroverException;
import drover.steering.gguf.GgufFile;
import drover.steering.gguf.GgufWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Control vectors as llama.cpp and repeng read and write them: {@code general.architecture} is
 * {@code controlvector}, {@code controlvector.model_hint} the model's type, {@code
 * controlvector.layer_count} the number of directions, and tensor {@code direction.N} is added to
 * the residual stream after block N. llama.cpp refuses {@code direction.0}, repeng does not.
 *
 * <p>A vector's layer k is read after block k. {@link Semantics#CORRECTED} adds it there too, so it
 * is direction.k; {@link Quirk#ACTS_BEFORE_BLOCK} adds it before block k, which is after block k -
 * 1, so what it does there is what direction.(k - 1) does.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp/blob/master/src/llama-adapter.cpp">llama.cpp:
 *     the tensor of block il is added to that block's output</a>
 * @see <a href="https://github.com/ggml-org/llama.cpp/blob/master/common/common.cpp">llama.cpp:
 *     common_control_vector_load_one</a>
 * @see <a href="https://github.com/vgel/repeng/blob/main/repeng/extract.py">repeng: export_gguf</a>
 */
final class GgufVectorFile {
  private static final String ARCHITECTURE_KEY = "general.architecture";
  private static final String ARCHITECTURE = "controlvector";
  private static final String MODEL_KEY = "controlvector.model_hint";
  private static final String COUNT_KEY = "controlvector.layer_count";
  private static final Pattern DIRECTION = Pattern.compile("direction\\.(0|[1-9]\\d{0,4})");

  private GgufVectorFile() {}

  static SteeringVector read(Path file, Semantics semantics) {
    GgufFile gguf = GgufFile.read(file);
    try {
      String architecture = text(gguf, ARCHITECTURE_KEY);
      if (!architecture.equals(ARCHITECTURE)) {
        throw new DroverException(
            "%s is %s, but a control vector has '%s'"
                .formatted(ARCHITECTURE_KEY, DroverException.quote(architecture), ARCHITECTURE));
      }
      NavigableMap<Integer, float[]> directions = new TreeMap<>();
      gguf.vectors()
          .forEach((name, values) -> directions.put(index(name) + blocksEarly(semantics), values));
      return new SteeringVector(
          directions, new TreeMap<>(), Provenance.ofModelType(text(gguf, MODEL_KEY)));
    } catch (DroverException e) {
      throw e.in(file.toString());
    }
  }

  private static String text(GgufFile gguf, String key) {
    String text = gguf.texts().get(key);
    if (text == null) {
      throw new DroverException("it has no text " + key + ", so it is no control vector");
    }
    return text;
  }

  private static int index(String tensor) {
    Matcher name = DIRECTION.matcher(tensor);
    if (!name.matches()) {
      throw new DroverException(
          "tensor " + DroverException.quote(tensor) + " is not named direction.N");
    }
    return Integer.parseInt(name.group(1));
  }

  /** How many blocks before the one that it was read after a vector is added. */
  static int blocksEarly(Semantics semantics) {
    return semantics.keeps(Quirk.ACTS_BEFORE_BLOCK) ? 1 : 0;
  }

  /** The layers that have no place in the file, because their index would be below 1. */
  static NavigableSet<Integer> leftOut(SteeringVector vector, Semantics semantics) {
    return new TreeSet<>(
        vector.directions().navigableKeySet().headSet(1 + blocksEarly(semantics), false));
  }

  static void write(SteeringVector vector, Path file, Semantics semantics) {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    vector
        .directions()
        .tailMap(1 + blocksEarly(semantics), true)
        .forEach((layer, d) -> tensors.put("direction." + (layer - blocksEarly(semantics)), d));
    if (tensors.isEmpty()) {
      throw new DroverException(
          "%s cannot be written: direction.1 is the first that llama.cpp takes, but the vector has only layers %s"
              .formatted(file, Layers.show(vector.directions().navigableKeySet())));
    }
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(ARCHITECTURE_KEY, ARCHITECTURE);
    texts.put(MODEL_KEY, vector.provenance().modelType());
    GgufWriter.write(file, texts, Map.of(COUNT_KEY, tensors.size()), tensors);
  }
}
