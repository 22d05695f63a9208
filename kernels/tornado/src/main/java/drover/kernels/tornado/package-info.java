/**
 * A device on TornadoVM: the layer loop and the hooks stay ordinary Java, and their operations run
 * as kernels that TornadoVM compiles from the methods of {@code Kernels}, {@code LinearKernels},
 * {@code AttentionKernels}, {@code RowKernels} and, for devices that are a CPU, {@code
 * WideKernels}.
 *
 * <p><b>Recording.</b> An operation is written down: which kernel, and up to 24 numbers that say
 * where its arrays are and how large. Nothing runs until somebody reads: a download, the dot
 * products and norms of a gate, the largest logit. Then operations that belong together become one
 * kernel ({@code Fusion}: q, k and v; gate, up and SwiGLU; a product and its addition to the
 * residual stream; rotations and store), the numbers go to the device in one piece, and the kernels
 * follow in the order of the calls. Sixteen operations of a layer are eight kernels, and five on a
 * device that is a CPU:
 *
 * <pre>
 *   norm | q k v | rotate, store | attention | output, add | norm | gate up silu | down, add
 *   norm, q k v, rotate, store   | attention | output, add | norm, gate up silu  | down, add
 * </pre>
 *
 * <p><b>Replay.</b> TornadoVM compiles kernels into graphs. A graph here knows no layer and no
 * model: activations, caches and F32 values are ranges of one array of floats, weights are ranges
 * of one array of 16 bits (and one of F32), and where they are is among the numbers. So the
 * sequence of kernels that a recording repeats, which is some layers, becomes a graph that runs
 * again and again, for prompts and single tokens alike; what stands before and after becomes a
 * graph each. Positions, lengths, strengths and gate scales are numbers too, and never compile
 * anything anew. A hook that writes in a layer makes another sequence, which is learnt when it
 * comes. One token of a model of 30 layers is ten graphs, or eight on a device that is a CPU, where
 * a layer has fewer kernels; one of 8 layers is seven, or six:
 *
 * <pre>
 *   numbers, floats | embed, rotations | layers 0 to 5 | ... | layers 24 to 29 | gather norm head argmax | download
 *       2 graphs          1 graph           5 graphs of 48 kernels each                1 graph            1 graph
 *
 *   numbers, floats | embed, rotations | layers 0 to 9 | ... | layers 20 to 29 | gather norm head argmax | download
 *       2 graphs          1 graph           3 graphs of 50 kernels each                1 graph            1 graph
 * </pre>
 *
 * <p>With CUDA the driver keeps what a graph launches and launches it as one: all that changes is
 * in arrays. {@code ModelOnTornadoTest} counts the graphs. A gate read (a dot product, and the
 * norms that are asked for next) runs what was recorded, itself, and one download: one
 * synchronisation.
 *
 * <p><b>Memory.</b> TornadoVM hands arrays from a graph to the next only where the next one follows
 * at once, so that every graph takes over all of them. Arrays do not grow: the floats have the size
 * that {@code -Ddrover.tornado.memory} says in MiB. When weights or sequences come that there is no
 * room or graph for, the plan is made anew, and what the floats held is carried over by the host.
 * Weights are streamed from the mapped file; the host keeps no copy of them. BF16 and F16 stay as
 * they are, except on devices that are a CPU, which multiply vectors of F32; Q8_0 becomes F32.
 */
package drover.kernels.tornado;
