/**
 * The part of the Jinja template language that chat templates use, set up as HuggingFace
 * transformers sets it up: {@code trim_blocks}, {@code lstrip_blocks}, loop controls, a sandbox. A
 * template sees only the values it is given, and its time and output are bounded.
 */
package drover.tokenizer.jinja;
