package drover.engine;

import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * Memory of passes that are done, for passes of as many rows to come: to make and to clear new one
 * takes time. What was used last is kept.
 */
final class Kept<T> implements AutoCloseable {
  private final int most;
  private final ToIntFunction<T> rows;
  private final Consumer<T> free;
  private final ConcurrentLinkedDeque<T> kept = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  /**
   * Nothing at first.
   *
   * @param most how many of them at a time
   * @param rows how many rows one is for
   * @param free gives one up
   */
  Kept(int most, ToIntFunction<T> rows, Consumer<T> free) {
    this.most = most;
    this.rows = rows;
    this.free = free;
  }

  /** One for so many rows, with whatever is in it; empty if there is none. */
  Optional<T> take(int count) {
    for (T one : kept) {
      if (rows.applyAsInt(one) == count && kept.remove(one)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  /** Keeps what nobody uses any more. */
  void give(T one) {
    if (closed) {
      free.accept(one);
      return;
    }
    kept.addFirst(one);
    if (kept.size() > most) {
      T oldest = kept.pollLast();
      if (oldest != null) {
        free.accept(oldest);
      }
    }
  }

  /** Gives up all, and whatever it is given later. */
  @Override
  public void close() {
    closed = true;
    for (T one = kept.poll(); one != null; one = kept.poll()) {
      free.accept(one);
    }
  }
}
