package drover.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import drover.engine.io.DroverException;
import drover.engine.safetensors.Weights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {
  @TempDir Path temp;

  @Test
  void opensAModelInOneFile() {
    try (ModelFolder folder = ModelFolder.open(Golden.folder("tiny-llama3-rope"))) {
      assertThat(folder.config().headDim()).isEqualTo(16);
      assertThat(folder.weights().tensor(LlamaTensors.LM_HEAD).shape()).containsExactly(256L, 64L);
      assertThat(folder.tokenizerJson()).isEmpty();
      assertThat(folder.generationDefaults()).isEmpty();
      assertThat(folder.eosTokenIds()).containsExactly(2);
    }
  }

  @Test
  void opensAModelInShards() {
    try (ModelFolder folder = ModelFolder.open(Golden.folder("tiny-sharded"))) {
      Weights weights = folder.weights();
      assertThat(weights.names()).hasSize(29);
      assertThat(weights.tensor(LlamaTensors.EMBEDDING).toFloatArray())
          .hasSize(256 * 64)
          .doesNotContain(Float.NaN);
    }
  }

  @Test
  void opensTheSmallModel() {
    String smollm2 = System.getenv("DROVER_SMOLLM2");
    assumeTrue(
        smollm2 != null, "skipped: opening the 135M model (set DROVER_SMOLLM2=DIR to its folder)");
    long start = System.nanoTime();
    try (ModelFolder folder = ModelFolder.open(Path.of(smollm2))) {
      folder.weights();
      long opened = System.nanoTime();
      String fingerprint = folder.fingerprint();
      long done = System.nanoTime();
      System.out.printf(
          "135M model: open %.1f ms, fingerprint %s in %.1f ms%n",
          (opened - start) / 1e6, fingerprint, (done - opened) / 1e6);
      assertThat(fingerprint).matches("[0-9a-f]{32}");
    }
  }

  @Test
  void takesStopTokensFromTheGenerationConfigFirst() throws IOException {
    Path copy = copy("tiny-llama3-rope");
    Files.writeString(
        copy.resolve("generation_config.json"),
        "{\"eos_token_id\": [7, 9], \"temperature\": 0.6, \"top_p\": 0.9, \"do_sample\": true}");
    try (ModelFolder folder = ModelFolder.open(copy)) {
      assertThat(folder.eosTokenIds()).containsExactly(7, 9);
      assertThat(folder.generationDefaults().orElseThrow().temperature()).hasValue(0.6);
      assertThat(folder.generationDefaults().orElseThrow().doSample()).isTrue();
      assertThat(folder.generationDefaults().orElseThrow().topK()).isEmpty();
    }
  }

  @Test
  void refusesAFileInPlaceOfAFolder() {
    Path file = Golden.folder("tiny-llama3-rope").resolve("config.json");
    assertThatThrownBy(() -> ModelFolder.open(file))
        .isInstanceOf(DroverException.class)
        .hasMessage(
            "model folder %s is a file, but a folder with a config.json was expected", file);
  }

  @Test
  void refusesAFolderThatIsMissingOrHasNoConfig() {
    assertThatThrownBy(() -> ModelFolder.open(temp.resolve("none")))
        .isInstanceOf(DroverException.class)
        .hasMessageEndingWith("none does not exist");
    assertThatThrownBy(() -> ModelFolder.open(temp))
        .isInstanceOf(DroverException.class)
        .hasMessageContaining("has no config.json");
  }

  @Test
  void refusesAFolderWithoutSafetensorsAndSaysWhatIsThere() throws IOException {
    Path copy = copy("tiny-llama3-rope");
    Files.move(copy.resolve("model.safetensors"), copy.resolve("pytorch_model.bin"));
    Files.delete(copy.resolve("golden.safetensors"));
    assertRefused(copy)
        .hasMessageContaining("has neither model.safetensors nor model.safetensors.index.json")
        .hasMessageContaining("only pytorch_model.bin");
  }

  @Test
  void refusesATensorOfAnotherShapeThanTheConfigAsksFor() throws IOException {
    Path copy = copy("tiny-llama3-rope");
    edit(copy, "\"intermediate_size\": 160", "\"intermediate_size\": 161");
    assertRefused(copy)
        .hasMessage(
            "%s: tensor 'model.layers.0.mlp.gate_proj.weight' has shape [160, 64], but config.json"
                + " asks for [161, 64]",
            copy);
  }

  @Test
  void refusesAMissingTensor() throws IOException {
    Path copy = copy("tiny-llama3-rope");
    edit(copy, "\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4");
    assertRefused(copy)
        .hasMessage(
            "%s has no tensor named 'model.layers.3.input_layernorm.weight', which config.json asks"
                + " for with shape [64]",
            copy);
  }

  @Test
  void refusesATensorOfATypeThatIsNotComputedWith() throws IOException {
    Path copy = copy("tiny-llama3-rope");
    Path model = copy.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(model);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("\"F32\"");
    bytes[at + 1] = 'I';
    Files.write(model, bytes);
    assertRefused(copy)
        .hasMessageContaining("has elements of type I32, but only F32, F16 and BF16 are supported");
  }

  @Test
  void asksForBiasesWhereTheConfigDoes() throws IOException {
    Path copy = copy("tiny-llama3-rope");
    edit(copy, "\"attention_bias\": false", "\"attention_bias\": true");
    assertRefused(copy)
        .hasMessageContaining("no tensor named 'model.layers.0.self_attn.q_proj.bias'");
    ModelConfig config = ModelConfig.load(copy.resolve("config.json"));
    assertThat(LlamaTensors.expectedShapes(config))
        .containsEntry("model.layers.2.self_attn.o_proj.bias", List.of(64L))
        .containsEntry("model.layers.2.self_attn.k_proj.bias", List.of(32L))
        .doesNotContainKey("model.layers.2.mlp.up_proj.bias");
  }

  @Test
  void ignoresTheLmHeadOfATiedModel() throws IOException {
    Path copy = copy("tiny-llama3-rope");
    edit(copy, "\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true");
    try (ModelFolder folder = ModelFolder.open(copy)) {
      assertThat(folder.weights().has(LlamaTensors.LM_HEAD)).isTrue();
    }
  }

  @Test
  void fingerprintsEqualModelsEquallyAndOthersNot() throws IOException {
    Path copy = copy("tiny-llama3-rope");
    Path changed = copy("tiny-llama3-rope");
    edit(changed, "500000.0", "500001.0");
    String original = fingerprint(Golden.folder("tiny-llama3-rope"));
    assertThat(fingerprint(copy)).isEqualTo(original);
    assertThat(fingerprint(changed)).isNotEqualTo(original);
    assertThat(fingerprint(Golden.folder("tiny-sharded"))).isNotEqualTo(original);
  }

  private static String fingerprint(Path path) {
    try (ModelFolder folder = ModelFolder.open(path)) {
      return folder.fingerprint();
    }
  }

  private static AbstractThrowableAssert<?, ?> assertRefused(Path path) {
    return assertThatThrownBy(
            () -> {
              try (ModelFolder folder = ModelFolder.open(path)) {
                folder.weights();
              }
            })
        .isInstanceOf(DroverException.class);
  }

  private Path copy(String name) throws IOException {
    Path copy = Files.createTempDirectory(temp, name);
    FileUtils.copyDirectory(Golden.folder(name).toFile(), copy.toFile());
    return copy;
  }

  private static void edit(Path folder, String from, String to) throws IOException {
    Path config = folder.resolve("config.json");
    String text = Files.readString(config);
    assertThat(text).contains(from);
    Files.writeString(config, text.replace(from, to));
  }
}
