package drover.engine;

import drover.engine.io.DroverException;

/**
 * One text to generate.
 *
 * @param sequence what the prompt continues: empty, or with a past (a chat so far, a shared
 *     prefix). Afterwards it holds the prompt and the generated tokens but the last one
 * @param prompt token ids, at least one
 * @param past the token ids that the sequence holds already, for the repetition penalty to know
 *     them; empty where they do not matter
 */
public record GenerationRequest(Sequence sequence, int[] prompt, int[] past) {
  /** Refuses an empty prompt. */
  public GenerationRequest {
    if (prompt.length == 0) {
      throw new DroverException("the prompt is empty: generation needs at least one token");
    }
  }

  /** Without a past that matters. */
  public GenerationRequest(Sequence sequence, int[] prompt) {
    this(sequence, prompt, new int[0]);
  }
}
