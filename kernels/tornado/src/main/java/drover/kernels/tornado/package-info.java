/**
 * A device on TornadoVM: the layer loop and the hooks stay ordinary Java, and their operations run
 * as kernels that TornadoVM compiles from the methods of {@code Kernels}.
 *
 * <p><b>Recording.</b> An operation is written down: which kernel, and up to sixteen numbers that
 * say where its arrays are and how large. Nothing runs until somebody reads: a download, the dot
 * products and norms of a gate, the largest logit. Then the numbers go to the device in one piece
 * and the kernels follow, in the order of the calls.
 *
 * <p><b>Replay.</b> TornadoVM compiles kernels into graphs. A graph here knows no layer and no
 * model: activations, caches and F32 values are ranges of one array of floats, weights are ranges
 * of one array of 16 bits (and one of F32), and where they are is among the numbers. So the
 * sequence of kernels that a recording repeats most, which is a layer, becomes a graph that runs
 * once for each layer, for prompts and single tokens alike; what stands before and after runs as
 * graphs of a single kernel. Positions, lengths, strengths and gate scales are numbers too, and
 * never compile anything anew. A hook that writes in a layer is one more graph there, until the
 * layer with the write is the sequence that repeats most. One token of a model of n layers:
 *
 * <pre>
 *   numbers, floats | embed  rotations | layer 0 | layer 1 | ... | layer n-1 | gather norm head | argmax  download
 *        2 graphs        2 graphs           n graphs of 16 kernels each          3 graphs          2 graphs
 * </pre>
 *
 * which the test {@code ModelOnTornadoTest} counts: 17 for the small model of 8 layers. A gate read
 * (a dot product or norms) runs what was recorded, itself, and one download: one synchronisation.
 *
 * <p><b>Memory.</b> TornadoVM hands arrays from a graph to the next only where the next one follows
 * at once, so that every graph takes over all of them. Arrays do not grow: the floats have the size
 * that {@code -Ddrover.tornado.memory} says in MiB. When weights or sequences come that there is no
 * room or graph for, the plan is made anew, and what the floats held is carried over by the host.
 */
package drover.kernels.tornado;
