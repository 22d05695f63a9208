package drover.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The model folders of the tests. */
final class Folders {
  /** A small random Llama without a tokenizer: 3 layers, hidden 64, vocabulary 256. */
  static final Path TINY = Path.of("../engine/src/test/resources/golden/tiny-llama3-rope");

  private static final int PRINTABLE = 95;

  private Folders() {}

  /** The folder of SmolLM2-135M-Instruct; the test is skipped where there is none. */
  static Path smolLm2() {
    String folder = System.getenv("DROVER_SMOLLM2");
    assumeTrue(
        folder != null && Files.isDirectory(Path.of(folder)),
        "skipped: needs SmolLM2-135M-Instruct (set DROVER_SMOLLM2 to its folder)");
    return Path.of(folder);
  }

  /** Reference data of SmolLM2-135M-Instruct. */
  static Path golden() {
    return Path.of("../engine/src/test/resources/golden/smollm2");
  }

  /**
   * Makes the tiny model with a tokenizer of its own: a token per ASCII character, and {@code <s>}
   * (1, put before every text) and {@code </s>} (2, ends it).
   *
   * @param template its chat template; empty for none
   */
  static Path tinyWithTokenizer(Path folder, String template) {
    try {
      Files.createDirectories(folder);
      for (String file : new String[] {"config.json", "model.safetensors"}) {
        Files.copy(TINY.resolve(file), folder.resolve(file));
      }
      Files.writeString(folder.resolve("tokenizer.json"), tokenizerJson());
      if (!template.isEmpty()) {
        Files.writeString(folder.resolve("chat_template.jinja"), template);
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String tokenizerJson() {
    StringBuilder vocabulary = new StringBuilder("\"?unknown\": 0, \"<s>\": 1, \"</s>\": 2");
    for (int i = 0; i < PRINTABLE; i++) {
      char c = i == 0 ? 'Ġ' : (char) (' ' + i);
      String escaped = c == '"' || c == '\\' ? "\\" + c : String.valueOf(c);
      vocabulary.append(", \"").append(escaped).append("\": ").append(i + 3);
    }
    return """
    {"normalizer": null,
     "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false},
     "post_processor": {"type": "TemplateProcessing",
       "single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}],
       "special_tokens": {"<s>": {"ids": [1]}}},
     "decoder": {"type": "ByteLevel"},
     "model": {"type": "BPE", "merges": [], "vocab": {%s}},
     "added_tokens": [{"id": 1, "content": "<s>", "special": true},
                      {"id": 2, "content": "</s>", "special": true}]}
    """
        .formatted(vocabulary);
  }
}
