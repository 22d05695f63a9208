package drover.engine;

import drover.kernels.Device;
import drover.kernels.DeviceArray;

/**
 * The activations of one pass over a number of rows, kept for the next pass of the same size.
 *
 * @param residual the residual stream {@code [rows, hidden]}
 * @param normed what a norm gives to the products after it {@code [rows, hidden]}
 * @param update what attention or MLP adds to the residual stream {@code [rows, hidden]}
 * @param q {@code [rows, heads * headDim]}
 * @param k {@code [rows, kvHeads * headDim]}
 * @param v {@code [rows, kvHeads * headDim]}
 * @param z {@code [rows, heads * headDim]}
 * @param gate {@code [rows, intermediate]}
 * @param up {@code [rows, intermediate]}
 * @param rotations {@code [rows, headDim]}
 */
record Workspace(
    DeviceArray residual,
    DeviceArray normed,
    DeviceArray update,
    DeviceArray q,
    DeviceArray k,
    DeviceArray v,
    DeviceArray z,
    DeviceArray gate,
    DeviceArray up,
    DeviceArray rotations)
    implements AutoCloseable {

  static Workspace allocate(Device device, ModelConfig config, int rows) {
    int queries = config.heads() * config.headDim();
    int keys = config.kvHeads() * config.headDim();
    return new Workspace(
        device.allocate(rows, config.hiddenSize()),
        device.allocate(rows, config.hiddenSize()),
        device.allocate(rows, config.hiddenSize()),
        device.allocate(rows, queries),
        device.allocate(rows, keys),
        device.allocate(rows, keys),
        device.allocate(rows, queries),
        device.allocate(rows, config.intermediateSize()),
        device.allocate(rows, config.intermediateSize()),
        device.allocate(rows, config.headDim()));
  }

  int rows() {
    return residual.rows();
  }

  @Override
  public void close() {
    residual.close();
    normed.close();
    update.close();
    q.close();
    k.close();
    v.close();
    z.close();
    gate.close();
    up.close();
    rotations.close();
  }
}
