/**
 * A Llama forward pass over a HuggingFace model folder, with a KV cache, hook points and
 * generation.
 */
package drover.engine;
