/**
 * Text to token ids and back as a HuggingFace {@code tokenizer.json} prescribes, and chat
 * templates.
 */
package drover.tokenizer;
