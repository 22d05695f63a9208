package drover.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PagePoolTest {
  @Test
  void givesAPageOfTheLengthThatIsWanted() {
    PagePool pool = new PagePool(1_000);
    float[] ten = new float[10];
    float[] twenty = new float[20];
    pool.give(ten);
    pool.give(twenty);
    assertThat(pool.take(20)).isSameAs(twenty);
    assertThat(pool.take(20)).hasSize(20).isNotSameAs(twenty);
    assertThat(pool.take(10)).isSameAs(ten);
  }

  @Test
  void givesTheLatestFirst() {
    PagePool pool = new PagePool(1_000);
    float[] early = new float[10];
    float[] late = new float[10];
    pool.give(early);
    pool.give(late);
    assertThat(pool.take(10)).isSameAs(late);
    assertThat(pool.take(10)).isSameAs(early);
  }

  @Test
  void keepsNoMoreBytesThanItMay() {
    PagePool pool = new PagePool(100);
    float[] kept = new float[20];
    float[] dropped = new float[20];
    pool.give(kept);
    pool.give(dropped);
    assertThat(pool.take(20)).isSameAs(kept);
    assertThat(pool.take(20)).isNotSameAs(dropped);
    pool.give(dropped);
    assertThat(pool.take(20)).isSameAs(dropped);
  }

  @Test
  void aClosedSegmentsPagesServeTheNext() {
    try (HostKvCache cache = new HostKvCache(2, 1, 8)) {
      HostKvSegment closed = (HostKvSegment) cache.newSegment(16);
      closed.reserve(0, 16);
      float[] keys = closed.keys(0, 0);
      float[] values = closed.values(0, 0);
      closed.close();
      closed.close();
      HostKvSegment next = (HostKvSegment) cache.newSegment(16);
      next.reserve(0, 16);
      assertThat(next.keys(0, 0)).isSameAs(values);
      assertThat(next.values(0, 0)).isSameAs(keys);
    }
  }
}
