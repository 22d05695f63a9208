package drover.engine;

import drover.engine.io.DroverException;

/**
 * One text to generate.
 *
 * @param sequence what the prompt continues: empty, or with a past (a chat so far, a shared
 *     prefix). Afterwards it holds the prompt and the generated tokens but the last one
 * @param prompt token ids, at least one
 */
public record GenerationRequest(Sequence sequence, int[] prompt) {
  /** Refuses an empty prompt. */
  public GenerationRequest {
    if (prompt.length == 0) {
      throw new DroverException("the prompt is empty: generation needs at least one token");
    }
  }
}
