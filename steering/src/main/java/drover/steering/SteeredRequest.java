package drover.steering;

import drover.engine.Sequence;

/**
 * One text to generate, and how to steer it.
 *
 * @param sequence what the prompt continues: empty, or with a past
 * @param prompt at least one token
 * @param past the token ids that the sequence holds already, for the repetition penalty to know
 *     them; empty where they do not matter
 * @param plan how to steer; its conditions are decided from this prompt alone
 */
public record SteeredRequest(
    Sequence sequence, PromptTokens prompt, int[] past, SteeringPlan plan) {

  /** A text without a past. */
  public SteeredRequest(Sequence sequence, PromptTokens prompt, SteeringPlan plan) {
    this(sequence, prompt, new int[0], plan);
  }
}
