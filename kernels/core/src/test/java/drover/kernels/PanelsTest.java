package drover.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first tile that is multiplied by BF16 weights leaves them packed. */
class PanelsTest {
  private static final int VALUES = 1 << 16;
  private static final int COLUMNS = VALUES / 4;
  private static final int CHUNKS = COLUMNS / Lanes.COUNT;

  @ParameterizedTest
  @ValueSource(ints = {4, 6})
  void everyBf16ValueIsTheSameAsIfItHadBeenPackedBefore(int rows) {
    assumeThat(DotTile.WIDE).as("vectors of 512 bits").isTrue();
    MemorySegment weights = MemorySegment.ofArray(allBits());
    Operands packed = new Operands(4L * CHUNKS);
    for (int row = 0; row < 4; row++) {
      long from = 2L * row * COLUMNS;
      Panels.packBf16(weights, from, COLUMNS, packed.segment(), packed.at(row, 1));
    }
    assertThat(bits(byTile(weights, rows))).isEqualTo(bits(packed));
  }

  private static short[] allBits() {
    short[] bits = new short[VALUES];
    for (int i = 0; i < VALUES; i++) {
      bits[i] = (short) i;
    }
    return bits;
  }

  private static Operands byTile(MemorySegment weights, int rows) {
    Operands x = new Operands((long) rows * CHUNKS);
    Operands group = new Operands(4L * CHUNKS);
    Operands sums = new Operands(rows);
    MemorySegment xs = x.segment();
    MemorySegment to = sums.segment();
    long step = 2L * COLUMNS;
    long at = group.at(0, 1);
    if (rows == DotTile.ROWS) {
      WideBf16Tile.six(
          xs, x.at(0, 1), weights, 0, step, group.segment(), at, CHUNKS, to, sums.at(0, 1));
    } else {
      WideBf16Tile.four(
          xs, x.at(0, 1), weights, 0, step, group.segment(), at, CHUNKS, to, sums.at(0, 1));
    }
    return group;
  }

  private static int[] bits(Operands group) {
    int[] bits = new int[VALUES];
    for (int i = 0; i < VALUES; i++) {
      long at = group.at(0, 1) + 4L * i;
      bits[i] = group.segment().get(ValueLayout.JAVA_INT, at);
    }
    return bits;
  }
}
