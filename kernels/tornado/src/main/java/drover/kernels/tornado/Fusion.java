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
 *   <li>the rotations of q and k, and storing k and v,
 *   <li>where products go by {@link WideKernels}: an RMSNorm and the products of what it leaves; q,
 *       k and v with their rotations and store.
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

  /** Where the groups of {@link WideKernels#linear} keep normed rows. */
  private final int scratch;

  Fusion(int scratch) {
    this.scratch = scratch;
  }

  /** The operations with those that belong together made one. */
  List<Operation> fuse(List<Operation> operations) {
    List<Operation> fused = new ArrayList<>();
    int i = 0;
    while (i < operations.size()) {
      List<Operation> rest = operations.subList(i, operations.size());
      i +=
          switch (rest.getFirst().kernel()) {
            case RMS_NORM -> norm(rest, fused);
            case ROPE -> rope(rest, fused);
            case LINEAR, LINEAR_WIDE -> linear(rest, fused);
            default -> one(rest, fused);
          };
    }
    return fused;
  }

  private static int one(List<Operation> rest, List<Operation> fused) {
    fused.add(rest.getFirst());
    return 1;
  }

  /** Adds an RMSNorm with the products of its rows; how many operations that are. */
  private int norm(List<Operation> rest, List<Operation> fused) {
    Operation norm = rest.getFirst();
    if (rest.size() == 1 || !isNormed(norm, rest.get(1))) {
      return one(rest, fused);
    }
    List<Operation> products = new ArrayList<>();
    int count = linear(rest.subList(1, rest.size()), products);
    int[] all = products.getFirst().parameters();
    if (!keepsInput(all, norm)) {
      return one(rest, fused);
    }
    all[0] = norm.at(1);
    all[5] = scratch;
    all[6] = norm.at(2);
    all[7] = norm.at(5);
    all[20] = norm.at(0);
    fused.addAll(products);
    return 1 + count;
  }

  private static boolean isNormed(Operation norm, Operation next) {
    int size = norm.at(3) * norm.at(4);
    return next.kernel() == Kernel.LINEAR_WIDE
        && next.at(0) == norm.at(0)
        && next.at(1) == norm.at(3)
        && next.at(2) == norm.at(4)
        && size <= WideKernels.SCRATCH
        && areApart(norm.at(0), size, norm.at(1), size);
  }

  /** Whether products write nothing that an RMSNorm reads: groups read it at different times. */
  private static boolean keepsInput(int[] all, Operation norm) {
    int size = norm.at(3) * norm.at(4);
    for (int i = FIRST; i <= THIRD; i += 4) {
      int outputs = all[1] * all[i + 1];
      if (outputs > 0 && !areApart(all[i], outputs, norm.at(1), size)) {
        return false;
      }
    }
    return all[3] != LinearKernels.ADDED;
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
      } else if (count == 3 && first.kernel() == Kernel.LINEAR_WIDE) {
        count += rotate(all, rest.subList(count, rest.size()));
      }
    }
    fused.add(new Operation(first.kernel(), all));
    return count;
  }

  /** Has q, k and v rotated and stored, if that follows; how many operations that are. */
  private static int rotate(int[] all, List<Operation> rest) {
    List<Operation> found = new ArrayList<>();
    if (rest.getFirst().kernel() != Kernel.ROPE || rope(rest, found) != 3) {
      return 0;
    }
    Operation rope = found.getFirst();
    boolean together =
        rope.at(0) == all[FIRST]
            && rope.at(1) == all[SECOND]
            && rope.at(2) == all[THIRD]
            && rope.at(4) == all[1]
            && rope.at(5) == all[FIRST + 1]
            && rope.at(6) == all[SECOND + 1]
            && rope.at(6) == all[THIRD + 1]
            && rope.at(7) % 4 == 0;
    if (!together) {
      return 0;
    }
    all[3] = WideKernels.ROTATED;
    all[4] = rope.at(3);
    all[21] = rope.at(7);
    all[22] = rope.at(8);
    all[23] = rope.at(9);
    return 3;
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

  /** Adds two rotations and a store, or just the first of them; how many operations that are. */
  private static int rope(List<Operation> rest, List<Operation> fused) {
    if (rest.size() < 3
        || rest.get(0).kernel() != Kernel.ROPE
        || rest.get(1).kernel() != Kernel.ROPE
        || rest.get(2).kernel() != Kernel.STORE) {
      return one(rest, fused);
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
      return one(rest, fused);
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
