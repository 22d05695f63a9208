package drover.kernels;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** {@link DotKernel} for Q8_0 weights. Behind a row's last column there are zeros. */
final class DotQ8 implements DotKernel {

  @Override
  public void four(
      float[] x,
      int xAt,
      int columns,
      MemorySegment weights,
      long row,
      long rowStep,
      float[] out,
      int at,
      int outStep) {
    FloatVector s0 = FloatVector.zero(Lanes.F);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    long row1 = row + rowStep;
    long row2 = row1 + rowStep;
    long row3 = row2 + rowStep;
    int whole = columns & -Q8.BLOCK;
    int block = 0;
    for (int first = 0; first < whole; first += Q8.BLOCK) {
      FloatVector d0 = scale(weights, row, columns, block);
      FloatVector d1 = scale(weights, row1, columns, block);
      FloatVector d2 = scale(weights, row2, columns, block);
      FloatVector d3 = scale(weights, row3, columns, block);
      for (int j = 0; j < Q8.BLOCK; j += Lanes.COUNT) {
        int i = first + j;
        FloatVector v = FloatVector.fromArray(Lanes.F, x, xAt + i);
        s0 = Lanes.loadBytes(weights, row + i).mul(d0).fma(v, s0);
        s1 = Lanes.loadBytes(weights, row1 + i).mul(d1).fma(v, s1);
        s2 = Lanes.loadBytes(weights, row2 + i).mul(d2).fma(v, s2);
        s3 = Lanes.loadBytes(weights, row3 + i).mul(d3).fma(v, s3);
      }
      block++;
    }
    if (whole < columns) {
      FloatVector d0 = scale(weights, row, columns, block);
      FloatVector d1 = scale(weights, row1, columns, block);
      FloatVector d2 = scale(weights, row2, columns, block);
      FloatVector d3 = scale(weights, row3, columns, block);
      for (int i = whole; i < columns; i += Lanes.COUNT) {
        FloatVector v = FloatVector.fromArray(Lanes.F, x, xAt + i, Lanes.first(columns - i));
        s0 = Lanes.loadBytes(weights, row + i).mul(d0).fma(v, s0);
        s1 = Lanes.loadBytes(weights, row1 + i).mul(d1).fma(v, s1);
        s2 = Lanes.loadBytes(weights, row2 + i).mul(d2).fma(v, s2);
        s3 = Lanes.loadBytes(weights, row3 + i).mul(d3).fma(v, s3);
      }
    }
    out[at] = Lanes.sum(s0);
    out[at + outStep] = Lanes.sum(s1);
    out[at + 2 * outStep] = Lanes.sum(s2);
    out[at + 3 * outStep] = Lanes.sum(s3);
  }

  @Override
  public float one(float[] x, int xAt, int columns, MemorySegment weights, long row) {
    FloatVector sum = FloatVector.zero(Lanes.F);
    int whole = Lanes.whole(columns);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.F, x, xAt + i);
      FloatVector d = scale(weights, row, columns, i / Q8.BLOCK);
      sum = Lanes.loadBytes(weights, row + i).mul(d).fma(v, sum);
    }
    if (whole < columns) {
      FloatVector v = FloatVector.fromArray(Lanes.F, x, xAt + whole, Lanes.first(columns - whole));
      FloatVector d = scale(weights, row, columns, whole / Q8.BLOCK);
      sum = Lanes.loadBytes(weights, row + whole).mul(d).fma(v, sum);
    }
    return Lanes.sum(sum);
  }

  private static FloatVector scale(MemorySegment weights, long row, int columns, int block) {
    return FloatVector.broadcast(Lanes.F, Q8.scale(weights, row, columns, block));
  }
}
