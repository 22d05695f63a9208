package drover.cli;

import drover.engine.ModelConfig;
import drover.engine.ModelFolder;
import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import drover.engine.safetensors.TensorInfo;
import drover.engine.safetensors.Weights;
import drover.tokenizer.ChatTemplate;
import drover.tokenizer.Tokenizer;
import drover.tokenizer.TokenizerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What there is to know of a model folder without running it.
 *
 * @param parameters how many numbers the weights have
 * @param parametersByType the same by element type
 * @param tokenizer empty where the folder has none
 * @param chatTemplate whether there is one
 * @param files name and size in bytes of every file
 */
record ModelInfo(
    Path folder,
    ModelConfig config,
    long parameters,
    NavigableMap<String, Long> parametersByType,
    long weightBytes,
    String fingerprint,
    Optional<TokenizerInfo> tokenizer,
    boolean chatTemplate,
    NavigableMap<String, Long> files) {

  /**
   * A tokenizer.
   *
   * @param kind in words
   * @param tokens how many there are; 0 where it is not supported
   * @param problem why it cannot be used, if so
   */
  record TokenizerInfo(String kind, int tokens, Optional<String> problem) {}

  /**
   * Looks into a folder.
   *
   * @throws DroverException if it is not a model that can be run
   */
  static ModelInfo of(Path path) {
    try (ModelFolder folder = ModelFolder.open(path)) {
      Weights weights = folder.weights();
      List<TensorInfo> tensors = weights.names().stream().map(weights::info).toList();
      NavigableMap<String, Long> byType = new TreeMap<>();
      for (TensorInfo tensor : tensors) {
        byType.merge(tensor.type().name(), tensor.elements(), Long::sum);
      }
      return new ModelInfo(
          path,
          folder.config(),
          tensors.stream().mapToLong(TensorInfo::elements).sum(),
          byType,
          weights.dataBytes(),
          folder.fingerprint(),
          folder.tokenizerJson().map(ModelInfo::tokenizer),
          hasChatTemplate(path),
          files(path));
    }
  }

  private static TokenizerInfo tokenizer(Path file) {
    String kind = TokenizerKind.of(file);
    try {
      return new TokenizerInfo(kind, Tokenizer.load(file).vocabSize(), Optional.empty());
    } catch (TokenizerException e) {
      return new TokenizerInfo(kind, 0, Optional.of(e.getMessage()));
    }
  }

  private static boolean hasChatTemplate(Path folder) {
    try {
      return ChatTemplate.load(folder).isPresent();
    } catch (TokenizerException _) {
      return true;
    }
  }

  private static NavigableMap<String, Long> files(Path folder) {
    NavigableMap<String, Long> files = new TreeMap<>();
    try (Stream<Path> list = Files.list(folder)) {
      for (Path file : list.filter(Files::isRegularFile).toList()) {
        files.put(file.getFileName().toString(), Files.size(file));
      }
      return files;
    } catch (IOException e) {
      throw new DroverException(folder + " cannot be read: " + IoErrors.reason(e), e);
    }
  }
}
