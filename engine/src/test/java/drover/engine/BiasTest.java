package drover.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import drover.engine.safetensors.ElementType;
import drover.engine.safetensors.SafetensorsFile;
import drover.engine.safetensors.SafetensorsWriter;
import drover.engine.safetensors.Tensor;
import drover.engine.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small model whose projections get biases: what they give is shifted by just these. */
class BiasTest {
  private static final Map<String, Integer> BIASES =
      Map.of(
          "self_attn.q_proj", 64,
          "self_attn.k_proj", 32,
          "self_attn.v_proj", 32,
          "self_attn.o_proj", 64,
          "mlp.gate_proj", 160,
          "mlp.up_proj", 160,
          "mlp.down_proj", 64);

  private final Random random = new Random(3);

  @Test
  void attentionBiasesAreAdded(@TempDir Path folder) throws IOException {
    Map<String, float[]> biases =
        biasedModel(folder, List.of("q_proj", "k_proj", "v_proj", "o_proj"));
    for (HookPoint point : List.of(HookPoint.Q, HookPoint.K, HookPoint.V)) {
      String name = "self_attn." + point.hookName() + "_proj";
      assertShifted(
          capture(folder, point),
          capture(Golden.folder("tiny-llama3-rope"), point),
          biases.get(name));
    }
  }

  @Test
  void theOutputProjectionsBiasIsAdded(@TempDir Path folder) throws IOException {
    Map<String, float[]> biases = biasedModel(folder, List.of("o_proj"));
    assertShifted(
        capture(folder, HookPoint.ATTN_OUT),
        capture(Golden.folder("tiny-llama3-rope"), HookPoint.ATTN_OUT),
        biases.get("self_attn.o_proj"));
  }

  @Test
  void theMlpsBiasesAreAdded(@TempDir Path folder) throws IOException {
    Map<String, float[]> biases = biasedModel(folder, List.of("down_proj"));
    assertShifted(
        capture(folder, HookPoint.MLP_OUT),
        capture(Golden.folder("tiny-llama3-rope"), HookPoint.MLP_OUT),
        biases.get("mlp.down_proj"));
    Path gated = Files.createDirectory(folder.resolve("gated"));
    biasedModel(gated, List.of("gate_proj", "up_proj"));
    assertThat(capture(gated, HookPoint.MLP_OUT)[0])
        .isNotEqualTo(capture(Golden.folder("tiny-llama3-rope"), HookPoint.MLP_OUT)[0]);
  }

  private static void assertShifted(float[][] with, float[][] without, float[] bias) {
    for (int row = 0; row < with.length; row++) {
      for (int i = 0; i < bias.length; i++) {
        assertThat(with[row][i] - without[row][i]).isCloseTo(bias[i], within(1e-5f));
      }
    }
  }

  private static float[][] capture(Path folder, HookPoint point) {
    float[][][] rows = new float[1][][];
    try (Llama model = Llama.open(folder)) {
      Hooks hooks = Hooks.builder().on(point, 0, a -> rows[0] = a.copyRows()).build();
      model.forward(Batch.of(model.newSequence(), 7, 99, 3, 250), hooks).close();
    }
    return rows[0];
  }

  /** Copies the small model with biases in layer 0; those not named are zero. */
  private Map<String, float[]> biasedModel(Path folder, List<String> named) throws IOException {
    Path original = Golden.folder("tiny-llama3-rope");
    String config = Files.readString(original.resolve("config.json"));
    Files.writeString(
        folder.resolve("config.json"),
        config
            .replace("\"attention_bias\": false", "\"attention_bias\": true")
            .replace("\"mlp_bias\": false", "\"mlp_bias\": true"));
    Map<String, float[]> biases = new LinkedHashMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(original.resolve("model.safetensors"))) {
      Map<String, float[]> tensors = new LinkedHashMap<>();
      List<TensorInfo> infos = new ArrayList<>();
      for (String name : file.names()) {
        Tensor tensor = file.tensor(name);
        tensors.put(name, tensor.toFloatArray());
        infos.add(tensor.info());
      }
      for (int layer = 0; layer < 3; layer++) {
        for (Map.Entry<String, Integer> entry : BIASES.entrySet()) {
          String name = LlamaTensors.layer(layer, entry.getKey() + ".bias");
          float[] bias = new float[entry.getValue()];
          if (layer == 0 && named.stream().anyMatch(entry.getKey()::endsWith)) {
            for (int i = 0; i < bias.length; i++) {
              bias[i] = (float) random.nextGaussian();
            }
            biases.put(entry.getKey(), bias);
          }
          tensors.put(name, bias);
          infos.add(TensorInfo.of(name, ElementType.F32, bias.length));
        }
      }
      write(folder, infos, tensors);
    }
    return biases;
  }

  private static void write(Path folder, List<TensorInfo> infos, Map<String, float[]> tensors) {
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(folder.resolve("model.safetensors"), infos, Map.of())) {
      tensors.forEach(writer::append);
      writer.commit();
    }
  }
}
