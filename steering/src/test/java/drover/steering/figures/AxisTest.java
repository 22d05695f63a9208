package drover.steering.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AxisTest {
  private static List<String> labels(double from, double to) {
    return Axis.horizontal(new Range(from, to), 600, false).ticks().stream()
        .map(Axis.Tick::label)
        .toList();
  }

  @Test
  void ticksAreRoundNumbers() {
    assertThat(labels(0, 0.06))
        .containsExactly(
            "0.000", "0.005", "0.010", "0.015", "0.020", "0.025", "0.030", "0.035", "0.040",
            "0.045", "0.050", "0.055", "0.060");
    assertThat(labels(-24900, 300)).containsExactly("-20000", "-15000", "-10000", "-5000", "0");
    assertThat(labels(0, 5e7)).contains("0", "5e6", "1e7", "1.5e7");
    assertThat(labels(0, 3e-7)).contains("0", "1e-7");
    assertThat(labels(-1, 1)).contains("-1.0", "0.0", "1.0").doesNotContain("-0.0");
  }

  @Property(tries = 2000)
  void everyRangeHasTicksInsideThatSayWhereTheyAre(
      @ForAll @DoubleRange(min = -1, max = 1) double middle,
      @ForAll @DoubleRange(min = 0.1, max = 2) double spread,
      @ForAll @IntRange(min = -8, max = 0) int fineness,
      @ForAll @IntRange(min = -90, max = 90) int exponent) {
    double share = spread * StrictMath.pow(10, fineness);
    double size = StrictMath.pow(10, exponent);
    Range range = new Range((middle - share) * size, (middle + share) * size).widened();
    for (Axis axis : List.of(Axis.horizontal(range, 600, false), Axis.vertical(range, 400))) {
      assertThat(axis.ticks().size()).isBetween(2, 20);
      assertThat(axis.ticks()).extracting(Axis.Tick::label).doesNotHaveDuplicates();
      for (Axis.Tick tick : axis.ticks()) {
        // A tenth of what a coordinate can tell.
        assertThat(axis.place(tick.value())).isBetween(-1e-3, axis.length() + 1e-3);
        assertThat(Double.parseDouble(tick.label()))
            .isCloseTo(tick.value(), within(range.span() * 1e-6));
      }
    }
    assertLabelsApart(Axis.horizontal(range, 600, false));
  }

  private static void assertLabelsApart(Axis axis) {
    for (int i = 1; i < axis.ticks().size(); i++) {
      Axis.Tick before = axis.ticks().get(i - 1);
      Axis.Tick tick = axis.ticks().get(i);
      double room =
          (StrokeFont.width(before.label(), Axis.LABEL_SIZE)
                  + StrokeFont.width(tick.label(), Axis.LABEL_SIZE))
              / 2;
      assertThat(axis.place(tick.value()) - axis.place(before.value())).isGreaterThan(room + 5);
    }
  }

  @Test
  void wholeTicksStayWhole() {
    Range narrow = new Range(1, 2);
    assertThat(Axis.horizontal(narrow, 600, true).ticks())
        .extracting(Axis.Tick::label)
        .containsExactly("1", "2");
  }
}
