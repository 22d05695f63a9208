/**
 * GGUF files, as far as vectors need them: texts and counts as metadata, tensors of one dimension.
 */
package drover.steering.gguf;
