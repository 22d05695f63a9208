package drover.engine.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import drover.engine.io.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The tensors of a model folder: those of {@code model.safetensors}, or of the shards that {@code
 * model.safetensors.index.json} names. Mapped read-only, open until {@link #close}; any number of
 * threads may read.
 */
public final class Weights implements AutoCloseable {
  /** The file of a model that is not split. */
  public static final String SINGLE_FILE = "model.safetensors";

  /** The file that says which shard holds which tensor. */
  public static final String INDEX_FILE = "model.safetensors.index.json";

  private static final int LARGEST_INDEX = 64 << 20;

  private final Path folder;
  private final Map<Path, SafetensorsFile> files = new LinkedHashMap<>();
  private final Map<String, SafetensorsFile> fileOfTensor = new LinkedHashMap<>();

  private Weights(Path folder) {
    this.folder = folder;
  }

  /**
   * Maps the weights of a model folder.
   *
   * @throws DroverException if there are none, a shard is missing or names what it should not, or a
   *     file breaks a rule of the format
   */
  public static Weights open(Path folder) {
    Weights weights = new Weights(folder);
    try {
      if (Files.exists(folder.resolve(SINGLE_FILE))) {
        weights.add(folder.resolve(SINGLE_FILE));
      } else if (Files.exists(folder.resolve(INDEX_FILE))) {
        weights.addShards(folder.resolve(INDEX_FILE));
      } else {
        throw new DroverException(noWeights(folder));
      }
      return weights;
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  private void addShards(Path index) {
    Map<String, Path> shardOfTensor = shardOfTensor(index);
    Set<Path> shards = new TreeSet<>(shardOfTensor.values());
    for (Path shard : shards) {
      if (!Files.exists(shard)) {
        throw new DroverException(
            shard + " is missing, though " + INDEX_FILE + " says that it holds tensors");
      }
    }
    shards.forEach(this::add);
    shardOfTensor.forEach(
        (name, shard) -> {
          if (!files.get(shard).has(name)) {
            throw new DroverException(
                shard
                    + " has no tensor named "
                    + DroverException.quote(name)
                    + ", though "
                    + INDEX_FILE
                    + " says so");
          }
        });
  }

  private static Map<String, Path> shardOfTensor(Path index) {
    JsonNode map = StrictJson.readObject(index, LARGEST_INDEX).path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw new DroverException(
          index + ": weight_map must be an object that gives each tensor's file");
    }
    Map<String, Path> shards = new LinkedHashMap<>();
    map.properties()
        .forEach(
            entry -> shards.put(entry.getKey(), shard(index, entry.getKey(), entry.getValue())));
    return shards;
  }

  /** A shard is a plain file name, so that an index cannot reach outside its folder. */
  private static Path shard(Path index, String tensor, JsonNode value) {
    String name = value.isTextual() ? value.textValue() : "";
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*\\.safetensors") || name.length() > 255) {
      throw new DroverException(
          index
              + ": weight_map gives "
              + StrictJson.describe(value)
              + " as the file of "
              + DroverException.quote(tensor)
              + ", expected the name of a .safetensors file in the same folder");
    }
    return index.resolveSibling(name);
  }

  private void add(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
    files.put(path, file);
    for (String name : file.names()) {
      SafetensorsFile other = fileOfTensor.putIfAbsent(name, file);
      if (other != null) {
        throw new DroverException(
            path
                + " has a tensor named "
                + DroverException.quote(name)
                + ", but "
                + other.path().getFileName()
                + " has one of that name too");
      }
    }
  }

  private static String noWeights(Path folder) {
    String expected = " has neither " + SINGLE_FILE + " nor " + INDEX_FILE;
    List<String> others;
    try (Stream<Path> list = Files.list(folder)) {
      others =
          list.map(file -> file.getFileName().toString())
              .filter(name -> name.matches(".*\\.(bin|gguf|pth|pt|safetensors|onnx)"))
              .sorted()
              .limit(3)
              .toList();
    } catch (IOException e) {
      return folder + " cannot be read: " + IoErrors.reason(e);
    }
    return folder
        + expected
        + (others.isEmpty() ? "" : ", only " + String.join(", ", others) + ", which is not read");
  }

  /** The model folder. */
  public Path folder() {
    return folder;
  }

  /** The files that hold the tensors. */
  public Set<Path> files() {
    return Collections.unmodifiableSet(files.keySet());
  }

  /** The names of all tensors, shard by shard. */
  public Set<String> names() {
    return Collections.unmodifiableSet(fileOfTensor.keySet());
  }

  /** Whether there is a tensor of this name. */
  public boolean has(String name) {
    return fileOfTensor.containsKey(name);
  }

  /**
   * A tensor's type and shape.
   *
   * @throws DroverException if there is no tensor of this name
   */
  public TensorInfo info(String name) {
    return file(name).info(name);
  }

  /**
   * A tensor: a window on the mapped file that holds it.
   *
   * @throws DroverException if there is no tensor of this name
   */
  public Tensor tensor(String name) {
    return file(name).tensor(name);
  }

  /** The size of all tensors' data in bytes, over all files. */
  public long dataBytes() {
    return files.values().stream().mapToLong(SafetensorsFile::dataBytes).sum();
  }

  /** Unmaps all files; their tensors can no longer be read. Closing twice is fine. */
  @Override
  public void close() {
    files.values().forEach(SafetensorsFile::close);
  }

  private SafetensorsFile file(String name) {
    SafetensorsFile file = fileOfTensor.get(name);
    if (file == null) {
      throw new DroverException(folder + " has no tensor named " + DroverException.quote(name));
    }
    return file;
  }
}
