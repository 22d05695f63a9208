package drover.steering.gguf;

import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import drover.engine.io.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a GGUF file of vectors holds.
 *
 * <p>Versions 2 and 3 in little-endian order are read, with any alignment and any metadata. The
 * rules of the format are enforced: counts, lengths and offsets within the file, no key or tensor
 * twice, tensors aligned and without overlap. A refusal is one sentence that names the file, and
 * neither memory nor time exceeds what the file's size warrants.
 *
 * @param texts the metadata of type string, by key; other metadata are passed over
 * @param vectors the tensors by name, widened to F32 and in the file's order
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">The format</a>
 */
public record GgufFile(Map<String, String> texts, Map<String, float[]> vectors) {
  /** Far more than a vector for each of 126 layers of 16384, the largest of Llamas, needs. */
  private static final int MOST_BYTES = 64 << 20;

  /** Keeps copies of the maps. */
  public GgufFile {
    texts = Collections.unmodifiableMap(new LinkedHashMap<>(texts));
    vectors = Collections.unmodifiableMap(new LinkedHashMap<>(vectors));
  }

  /**
   * Reads a file.
   *
   * @throws DroverException if it cannot be read, is not GGUF, breaks a rule of the format, or has
   *     tensors of more than one dimension or of a type other than F32 and F16
   */
  public static GgufFile read(Path file) {
    return new GgufReader(file.toString(), bytes(file)).read();
  }

  private static byte[] bytes(Path file) {
    StrictJson.requireRegularFile(file);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new DroverException(
            file + " is larger than " + MOST_BYTES + " bytes, the most that is read of vectors");
      }
      return bytes;
    } catch (IOException e) {
      throw new DroverException(file + " cannot be read: " + IoErrors.reason(e), e);
    }
  }
}
