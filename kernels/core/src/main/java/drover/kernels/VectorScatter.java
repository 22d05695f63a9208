package drover.kernels;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** {@link Device#scatterTimes} on all threads, in double precision. */
final class VectorScatter {
  /** Rows that are summed by one thread, whichever, so that threads change no bit. */
  private static final int BLOCK = 256;

  private static final VectorSpecies<Double> DOUBLES =
      VectorSpecies.of(double.class, Lanes.F.vectorShape());
  private static final int LANES = DOUBLES.length();

  /** As many floats as there are doubles in a vector. */
  private static final VectorSpecies<Float> FLOATS =
      VectorSpecies.of(float.class, VectorShape.forBitSize(DOUBLES.vectorBitSize() / 2));

  private final Workers workers;

  VectorScatter(Workers workers) {
    this.workers = workers;
  }

  /** Of rows {@code [rows][v.length]}. */
  double[] times(float[] x, int rows, double[] v) {
    double[][] parts = new double[Math.ceilDiv(rows, BLOCK)][v.length];
    workers.forEach(
        parts.length,
        part -> {
          int last = Math.min((part + 1) * BLOCK, rows);
          for (int r = part * BLOCK; r < last; r++) {
            int at = r * v.length;
            add(parts[part], x, at, dot(x, at, v));
          }
        });
    double[] result = parts[0];
    for (int part = 1; part < parts.length; part++) {
      for (int i = 0; i < result.length; i++) {
        result[i] += parts[part][i];
      }
    }
    return result;
  }

  /**
   * In four independent strands, of which a processor runs several at a time. Lanes are added in
   * order: the Vector API's own sum may take another one before it is compiled.
   */
  private static double dot(float[] x, int at, double[] v) {
    DoubleVector a = DoubleVector.zero(DOUBLES);
    DoubleVector b = a;
    DoubleVector c = a;
    DoubleVector d = a;
    int i = 0;
    for (; i <= v.length - 4 * LANES; i += 4 * LANES) {
      a = doubles(x, at + i).fma(DoubleVector.fromArray(DOUBLES, v, i), a);
      b = doubles(x, at + i + LANES).fma(DoubleVector.fromArray(DOUBLES, v, i + LANES), b);
      c = doubles(x, at + i + 2 * LANES).fma(DoubleVector.fromArray(DOUBLES, v, i + 2 * LANES), c);
      d = doubles(x, at + i + 3 * LANES).fma(DoubleVector.fromArray(DOUBLES, v, i + 3 * LANES), d);
    }
    double sum = 0;
    for (double lane : a.add(b).add(c.add(d)).toArray()) {
      sum += lane;
    }
    for (; i < v.length; i++) {
      sum += x[at + i] * v[i];
    }
    return sum;
  }

  private static DoubleVector doubles(float[] x, int at) {
    return (DoubleVector)
        FloatVector.fromArray(FLOATS, x, at).convertShape(VectorOperators.F2D, DOUBLES, 0);
  }

  private static void add(double[] sum, float[] x, int at, double factor) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * x[at + i];
    }
  }
}
