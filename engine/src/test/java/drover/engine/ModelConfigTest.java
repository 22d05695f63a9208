package drover.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.io.DroverException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelConfigTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"tiny-llama3-rope", "tiny-sharded"})
  void readsTheClassicLayoutAndThatOfTransformers5Alike(String name) {
    ModelConfig classic = ModelConfig.load(Golden.folder(name).resolve("config.json"));
    ModelConfig transformers5 =
        ModelConfig.load(Golden.folder(name).resolve("config.transformers5.json"));
    assertThat(transformers5).usingRecursiveComparison().ignoringFields("dtype").isEqualTo(classic);
    assertThat(classic.dtype()).isPresent();
  }

  @Test
  void readsEveryNumber() {
    ModelConfig config = ModelConfig.load(Golden.folder("tiny-llama3-rope").resolve("config.json"));
    assertThat(config.hiddenSize()).isEqualTo(64);
    assertThat(config.intermediateSize()).isEqualTo(160);
    assertThat(config.layers()).isEqualTo(3);
    assertThat(config.headsPerKvHead()).isEqualTo(2);
    assertThat(config.queryWidth()).isEqualTo(64);
    assertThat(config.kvWidth()).isEqualTo(32);
    assertThat(config.vocabSize()).isEqualTo(256);
    assertThat(config.maxPositions()).isEqualTo(512);
    assertThat(config.rmsNormEps()).isEqualTo(1e-5f);
    assertThat(config.ropeTheta()).isEqualTo(500_000);
    assertThat(config.ropeScaling()).isEqualTo(new RopeScaling.Llama3(8, 1, 4, 64));
    assertThat(config.bosTokenId()).hasValue(1);
    assertThat(config.eosTokenIds()).containsExactly(2);
    assertThat(config.padTokenId()).isEmpty();
    assertThat(config.dtype()).isEqualTo(Optional.of("float32"));
  }

  @Test
  void fillsInTheDefaultsOfLlamaConfig() throws IOException {
    ModelConfig config = load("{\"model_type\": \"llama\"}");
    assertThat(config.hiddenSize()).isEqualTo(4096);
    assertThat(config.intermediateSize()).isEqualTo(11008);
    assertThat(config.layers()).isEqualTo(32);
    assertThat(config.kvHeads()).isEqualTo(32);
    assertThat(config.headDim()).isEqualTo(128);
    assertThat(config.vocabSize()).isEqualTo(32000);
    assertThat(config.maxPositions()).isEqualTo(2048);
    assertThat(config.rmsNormEps()).isEqualTo(1e-6f);
    assertThat(config.ropeTheta()).isEqualTo(10_000);
    assertThat(config.ropeScaling()).isEqualTo(new RopeScaling.None());
    assertThat(config.tieWordEmbeddings()).isFalse();
    assertThat(config.bosTokenId()).hasValue(1);
    assertThat(config.eosTokenIds()).containsExactly(2);
  }

  @Test
  void takesAnExplicitNullOrMinusOneAsNoToken() throws IOException {
    ModelConfig config =
        load(
            "{\"model_type\": \"llama\", \"bos_token_id\": null, \"eos_token_id\": null,"
                + " \"pad_token_id\": -1}");
    assertThat(config.bosTokenId()).isEmpty();
    assertThat(config.eosTokenIds()).isEmpty();
    assertThat(config.padTokenId()).isEmpty();
  }

  @Test
  void takesSeveralStopTokens() throws IOException {
    assertThat(load("{\"model_type\": \"llama\", \"eos_token_id\": [5, 6, 7]}").eosTokenIds())
        .isEqualTo(List.of(5, 6, 7));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          "rope_theta": 1e6                                                                | 1e6
          "rope_parameters": {"rope_theta": 5e5, "rope_type": "default"}                   | 5e5
          "rope_theta": 1e6, "rope_parameters": {"rope_theta": 5e5}                        | 5e5
          "rope_theta": 1e6, "rope_parameters": {"rope_type": "default"}                   | 1e6
          "rope_theta": 1e6, "rope_scaling": {"type": "default"}                           | 1e6
          "rope_scaling": {"rope_theta": 7e5}, "rope_parameters": {"rope_theta": 5e5}      | 7e5
          "rope_scaling": {}, "rope_parameters": {"rope_theta": 5e5}                       | 5e5
          "rope_scaling": null, "rope_theta": 3e5                                          | 3e5
          """)
  void takesTheRopeBaseThatTransformersWouldTake(String keys, double theta) throws IOException {
    assertThat(load("{\"model_type\": \"llama\", " + keys + "}").ropeTheta()).isEqualTo(theta);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 4.0}",
        "\"rope_scaling\": {\"rope_type\": \"linear\", \"factor\": 4}",
        "\"rope_scaling\": {\"rope_type\": \"linear\", \"type\": \"dynamic\", \"factor\": 4}",
        "\"rope_parameters\": {\"rope_type\": \"linear\", \"factor\": 4.0}",
        "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 4.0},"
            + " \"rope_parameters\": {\"rope_type\": \"default\"}"
      })
  void readsLinearScalingInEveryLayout(String keys) throws IOException {
    assertThat(load("{\"model_type\": \"llama\", " + keys + "}").ropeScaling())
        .isEqualTo(new RopeScaling.Linear(4));
  }

  @Test
  void takesTheOriginalLengthWhereTransformersWould() throws IOException {
    String scaling =
        "{\"model_type\": \"llama\", \"max_position_embeddings\": 999, %s \"rope_scaling\":"
            + " {\"rope_type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 1,"
            + " \"high_freq_factor\": 4 %s}}";
    String outside = "\"original_max_position_embeddings\": 111,";
    String inside = ", \"original_max_position_embeddings\": 222";
    assertThat(load(scaling.formatted(outside, inside)).ropeScaling())
        .isEqualTo(new RopeScaling.Llama3(8, 1, 4, 111));
    assertThat(load(scaling.formatted("", inside)).ropeScaling())
        .isEqualTo(new RopeScaling.Llama3(8, 1, 4, 222));
    assertThat(load(scaling.formatted("", "")).ropeScaling())
        .isEqualTo(new RopeScaling.Llama3(8, 1, 4, 999));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          "model_type": "mistral"                                       | model_type 'mistral' is not supported, only 'llama' is
          "model_type": "gemma2", "hidden_act": "gelu"                  | model_type 'gemma2' is not supported
          "hidden_size": 4096                                           | a missing model_type is not supported
          "model_type": "llama", "architectures": ["LlamaForSequenceClassification"] | the architecture 'LlamaForSequenceClassification' is not supported, only 'LlamaForCausalLM' is
          "model_type": "llama", "hidden_act": "gelu"                   | hidden_act 'gelu' is not supported, only 'silu' is
          "model_type": "llama", "quantization_config": {"quant_method": "gptq"} | weights quantized by 'gptq' are not supported
          "model_type": "llama", "rope_scaling": {"type": "dynamic", "factor": 2} | the rope type 'dynamic' is not supported
          "model_type": "llama", "rope_scaling": {"rope_type": "yarn", "factor": 2} | the rope type 'yarn' is not supported
          "model_type": "llama", "rope_parameters": {"rope_type": "longrope"} | the rope type 'longrope' is not supported
          "model_type": "llama", "rope_scaling": {"type": "linear"}     | the rope scaling has no factor
          "model_type": "llama", "partial_rotary_factor": 0.5           | partial_rotary_factor 0.5 is not supported
          "model_type": "llama", "hidden_size": 0, "head_dim": 64       | hidden_size is 0, but must be from 1 to
          "model_type": "llama", "hidden_size": 4096.5                  | hidden_size is '4096.5', but must be a whole number
          "model_type": "llama", "hidden_size": "4096"                  | hidden_size is '4096', but must be a whole number
          "model_type": "llama", "hidden_size": 1000                    | hidden_size, 1000, must be a multiple of num_attention_heads, 32
          "model_type": "llama", "num_key_value_heads": 5               | num_attention_heads, 32, must be a multiple of num_key_value_heads, 5
          "model_type": "llama", "head_dim": 65                         | head_dim is 65, but must be even
          "model_type": "llama", "num_hidden_layers": 2000000000        | num_hidden_layers is 2000000000, but must be from 1 to 10000
          "model_type": "llama", "vocab_size": 99999999999              | vocab_size is '99999999999', but must be a whole number
          "model_type": "llama", "rms_norm_eps": 1e999                  | rms_norm_eps is
          "model_type": "llama", "rms_norm_eps": -1e-5                  | rms_norm_eps is
          "model_type": "llama", "rope_theta": 0                        | rope_theta is 0.0, but must be from
          "model_type": "llama", "tie_word_embeddings": 1               | tie_word_embeddings is '1', but must be true or false
          "model_type": "llama", "model_type": "llama"                  | Duplicate field 'model_type'
          """)
  void refusesByNameWhatItCannotRun(String keys, String reason) throws IOException {
    assertThatThrownBy(() -> load("{" + keys + "}"))
        .isInstanceOf(DroverException.class)
        .hasMessageContaining(temp.resolve("config.json").toString())
        .hasMessageContaining(reason);
  }

  @Test
  void checksAConfigMadeByHandToo() throws IOException {
    ModelConfig valid = load("{\"model_type\": \"llama\"}");
    assertThatThrownBy(
            () ->
                new ModelConfig(
                    "llama",
                    64,
                    64,
                    1,
                    4,
                    3,
                    16,
                    10,
                    10,
                    1e-5f,
                    1e4,
                    valid.ropeScaling(),
                    false,
                    false,
                    false,
                    valid.bosTokenId(),
                    List.of(),
                    valid.padTokenId(),
                    Optional.empty()))
        .isInstanceOf(DroverException.class)
        .hasMessage("num_attention_heads, 4, must be a multiple of num_key_value_heads, 3");
  }

  private ModelConfig load(String json) throws IOException {
    return ModelConfig.load(Files.writeString(temp.resolve("config.json"), json));
  }
}
