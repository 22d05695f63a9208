package drover.cli;

/**
 * A prompt ready for the model.
 *
 * @param origin where it stands, as refusals begin
 * @param text what was asked, or the tokens decoded where it was given as more than one text
 * @param ids token ids, at least one, all in the model's vocabulary
 */
record EncodedPrompt(String origin, String text, int[] ids) {}
