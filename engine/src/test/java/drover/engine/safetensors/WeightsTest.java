package drover.engine.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.Golden;
import drover.engine.io.DroverException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightsTest {
  private static final String SECOND = "model-00002-of-00002.safetensors";

  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void copyTheShardedModel() throws IOException {
    folder = temp.resolve("model");
    FileUtils.copyDirectory(Golden.folder("tiny-sharded").toFile(), folder.toFile());
  }

  @Test
  void readsEveryTensorOfEveryShard() {
    try (Weights weights = Weights.open(folder)) {
      long bytes = 0;
      for (String name : weights.names()) {
        Tensor tensor = weights.tensor(name);
        assertThat(tensor.type()).isEqualTo(ElementType.F16);
        assertThat(tensor.toFloatArray()).doesNotContain(Float.NaN);
        bytes += tensor.data().byteSize();
      }
      assertThat(bytes).isEqualTo(weights.dataBytes());
    }
  }

  @Test
  void namesAMissingShard() throws IOException {
    Files.delete(folder.resolve(SECOND));
    assertRefused(SECOND + " is missing, though model.safetensors.index.json says that it holds");
  }

  @Test
  void namesATensorThatItsShardLacks() throws IOException {
    editIndex("\"model.norm.weight\"", "\"model.norm.wait\"");
    assertRefused("has no tensor named 'model.norm.wait', though model.safetensors.index.json");
  }

  @Test
  void namesATensorThatTwoShardsHave() throws IOException {
    Files.copy(
        folder.resolve("model-00001-of-00002.safetensors"),
        folder.resolve(SECOND),
        StandardCopyOption.REPLACE_EXISTING);
    assertRefused("but model-00001-of-00002.safetensors has one of that name too");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../model-00002-of-00002.safetensors",
        "/etc/passwd",
        "sub/x.safetensors",
        "..\\\\x.safetensors",
        "config.json",
        ".safetensors",
        ""
      })
  void refusesAnIndexThatReachesElsewhere(String shard) throws IOException {
    editIndex("\"" + SECOND + "\"", "\"" + shard + "\"");
    assertRefused("expected the name of a .safetensors file in the same folder");
  }

  @Test
  void refusesAnIndexWithoutAMap() throws IOException {
    Files.writeString(folder.resolve(Weights.INDEX_FILE), "{\"metadata\":{}}");
    assertRefused("weight_map must be an object");
    Files.writeString(folder.resolve(Weights.INDEX_FILE), "[]");
    assertRefused("must hold one JSON object, but an array was found");
    Files.writeString(folder.resolve(Weights.INDEX_FILE), "");
    assertRefused("must hold one JSON object, but nothing was found");
  }

  private void editIndex(String from, String to) throws IOException {
    Path index = folder.resolve(Weights.INDEX_FILE);
    String text = Files.readString(index);
    assertThat(text).contains(from);
    Files.writeString(index, text.replace(from, to));
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> Weights.open(folder).close())
        .isInstanceOf(DroverException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(message);
  }
}
