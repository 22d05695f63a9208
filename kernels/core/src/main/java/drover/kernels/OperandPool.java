package drover.kernels;

import java.util.concurrent.ConcurrentLinkedQueue;

/** Memory of products that are done, for products to come. */
final class OperandPool {
  private final ConcurrentLinkedQueue<Operands> free = new ConcurrentLinkedQueue<>();

  /** Room for some vectors at least. */
  Operands take(long vectors) {
    Operands memory = free.poll();
    return memory != null && memory.vectors() >= vectors ? memory : new Operands(vectors);
  }

  void give(Operands memory) {
    free.add(memory);
  }
}
