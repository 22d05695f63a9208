/** Arrays on a device and the operations on them; knows nothing of Llama. */
package drover.kernels;
