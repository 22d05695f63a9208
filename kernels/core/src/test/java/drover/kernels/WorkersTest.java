package drover.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class WorkersTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyItemOfManyTinyLoopsRunsOnce(int threads) {
    Random random = new Random(1);
    try (Workers workers = new Workers(threads)) {
      for (int loop = 0; loop < 25_000; loop++) {
        int[] runs = new int[random.nextInt(12)];
        workers.forEach(runs.length, i -> runs[i]++);
        for (int i = 0; i < runs.length; i++) {
          assertThat(runs[i]).as("item %d of %d in loop %d", i, runs.length, loop).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void loopsAfterAPauseWakeTheThreads() throws Exception {
    try (Workers workers = new Workers(3)) {
      for (int loop = 0; loop < 30; loop++) {
        Thread.sleep(2);
        // Only three threads at once get past this.
        CyclicBarrier barrier = new CyclicBarrier(3);
        workers.forEach(3, _ -> await(barrier));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void whoHasNoItemLeftDoesWhatIsThereToDoMeanwhile(int threads) {
    try (Workers workers = new Workers(threads)) {
      for (int loop = 0; loop < 500; loop++) {
        CountDownLatch others = new CountDownLatch(threads - 1);
        AtomicIntegerArray left = new AtomicIntegerArray(threads);
        for (int t = 0; t < threads; t++) {
          left.set(t, 3);
        }
        // The thread that has the first item waits until all others have done their parts.
        workers.forEach(
            threads,
            i -> await(i, others),
            thread -> {
              int more = left.decrementAndGet(thread);
              if (more == 0) {
                others.countDown();
              }
              return more > 0;
            });
        for (int t = 0; t < threads; t++) {
          assertThat(left.get(t)).isBetween(0, 3);
        }
      }
    }
  }

  private static void await(int item, CountDownLatch others) {
    try {
      if (item == 0) {
        others.await();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void whatABodyThrowsReachesTheCallerAndThePoolGoesOn(int threads) {
    try (Workers workers = new Workers(threads)) {
      for (int loop = 0; loop < 2_000; loop++) {
        int bad = loop % 17;
        RuntimeException thrown = new RuntimeException("item " + bad);
        assertThatThrownBy(() -> workers.forEach(17, i -> failAt(i, bad, thrown))).isSameAs(thrown);
        AtomicInteger sum = new AtomicInteger();
        workers.forEach(17, sum::addAndGet);
        assertThat(sum).hasValue(136);
      }
    }
  }

  private static void failAt(int item, int bad, RuntimeException thrown) {
    if (item == bad) {
      throw thrown;
    }
  }

  @Test
  void errorsReachTheCallerToo() {
    try (Workers workers = new Workers(3)) {
      assertThatThrownBy(
              () ->
                  workers.forEach(
                      100,
                      _ -> {
                        throw new StackOverflowError("deep");
                      }))
          .isInstanceOf(StackOverflowError.class)
          .hasMessage("deep");
    }
  }

  @Test
  void aLoopWithinALoopRunsToo() {
    try (Workers workers = new Workers(3)) {
      AtomicIntegerArray runs = new AtomicIntegerArray(40 * 50);
      workers.forEach(40, i -> workers.forEach(50, j -> runs.incrementAndGet(i * 50 + j)));
      for (int i = 0; i < runs.length(); i++) {
        assertThat(runs.get(i)).isEqualTo(1);
      }
    }
  }

  @Test
  void manyCallersShareOnePool() throws Exception {
    try (Workers workers = new Workers(3)) {
      atOnce(
          8,
          () -> {
            for (int loop = 0; loop < 3_000; loop++) {
              int[] runs = new int[9];
              workers.forEach(9, i -> runs[i]++);
              assertThat(runs).containsOnly(1);
            }
            return null;
          });
    }
  }

  /** Runs a task on several threads that start together; fails where one of them fails. */
  static <T> List<T> atOnce(int threads, Callable<T> task) throws Exception {
    CountDownLatch start = new CountDownLatch(threads);
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<T>> futures = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        futures.add(
            executor.submit(
                () -> {
                  start.countDown();
                  start.await();
                  return task.call();
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void aClosedPoolRefusesLoops(int threads) {
    Workers workers = new Workers(threads);
    workers.forEach(10, _ -> {});
    workers.close();
    workers.close();
    for (int count : new int[] {0, 1, 10}) {
      assertThatThrownBy(() -> workers.forEach(count, _ -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the device is closed");
    }
  }

  @Test
  void aLoopThatIsRunningWhenThePoolIsClosedEnds() {
    for (int again = 0; again < 200; again++) {
      Workers workers = new Workers(4);
      AtomicInteger done = new AtomicInteger();
      workers.forEach(
          50,
          i -> {
            if (i == 5) {
              workers.close();
            }
            done.incrementAndGet();
          });
      assertThat(done).hasValue(50);
    }
  }

  @Test
  void closingEndsTheThreads() throws Exception {
    Workers workers = new Workers(4);
    List<Thread> threads = new ArrayList<>();
    CyclicBarrier barrier = new CyclicBarrier(4);
    workers.forEach(
        4,
        _ -> {
          synchronized (threads) {
            threads.add(Thread.currentThread());
          }
          await(barrier);
        });
    workers.close();
    assertThat(threads).hasSize(4).contains(Thread.currentThread());
    for (Thread thread : threads) {
      if (!thread.equals(Thread.currentThread())) {
        thread.join();
        assertThat(thread.isDaemon()).isTrue();
      }
    }
  }
}
