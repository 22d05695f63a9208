package drover.engine;

import java.util.List;

/**
 * Runs the passes of a generation. {@link #with} runs them with the same hooks for every text;
 * whoever decides from the prompt what happens to a text, as steering with conditions does, brings
 * an implementation of its own.
 */
public interface Passes {
  /** Rows of one prefill pass: enough to be fast, few enough to keep activations in cache. */
  int PREFILL_ROWS = 512;

  /** Takes the logits of texts as soon as there are some. */
  interface Sink {
    /**
     * Takes the logits for the next token of some texts.
     *
     * @param texts the indexes of the texts: row i of the logits belongs to text {@code texts[i]}
     * @param logits closed by the caller
     */
    void take(int[] texts, Logits logits);
  }

  /**
   * Runs prompts to their ends. Every text of the list must be given logits once.
   *
   * @param prompts prompts that fit into a pass of {@link #PREFILL_ROWS} together, or a single one
   *     that may not
   */
  void prefill(List<GenerationRequest> prompts, Sink sink);

  /** Runs one more token of each of some texts; the caller closes the logits. */
  Logits decode(Batch batch);

  /**
   * Passes that call the same hooks for prompts and generated tokens alike.
   *
   * @throws IllegalArgumentException if the hooks stop passes before there are logits
   */
  static Passes with(Llama model, Hooks hooks) {
    if (hooks.stopAfterLayer().isPresent()) {
      throw new IllegalArgumentException("hooks that stop a pass leave no logits to choose from");
    }
    return new HookedPasses(model, hooks);
  }
}
