package drover.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelConfigMutationTest {
  private static final int COUNT = 12_000;

  @TempDir Path temp;

  @Test
  void everyMutationOfAConfigLoadsOrIsRefusedInOneSentence() throws IOException {
    Mutations mutations = new Mutations(new SplittableRandom(42));
    Path folder = Golden.folder("tiny-llama3-rope");
    String classic = Files.readString(folder.resolve("config.json"));
    String transformers5 = Files.readString(folder.resolve("config.transformers5.json"));
    Mutations.check(
        "config.json",
        COUNT,
        temp.resolve("config.json"),
        i -> mutations.json(i % 2 == 0 ? classic : transformers5),
        ModelConfigMutationTest::loadAndUse);
  }

  @Test
  void everyMutationOfAGenerationConfigLoadsOrIsRefusedInOneSentence() throws IOException {
    Mutations mutations = new Mutations(new SplittableRandom(43));
    String valid =
        """
        {"bos_token_id": 1, "eos_token_id": [2, 7], "pad_token_id": 2, "do_sample": true,
         "temperature": 0.6, "top_k": 50, "top_p": 0.9, "max_length": 4096}
        """;
    Mutations.check(
        "generation_config.json",
        COUNT / 4,
        temp.resolve("generation_config.json"),
        _ -> mutations.json(valid),
        file -> assertThat(GenerationDefaults.load(file).eosTokenIds()).doesNotContainNull());
  }

  private static void loadAndUse(Path file) {
    ModelConfig config = ModelConfig.load(file);
    float[] frequencies = RopeFrequencies.inverseFrequencies(config);
    assertThat(frequencies).hasSize(config.headDim() / 2);
    for (float frequency : frequencies) {
      assertThat(Float.isFinite(frequency) && frequency >= 0).isTrue();
    }
    assertThat((long) config.heads() * config.headDim()).isEqualTo(config.queryWidth());
    if (config.layers() < 100) {
      assertThat(LlamaTensors.expectedShapes(config)).containsKey(LlamaTensors.FINAL_NORM);
    }
  }
}
