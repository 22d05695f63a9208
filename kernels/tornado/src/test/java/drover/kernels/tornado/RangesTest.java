package drover.kernels.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RangesTest {
  private static final int ELEMENTS = 2048;

  /** A range that somebody holds. */
  private record Held(Object owner, Ranges.Range range, int size) {}

  @Property(tries = 200)
  void rangesNeverOverlapAndNothingIsLost(@ForAll long seed) {
    Random random = new Random(seed);
    Ranges ranges = new Ranges(ELEMENTS);
    List<Held> held = new ArrayList<>();
    for (int step = 0; step < 100; step++) {
      int size = 1 + random.nextInt(20);
      if (held.size() < 40) {
        Object owner = new Object();
        held.add(new Held(owner, ranges.take(owner, size).orElseThrow(), size));
      } else {
        held.remove(random.nextInt(held.size())).range().close();
      }
      boolean[] used = new boolean[ELEMENTS];
      for (Held one : held) {
        assertThat(one.range().start() % WideKernels.LANES).isZero();
        for (int i = 0; i < one.size(); i++) {
          assertThat(used[one.range().start() + i]).isFalse();
          used[one.range().start() + i] = true;
        }
      }
    }
    held.forEach(one -> one.range().close());
    Object owner = new Object();
    assertThat(ranges.take(owner, ELEMENTS)).isPresent();
  }

  @Test
  void whatNobodyHoldsAnyMoreIsFreeAgain() {
    Ranges ranges = new Ranges(ELEMENTS);
    for (int i = 0; i < 5; i++) {
      assertThat(ranges.take(new Object(), ELEMENTS)).isPresent();
    }
  }

  @Test
  void thereIsNoRangeWhereThereIsNoRoom() {
    Ranges ranges = new Ranges(ELEMENTS);
    Object owner = new Object();
    Ranges.Range range = ranges.take(owner, ELEMENTS).orElseThrow();
    assertThat(ranges.take(new Object(), 1)).isEmpty();
    assertThat(ranges.end()).isEqualTo(ELEMENTS);
    ranges.append(WideKernels.LANES);
    assertThat(ranges.take(owner, 1).orElseThrow().start()).isEqualTo(ELEMENTS);
    range.close();
    assertThat(ranges.take(owner, ELEMENTS).orElseThrow().start()).isZero();
  }
}
