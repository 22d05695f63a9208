package drover.kernels.tornado;

import drover.kernels.KvCache;
import drover.kernels.KvSegment;

/** Pages of {@link Kernels#PAGE} slots among the device's floats. */
final class TornadoKvCache implements KvCache {
  private final TornadoDevice device;
  private final int layers;
  private final int kvHeads;
  private final int headDim;
  private volatile boolean closed;

  TornadoKvCache(TornadoDevice device, int layers, int kvHeads, int headDim) {
    this.device = device;
    this.layers = layers;
    this.kvHeads = kvHeads;
    this.headDim = headDim;
  }

  @Override
  public int layers() {
    return layers;
  }

  @Override
  public int kvHeads() {
    return kvHeads;
  }

  @Override
  public int headDim() {
    return headDim;
  }

  TornadoDevice device() {
    return device;
  }

  /** Elements of one slot's keys, or values, in one layer. */
  int width() {
    return kvHeads * headDim;
  }

  /** Where a layer begins in a page: its keys {@code [PAGE, width]}, then its values. */
  int layerOffset(int layer) {
    return layer * 2 * Kernels.PAGE * width();
  }

  /** Elements of a page. */
  int pageSize() {
    return layerOffset(layers);
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public KvSegment newSegment(int expectedSlots) {
    if (closed) {
      throw new IllegalStateException("the cache is closed");
    }
    return new TornadoKvSegment(this, null, 0);
  }

  @Override
  public void close() {
    closed = true;
  }
}
