package drover.steering;

import drover.engine.Llama;
import drover.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;

/** A small random Llama, 3 layers of 64 with a vocabulary of 256, and vectors that fit it. */
final class Tiny {
  static final int LAYERS = 3;
  static final int WIDTH = 64;

  /** A chat template with a default system message, a turn's end, and a reply header. */
  static final String TEMPLATE =
      "{% if messages[0].role != 'system' %}[system]Be brief.</s>{% endif %}"
          + "{% for m in messages %}[{{ m.role }}]{{ m.content }}</s>{% endfor %}"
          + "{% if add_generation_prompt %}[assistant]{% endif %}";

  private static final Path FOLDER =
      Path.of("../engine/src/test/resources/golden/tiny-llama3-rope");

  private Tiny() {}

  /** Without a tokenizer. */
  static Llama model() {
    return Llama.open(FOLDER);
  }

  /**
   * Copies the model into a folder and gives it {@link #tokenizer}.
   *
   * @param template its chat template; empty for none
   */
  static Path folder(Path folder, String template) {
    try {
      for (String file : new String[] {"config.json", "model.safetensors"}) {
        Files.copy(FOLDER.resolve(file), folder.resolve(file));
      }
      Files.writeString(folder.resolve("tokenizer.json"), tokenizerJson());
      Files.writeString(
          folder.resolve("tokenizer_config.json"),
          "{\"bos_token\": \"<s>\", \"eos_token\": {\"content\": \"</s>\"}}");
      if (!template.isEmpty()) {
        Files.writeString(folder.resolve("chat_template.jinja"), template);
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A token for each of the characters from space to tilde and for line feeds, one for {@code
   * "]a"}, {@code <s>} (1, put before every text) and {@code </s>} (2).
   */
  static Tokenizer tokenizer() {
    return Tokenizer.parse(tokenizerJson().getBytes(StandardCharsets.UTF_8), "test");
  }

  private static String tokenizerJson() {
    StringBuilder vocabulary = new StringBuilder("\"?\": 0, \"<s>\": 1, \"</s>\": 2");
    int id = 3;
    for (char c = ' '; c <= '~'; c++) {
      String shown = c == ' ' ? "\u0120" : c == '"' || c == '\\' ? "\\" + c : "" + c;
      vocabulary.append(c == '?' ? "" : ", \"%s\": %d".formatted(shown, id++));
    }
    vocabulary.append(", \"\u010a\": %d, \"]a\": %d".formatted(id, id + 1));
    return """
    {"normalizer": null,
     "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false},
     "post_processor": {"type": "TemplateProcessing",
       "single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}],
       "special_tokens": {"<s>": {"ids": [1]}}},
     "decoder": {"type": "ByteLevel"},
     "model": {"type": "BPE", "merges": ["] a"], "vocab": {%s}},
     "added_tokens": [{"id": 1, "content": "<s>", "special": true},
                      {"id": 2, "content": "</s>", "special": true}]}
    """
        .formatted(vocabulary);
  }

  /** The same weights with another context, from a copy in a folder. */
  static Llama withContext(Path folder, int tokens) {
    try {
      Files.copy(FOLDER.resolve("model.safetensors"), folder.resolve("model.safetensors"));
      String config = Files.readString(FOLDER.resolve("config.json"));
      Files.writeString(
          folder.resolve("config.json"),
          config.replace(
              "\"max_position_embeddings\": 512", "\"max_position_embeddings\": " + tokens));
      return Llama.open(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A random direction for each layer. */
  static SteeringVector vector(long seed) {
    Random random = new Random(seed);
    NavigableMap<Integer, float[]> directions = new TreeMap<>();
    NavigableMap<Integer, Double> variances = new TreeMap<>();
    for (int layer = 0; layer < LAYERS; layer++) {
      float[] direction = new float[WIDTH];
      for (int i = 0; i < WIDTH; i++) {
        direction[i] = (float) random.nextGaussian();
      }
      directions.put(layer, direction);
      variances.put(layer, random.nextDouble());
    }
    return new SteeringVector(directions, variances, Provenance.ofModelType("llama"));
  }
}
