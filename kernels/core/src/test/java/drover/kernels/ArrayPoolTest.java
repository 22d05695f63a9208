package drover.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ArrayPoolTest {
  @Test
  void givesAnArrayOfTheLengthThatIsWanted() {
    ArrayPool pool = new ArrayPool(1_000);
    float[] ten = new float[10];
    float[] twenty = new float[20];
    pool.give(ten);
    pool.give(twenty);
    assertThat(pool.take(20, "An array")).isSameAs(twenty);
    assertThat(pool.take(20, "An array")).hasSize(20).isNotSameAs(twenty);
    assertThat(pool.take(10, "An array")).isSameAs(ten);
  }

  @Test
  void givesTheLatestFirst() {
    ArrayPool pool = new ArrayPool(1_000);
    float[] early = new float[10];
    float[] late = new float[10];
    pool.give(early);
    pool.give(late);
    assertThat(pool.take(10, "An array")).isSameAs(late);
    assertThat(pool.take(10, "An array")).isSameAs(early);
  }

  @Test
  void keepsNoMoreBytesThanItMay() {
    ArrayPool pool = new ArrayPool(100);
    float[] kept = new float[20];
    float[] dropped = new float[20];
    pool.give(kept);
    pool.give(dropped);
    assertThat(pool.take(20, "An array")).isSameAs(kept);
    assertThat(pool.take(20, "An array")).isNotSameAs(dropped);
    pool.give(dropped);
    assertThat(pool.take(20, "An array")).isSameAs(dropped);
  }

  @Test
  void dropsWhatNobodyWantsForWhatWasUsedLast() {
    ArrayPool pool = new ArrayPool(100);
    float[] old = new float[20];
    float[] late = new float[25];
    pool.give(old);
    pool.give(late);
    assertThat(pool.take(20, "An array")).isNotSameAs(old);
    assertThat(pool.take(25, "An array")).isSameAs(late);
  }

  @Test
  void keepsNothingOnceItIsClosed() {
    ArrayPool pool = new ArrayPool(1_000);
    float[] early = new float[10];
    float[] late = new float[10];
    pool.give(early);
    pool.close();
    pool.give(late);
    assertThat(pool.take(10, "An array")).isNotSameAs(early).isNotSameAs(late);
  }

  @Test
  void whatIsTooLargeLeavesTheOthersThere() {
    ArrayPool pool = new ArrayPool(100);
    float[] kept = new float[20];
    float[] large = new float[26];
    pool.give(kept);
    pool.give(large);
    assertThat(pool.take(26, "An array")).isNotSameAs(large);
    assertThat(pool.take(20, "An array")).isSameAs(kept);
  }

  @Test
  void givesAnArrayToOneOwnerAtATime() throws InterruptedException {
    ArrayPool pool = new ArrayPool(200);
    AtomicInteger shared = new AtomicInteger();
    List<Thread> threads =
        IntStream.rangeClosed(1, 4)
            .mapToObj(
                owner ->
                    Thread.ofPlatform()
                        .start(
                            () -> {
                              for (int i = 0; i < 20_000; i++) {
                                float[] array = pool.take(10 + i % 3, "An array");
                                array[0] = owner;
                                Thread.onSpinWait();
                                if (array[0] != owner) {
                                  shared.incrementAndGet();
                                }
                                pool.give(array);
                              }
                            }))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(shared).hasValue(0);
  }

  @Test
  void aClosedArraysMemoryServesTheNextOfAboutItsSize() {
    try (Device device = new VectorDevice(1)) {
      DeviceArray closed = device.allocate(500, 576);
      float[] memory = HostDevice.data(closed);
      Arrays.fill(memory, 1);
      closed.close();
      closed.close();
      DeviceArray next = device.allocate(512, 576);
      assertThat(HostDevice.data(next)).isSameAs(memory);
      float[] elements = new float[512 * 576];
      device.read(next, 0, 512, elements, 0);
      assertThat(elements).containsOnly(0);
      assertThat(HostDevice.data(device.allocate(512, 576))).isNotSameAs(memory);
    }
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
