/**
 * Arrays on a device and the operations on them. Knows nothing of Llama.
 *
 * <p>{@link drover.kernels.Devices} opens a {@link drover.kernels.Device}. Two are here: {@code
 * scalar}, the readable reference, and {@code vector}, the Java Vector API on all cores. Every
 * device passes the same tests on the same inputs.
 */
package drover.kernels;
