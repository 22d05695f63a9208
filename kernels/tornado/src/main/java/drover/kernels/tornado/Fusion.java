package drover.kernels.tornado;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes one operation of several that were called one behind the other, since each launch costs:
 *
 * <ul>
 *   <li>products with the same input (q, k and v; gate and up),
 *   <li>gate, up and what SwiGLU makes of them,
 *   <li>a product and its addition to the residual stream,
 *   <li>the rotations of q and k, and storing k and v.
 * </ul>
 *
 * <p>Every array is left as the single operations would leave it.
 */
final class Fusion {
  /** One recorded operation. */
  record Operation(Kernel kernel, int[] parameters) {
    private int at(int index) {
      return parameters[index];
    }
  }

  private static final int FIRST = 8;
  private static final int SECOND = 12;
  private static final int THIRD = 16;

  private Fusion() {}

  /** The operations with those that belong together made one. */
  static List<Operation> fuse(List<Operation> operations) {
    List<Operation> fused = new ArrayList<>();
    int i = 0;
    while (i < operations.size()) {
      List<Operation> rest = operations.subList(i, operations.size());
      int count = rest.getFirst().kernel().isLinear() ? linear(rest, fused) : rope(rest, fused);
      if (count == 0) {
        fused.add(rest.getFirst());
        count = 1;
      }
      i += count;
    }
    return fused;
  }

  /** Adds a product and what belongs to it; how many operations that are. */
  private static int linear(List<Operation> rest, List<Operation> fused) {
    Operation first = rest.getFirst();
    int[] all = first.parameters().clone();
    int count = 1;
    while (count < 3
        && count < rest.size()
        && sameInput(first, rest.get(count))
        && writesElsewhere(all, count, rest.get(count))) {
      System.arraycopy(rest.get(count).parameters(), FIRST, all, FIRST + 4 * count, 4);
      count++;
    }
    if (count < rest.size()) {
      Operation next = rest.get(count);
      if (count == 1 && isAddition(all, next)) {
        all[3] = LinearKernels.ADDED;
        all[4] = next.at(0);
        count++;
      } else if (count == 2 && isGate(all, next)) {
        all[3] = LinearKernels.GATED;
        count++;
      }
    }
    fused.add(new Operation(first.kernel(), all));
    return count;
  }

  private static boolean sameInput(Operation first, Operation other) {
    return other.kernel() == first.kernel()
        && Arrays.equals(first.parameters(), 0, FIRST, other.parameters(), 0, FIRST);
  }

  /** Whether none of the first products writes where another one does. */
  private static boolean writesElsewhere(int[] all, int count, Operation other) {
    for (int i = FIRST; i < FIRST + 4 * count; i += 4) {
      if (!areApart(all[i], all[1] * all[i + 1], other.at(FIRST), all[1] * other.at(FIRST + 1))) {
        return false;
      }
    }
    return true;
  }

  private static boolean areApart(int one, int oneSize, int other, int otherSize) {
    return one + oneSize <= other || other + otherSize <= one;
  }

  /** {@code x += out}, where x is not what the product reads. */
  private static boolean isAddition(int[] linear, Operation next) {
    int outputs = linear[1] * linear[FIRST + 1];
    int x = next.at(0);
    return next.kernel() == Kernel.ADD
        && next.at(1) == linear[FIRST]
        && next.at(2) == outputs
        && x != linear[FIRST]
        && areApart(x, outputs, linear[0], linear[1] * linear[2]);
  }

  private static boolean isGate(int[] linear, Operation next) {
    return next.kernel() == Kernel.SWIGLU
        && next.at(0) == linear[FIRST]
        && next.at(1) == linear[FIRST]
        && next.at(2) == linear[SECOND]
        && linear[FIRST + 1] == linear[SECOND + 1]
        && next.at(3) == linear[1] * linear[FIRST + 1]
        && linear[THIRD + 1] == 0;
  }

  /** Adds two rotations and a store; how many operations that are, 0 if it is something else. */
  private static int rope(List<Operation> rest, List<Operation> fused) {
    if (rest.size() < 3
        || rest.get(0).kernel() != Kernel.ROPE
        || rest.get(1).kernel() != Kernel.ROPE
        || rest.get(2).kernel() != Kernel.STORE) {
      return 0;
    }
    Operation q = rest.get(0);
    Operation k = rest.get(1);
    Operation store = rest.get(2);
    boolean together =
        q.at(1) == k.at(1)
            && q.at(2) == k.at(2)
            && q.at(4) == k.at(4)
            && q.at(0) != k.at(0)
            && store.at(0) == k.at(0)
            && store.at(1) != q.at(0)
            && store.at(2) == k.at(2)
            && store.at(3) == k.at(3);
    if (!together) {
      return 0;
    }
    int[] all = new int[Kernels.STRIDE];
    int[] values = {
      q.at(0),
      k.at(0),
      store.at(1),
      q.at(1),
      q.at(2),
      q.at(3),
      k.at(3),
      q.at(4),
      store.at(4),
      store.at(5)
    };
    System.arraycopy(values, 0, all, 0, values.length);
    fused.add(new Operation(Kernel.ROPE_AND_STORE, all));
    return 3;
  }
}
