/**
 * The safetensors format: named tensors in one file, mapped rather than read, and models that are
 * split over several such files.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">The published format</a>
 */
package drover.engine.safetensors;
