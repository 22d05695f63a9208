package drover.kernels;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code out = x weight^T + bias} on all threads, of several weights at once: in plain loops as
 * long as the device is cold, then one row by {@link OneRowLinear}, several by {@link TiledLinear},
 * many long ones by {@link OuterLinear}. All of them give the same bits.
 */
final class VectorLinear {
  /**
   * Rows of so many elements, if there are many of them, are worth being turned around: narrow
   * vectors and checks of bounds make that dearer.
   */
  private static final int LONG_ROW = DotTile.WIDE && Operands.UNCHECKED ? 512 : 2048;

  private static final int MANY_ROWS = 256;

  private final ColdStart start;
  private final PlainLinear plain;
  private final OneRowLinear oneRow;
  private final TiledLinear tiled;
  private final OuterLinear outer;

  VectorLinear(Workers workers, ColdStart start) {
    this.start = start;
    plain = new PlainLinear(workers);
    oneRow = new OneRowLinear(workers);
    tiled = new TiledLinear(workers);
    outer = new OuterLinear(workers);
  }

  /**
   * One product of x.
   *
   * @param bias null for none
   */
  record Target(float[] out, HostWeight weight, float[] bias) {

    void addBias(int rows) {
      for (int r = 0; bias != null && r < rows; r++) {
        PlainKernels.addScaled(out, r * bias.length, bias, 0, 1, bias.length);
      }
    }
  }

  /** As {@link Device#linears}, shapes already checked. */
  void multiply(List<Target> targets, float[] x, int rows) {
    List<Target> warm = new ArrayList<>();
    for (Target target : targets) {
      if (start.takes(rows, target.weight())) {
        plain.linear(target.out(), x, rows, target.weight());
      } else {
        warm.add(target);
        plain.free();
      }
    }
    if (!warm.isEmpty()) {
      multiplyWarm(warm, x, rows);
    }
    targets.forEach(target -> target.addBias(rows));
  }

  private void multiplyWarm(List<Target> targets, float[] x, int rows) {
    if (rows == 1) {
      oneRow.multiply(targets, x);
    } else if (isLarge(rows, targets.getFirst().weight())) {
      outer.multiply(targets, x, rows);
    } else {
      tiled.multiply(targets, x, rows);
    }
  }

  /** Whether {@link #mlp} does it, or else its parts have to be called. */
  boolean takesMlp(Target gate, Target up, int rows) {
    return rows > 1 && !start.isCold() && gate.bias() == null && up.bias() == null;
  }

  /** As {@link Device#mlp}, shapes already checked. */
  void mlp(float[] x, int rows, HostWeight gate, HostWeight up, Target down) {
    if (isLarge(rows, gate)) {
      outer.mlp(x, rows, gate, up, down);
    } else {
      tiled.mlp(x, rows, gate, up, down);
    }
    down.addBias(rows);
  }

  private static boolean isLarge(int rows, HostWeight weight) {
    return rows >= MANY_ROWS && weight.columns() >= LONG_ROW;
  }
}
