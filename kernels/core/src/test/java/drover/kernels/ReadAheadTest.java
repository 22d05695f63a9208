package drover.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import drover.kernels.HostWeight.Rows;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
  private static final int COLUMNS = 576;

  /** Lines of 64 bytes of eight runs that one step reads. */
  private static final int STEP_BYTES = 8 * 4 * 64;

  @Test
  void readsAThreadsItemToItsEnd() {
    try (Arena arena = Arena.ofConfined()) {
      HostWeight weight = weight(arena, 96);
      ReadAhead ahead =
          new ReadAhead(List.of(new Rows(weight, 0, 48), new Rows(weight, 48, 96)), 2);
      int bytes = 48 * COLUMNS * 2;
      assertThat(steps(ahead, 0)).isEqualTo(bytes / STEP_BYTES);
      assertThat(steps(ahead, 1)).isEqualTo(bytes / STEP_BYTES);
    }
  }

  @Test
  void readsNoMoreThanACacheHolds() {
    try (Arena arena = Arena.ofConfined()) {
      HostWeight weight = weight(arena, 8_000);
      ReadAhead ahead = new ReadAhead(List.of(new Rows(weight, 0, 8_000)), 1);
      assertThat(steps(ahead, 0)).isEqualTo((512 << 10) / STEP_BYTES);
    }
  }

  @Test
  void hasNothingForThreadsWithoutAnItem() {
    try (Arena arena = Arena.ofConfined()) {
      ReadAhead ahead = new ReadAhead(List.of(new Rows(weight(arena, 48), 0, 48)), 2);
      assertThat(ahead.step(1)).isFalse();
    }
  }

  @Test
  void hasNothingOfFewerRowsThanAreReadSideBySide() {
    try (Arena arena = Arena.ofConfined()) {
      ReadAhead ahead = new ReadAhead(List.of(new Rows(weight(arena, 7), 0, 7)), 1);
      assertThat(ahead.step(0)).isFalse();
    }
  }

  @Test
  void endsWhereTheModelWasClosed() {
    ReadAhead ahead;
    try (Arena arena = Arena.ofConfined()) {
      ahead = new ReadAhead(List.of(new Rows(weight(arena, 48), 0, 48)), 1);
      assertThat(ahead.step(0)).isTrue();
    }
    assertThat(ahead.step(0)).isFalse();
  }

  private static HostWeight weight(Arena arena, int rows) {
    return new HostWeight(DType.BF16, arena.allocate(2L * rows * COLUMNS), rows, COLUMNS);
  }

  private static int steps(ReadAhead ahead, int thread) {
    int steps = 0;
    while (ahead.step(thread)) {
      steps++;
    }
    return steps;
  }
}
