package drover.kernels;

import java.lang.foreign.Arena;
import java.util.List;

/**
 * Runs the operations of a first pass on zeros, on a thread of its own, while a program still opens
 * a model and reads a prompt: by the time of the real pass, the JVM has compiled the plain loops
 * that {@link ColdStart} chooses.
 */
final class Rehearsal {
  private static final int HEAD_DIM = 64;
  private static final int HIDDEN = 9 * HEAD_DIM;
  private static final int OUTPUTS = 3 * HEAD_DIM;
  private static final int ROWS = 24;

  /** Far more than the compilers need on an idle machine. */
  private static final long LONGEST_NANOS = 500_000_000;

  private final VectorDevice device = new VectorDevice(1);
  private final Arena arena = Arena.ofAuto();
  private final Weight down = weight(OUTPUTS, HIDDEN);
  private final Weight up = weight(HIDDEN, OUTPUTS);
  private final Weight gain = weight(1, HIDDEN);
  private final DeviceArray x = device.allocate(ROWS, HIDDEN);
  private final DeviceArray y = device.allocate(ROWS, HIDDEN);
  private final DeviceArray kv = device.allocate(ROWS, OUTPUTS);
  private final DeviceArray rotations = device.allocate(ROWS, HEAD_DIM);
  private final KvCache cache = device.newKvCache(1, OUTPUTS / HEAD_DIM, HEAD_DIM);

  private Rehearsal() {}

  /** Begins, and ends as soon as the device of {@code real} computes something. */
  static void start(ColdStart real) {
    Thread.ofPlatform()
        .daemon()
        .name("drover-rehearsal")
        .start(
            () -> {
              long end = System.nanoTime() + LONGEST_NANOS;
              Rehearsal rehearsal = new Rehearsal();
              while (!real.hasBegun() && System.nanoTime() < end) {
                rehearsal.block();
              }
            });
  }

  private Weight weight(int rows, int columns) {
    return device.weight(
        DType.BF16, arena.allocate(rows * DType.BF16.rowBytes(columns)), rows, columns);
  }

  private void block() {
    try (KvSegment segment = cache.newSegment(ROWS)) {
      RowLayout layout = new RowLayout(List.of(new RowLayout.Run(segment, 0, 0, ROWS, true)));
      device.rmsNorm(y, x, gain, 1e-5f);
      device.linear(kv, y, down, null);
      device.rope(kv, rotations, HEAD_DIM);
      device.store(kv, kv, 0, layout);
      device.attention(y, x, 0, layout, 1);
      device.swiglu(kv, kv, kv);
      device.linear(y, kv, up, null);
      device.add(x, y);
    }
  }
}
