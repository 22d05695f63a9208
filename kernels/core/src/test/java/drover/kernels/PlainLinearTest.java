package drover.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plain loops add what one row's dot products add, in the same order. */
class PlainLinearTest {

  @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
  void ofAnyShape(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 70) int rows,
      @ForAll @IntRange(min = 1, max = 700) int columns,
      @ForAll @IntRange(min = 1, max = 700) int outputs,
      @ForAll @IntRange(min = 1, max = 3) int threads) {
    check(new Inputs(seed), rows, columns, outputs, threads);
  }

  @ParameterizedTest
  @CsvSource({"3, 14000, 90", "2, 600000, 3"})
  void ofRowsThatAreTooLongForManyAtATime(int rows, int columns, int outputs) {
    check(new Inputs(columns), rows, columns, outputs, 2);
  }

  @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
  void ofOneProductBehindAnother(@ForAll long seed) {
    Inputs in = new Inputs(seed);
    try (Workers workers = new Workers(2)) {
      PlainLinear plain = new PlainLinear(workers);
      for (int i = 0; i < 4; i++) {
        check(plain, in, in.between(1, 40), in.between(1, 400), in.between(1, 700));
      }
    }
  }

  private static void check(Inputs in, int rows, int columns, int outputs, int threads) {
    try (Workers workers = new Workers(threads)) {
      check(new PlainLinear(workers), in, rows, columns, outputs);
    }
  }

  private static void check(PlainLinear plain, Inputs in, int rows, int columns, int outputs) {
    DType type = in.dtype();
    HostWeight weight =
        new HostWeight(
            type, in.encode(type, columns, in.normal(outputs * columns)), outputs, columns);
    float[] x = in.normal(rows * columns);
    float[] out = new float[rows * outputs];
    plain.linear(out, x, rows, weight);
    assertThat(out).isEqualTo(byLanes(x, rows, weight));
  }

  private static float[] byLanes(float[] x, int rows, HostWeight weight) {
    int columns = weight.columns();
    float[] out = new float[rows * weight.rows()];
    float[] w = new float[columns];
    for (int j = 0; j < weight.rows(); j++) {
      weight.decodeRow(j, w, 0);
      for (int r = 0; r < rows; r++) {
        float[] lanes = new float[Lanes.COUNT];
        for (int k = 0; k < columns; k++) {
          int lane = k % Lanes.COUNT;
          lanes[lane] = Math.fma(w[k], x[r * columns + k], lanes[lane]);
        }
        for (int half = Lanes.COUNT / 2; half > 0; half /= 2) {
          for (int l = 0; l < half; l++) {
            lanes[l] += lanes[l + half];
          }
        }
        out[r * weight.rows() + j] = lanes[0];
      }
    }
    return out;
  }
}
