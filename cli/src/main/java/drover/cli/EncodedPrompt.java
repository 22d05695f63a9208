package drover.cli;

import drover.steering.PromptTokens;

/**
 * A prompt ready for the model.
 *
 * @param origin where it stands, as refusals begin
 * @param text what was asked, or the tokens decoded where it was given as more than one text
 * @param tokens at least one, all in the model's vocabulary
 */
record EncodedPrompt(String origin, String text, PromptTokens tokens) {
  int[] ids() {
    return tokens.ids();
  }
}
