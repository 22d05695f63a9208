package drover.kernels;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A fixed set of threads that share the items of one loop at a time, the caller among them.
 *
 * <p>A decoded token is hundreds of loops of some ten microseconds each, so idle threads spin for a
 * moment before they park. Items are claimed one by one; which thread takes which item changes from
 * run to run and must not change a result. A loop that comes while another caller has the threads
 * runs on its own caller's thread.
 */
final class Workers implements AutoCloseable {

  /** The body of a loop. */
  @FunctionalInterface
  interface Body {
    /** Does one item. */
    void run(int item);
  }

  private static final int SPINS_BEFORE_PARKING = 4_000;

  private final ReentrantLock busy = new ReentrantLock();
  private final Thread[] threads;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger working = new AtomicInteger();
  private final AtomicInteger round = new AtomicInteger();
  private volatile boolean closed;
  private volatile Throwable failure;
  private Body body;
  private int items;

  /** With {@code count} threads in all, the caller's included. */
  Workers(int count) {
    if (count < 1) {
      throw new IllegalArgumentException(count + " threads");
    }
    threads = new Thread[count - 1];
    for (int i = 0; i < threads.length; i++) {
      threads[i] = Thread.ofPlatform().daemon().name("drover-worker-" + (i + 1)).start(this::serve);
    }
  }

  /** How many threads take part, the caller's included. */
  int count() {
    return threads.length + 1;
  }

  /** Runs {@code body} for every item from 0 to {@code count - 1} and waits for all of them. */
  void forEach(int count, Body work) {
    if (count <= 1 || threads.length == 0 || !busy.tryLock()) {
      for (int i = 0; i < count; i++) {
        work.run(i);
      }
      return;
    }
    try {
      share(count, work);
    } finally {
      busy.unlock();
    }
  }

  private void share(int count, Body work) {
    if (closed) {
      throw new IllegalStateException("the device is closed");
    }
    body = work;
    items = count;
    failure = null;
    next.set(0);
    working.set(threads.length);
    round.incrementAndGet();
    for (Thread thread : threads) {
      LockSupport.unpark(thread);
    }
    takeItems();
    while (working.get() > 0) {
      Thread.onSpinWait();
    }
    body = null;
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  private void takeItems() {
    try {
      for (int i = next.getAndIncrement(); i < items; i = next.getAndIncrement()) {
        body.run(i);
      }
    } catch (Throwable e) {
      failure = e;
      next.set(items);
    }
  }

  private void serve() {
    int seen = 0;
    while (true) {
      int spins = 0;
      while (round.get() == seen && !closed) {
        if (spins < SPINS_BEFORE_PARKING) {
          spins++;
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
        }
      }
      if (closed) {
        return;
      }
      seen++;
      takeItems();
      working.decrementAndGet();
    }
  }

  /** Ends the threads; a loop that is running finishes first. */
  @Override
  public void close() {
    busy.lock();
    try {
      closed = true;
      for (Thread thread : threads) {
        LockSupport.unpark(thread);
      }
    } finally {
      busy.unlock();
    }
  }
}
