package drover.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Rows of a batch in the order in which tiles read them: tile after tile {@code [chunks, height,
 * lanes]}, a chunk being as many elements as a vector has lanes.
 *
 * @param chunks vectors of a row; behind its last element there are zeros
 * @param memory room for {@link RowTiles#vectors} of them
 */
record PackedRows(RowTiles tiles, int chunks, Operands memory) {

  /** Packs a tile of x {@code [rows, columns]}. */
  void pack(int tile, float[] x, int columns) {
    int height = tiles.height(tile);
    MemorySegment segment = memory.segment();
    long at = memory.at(first(tile), (long) height * chunks);
    for (int r = 0; r < tiles.filled(tile); r++) {
      int row = (tiles.row(tile) + r) * columns;
      packRow(x, row, columns, segment, at + r * DotTile.BYTES, height);
    }
  }

  /** The first vector of a tile. */
  long first(int tile) {
    return (long) tiles.row(tile) * chunks;
  }

  /** Writes a row's vectors {@code step} vectors apart, zeros behind its last element. */
  static void packRow(float[] row, int from, int columns, MemorySegment to, long at, int step) {
    int whole = Lanes.whole(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.F, row, from + i)
          .intoMemorySegment(to, at + 4L * step * i, LITTLE_ENDIAN);
    }
    if (whole < columns) {
      FloatVector.fromArray(Lanes.F, row, from + whole, Lanes.first(columns - whole))
          .intoMemorySegment(to, at + 4L * step * whole, LITTLE_ENDIAN);
    }
  }
}
