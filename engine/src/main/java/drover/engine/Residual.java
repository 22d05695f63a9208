package drover.engine;

/**
 * The residual stream of a batch where a layer begins: what a pass that does not start from the
 * embedding starts from.
 *
 * @param layer the first layer to run, from 0 to the number of layers, which leaves only the final
 *     norm and the LM head
 * @param rows {@code [rows, hidden]}, row-major; not copied
 */
public record Residual(int layer, float[] rows) {}
