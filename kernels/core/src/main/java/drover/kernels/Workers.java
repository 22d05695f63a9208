package drover.kernels;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A fixed set of threads that share the items of one loop at a time, the caller among them.
 *
 * <p>A decoded token is hundreds of loops of some ten microseconds each, so idle threads spin for a
 * moment before they park, and a caller waits only for items that a thread has begun, never for a
 * thread to wake up. Items are claimed one by one; which thread takes which item changes from run
 * to run and must not change a result. A loop that comes while another one has the threads, or from
 * within another's body, runs on its own caller's thread.
 */
final class Workers implements AutoCloseable {

  /** The body of a loop. */
  @FunctionalInterface
  interface Body {
    /** Does one item. */
    void run(int item);
  }

  /** What threads may do while there are no items for them. */
  interface Idle {
    /**
     * Does a little, about a microsecond's work, and throws nothing.
     *
     * @param thread which of {@link #count} threads calls: the one that will probably take the item
     *     of this number in the next loop
     * @return whether there is more to do for it
     */
    boolean step(int thread);
  }

  private static final int SPINS_BEFORE_PARKING = 4_000;
  private static final int SPINS_BEFORE_YIELDING = 1_000;

  private final Worker[] workers;
  private final AtomicBoolean busy = new AtomicBoolean();

  /** The loop to help with, or null. Every wake-up rule below rests on its being volatile. */
  private volatile Loop current;

  private volatile boolean closed;

  /** Loops shared so far; only whoever holds {@link #busy} counts. */
  private long rounds;

  /** With {@code count} threads in all, the caller's included. */
  Workers(int count) {
    if (count < 1) {
      throw new IllegalArgumentException(count + " threads");
    }
    workers = new Worker[count - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
    }
    for (Worker worker : workers) {
      worker.thread.start();
    }
  }

  /** How many threads take part, the caller's included. */
  int count() {
    return workers.length + 1;
  }

  /**
   * Runs {@code body} for every item from 0 to {@code count - 1} and waits for all of them.
   *
   * <p>What a body throws comes out of here, once no thread is in a body any more; items that had
   * not begun are left out then.
   *
   * @throws IllegalStateException if closed
   */
  void forEach(int count, Body body) {
    forEach(count, body, null);
  }

  /**
   * The same, with something to do for threads that have no item left, until all are done and
   * another loop comes.
   *
   * @param idle null for nothing
   */
  void forEach(int count, Body body, Idle idle) {
    if (closed) {
      throw new IllegalStateException("the device is closed");
    }
    if (count <= 1 || workers.length == 0 || !busy.compareAndSet(false, true)) {
      for (int i = 0; i < count; i++) {
        body.run(i);
      }
      return;
    }
    try {
      share(new Loop(++rounds, count, body, idle));
    } finally {
      busy.set(false);
    }
  }

  // Yields, or else a thread that lost its processor in the midst of an item would wait for us.
  @SuppressWarnings("ThreadPriorityCheck")
  private void share(Loop loop) {
    current = loop;
    for (int i = 0; i < Math.min(workers.length, loop.count - 1); i++) {
      workers[i].wake();
    }
    loop.help();
    boolean idle = loop.idle != null;
    for (int spins = 0; !loop.isDone(); spins++) {
      if (idle) {
        idle = loop.idle.step(0);
      } else if (spins < SPINS_BEFORE_YIELDING) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
    current = null;
    loop.rethrow();
  }

  /** Ends the threads, each after the item that it is at. */
  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      worker.wake();
    }
  }

  /** One loop: a thread that comes late finds no item left and does no harm. */
  private static final class Loop {
    private final long round;
    private final int count;
    private final Body body;
    private final Idle idle;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private volatile Throwable failure;

    Loop(long round, int count, Body body, Idle idle) {
      this.round = round;
      this.count = count;
      this.body = body;
      this.idle = idle;
    }

    /** Takes items until none is left. After a failure they are taken but not run. */
    void help() {
      int taken = 0;
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        taken++;
        if (failure == null) {
          try {
            body.run(i);
          } catch (Throwable e) {
            failure = e;
          }
        }
      }
      done.addAndGet(taken);
    }

    boolean isDone() {
      return done.get() == count;
    }

    void rethrow() {
      switch (failure) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException(e);
      }
    }
  }

  /** One thread beside the callers'. */
  private final class Worker implements Runnable {
    private final int number;
    private final Thread thread;
    private volatile boolean parked;

    Worker(int number) {
      this.number = number;
      thread = Thread.ofPlatform().daemon().name("drover-worker-" + number).unstarted(this);
    }

    /** To be called after what is to be seen was published. */
    void wake() {
      if (parked) {
        LockSupport.unpark(thread);
      }
    }

    @Override
    public void run() {
      long seen = 0;
      int spins = 0;
      Idle idle = null;
      while (!closed) {
        Loop loop = current;
        if (loop != null && loop.round > seen) {
          seen = loop.round;
          loop.help();
          idle = loop.idle != null ? loop.idle : idle;
          spins = 0;
        } else if (idle != null) {
          idle = idle.step(number) ? idle : null;
        } else if (spins < SPINS_BEFORE_PARKING) {
          spins++;
          Thread.onSpinWait();
        } else {
          parkUnlessThereIsMoreThan(seen);
        }
      }
    }

    /** Whoever publishes a loop after the look at it here sees that this thread is parked. */
    private void parkUnlessThereIsMoreThan(long seen) {
      parked = true;
      Loop loop = current;
      if (!closed && (loop == null || loop.round == seen)) {
        LockSupport.park(Workers.this);
      }
      parked = false;
    }
  }
}
