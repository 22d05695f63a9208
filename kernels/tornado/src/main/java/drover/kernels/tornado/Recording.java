package drover.kernels.tornado;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;

/** What was called since the last time that results were needed. */
final class Recording {
  private final List<Fusion.Operation> operations = new ArrayList<>();
  private final IdentityHashMap<Object, int[]> known = new IdentityHashMap<>();
  private int[] tables = new int[1024];
  private int tableInts;
  private final Fusion fusion;

  Recording(Fusion fusion) {
    this.fusion = fusion;
  }

  /**
   * What runs: the kernels, and their parameters with the tables behind them.
   *
   * @param tablesStart where the tables begin
   */
  record Program(List<Kernel> kernels, int[] ints, int tablesStart) {}

  /** One operation, with the parameters that its kernel names. */
  void add(Kernel kernel, int... values) {
    operations.add(new Fusion.Operation(kernel, Arrays.copyOf(values, Kernels.STRIDE)));
  }

  /** Where a table begins among the tables. */
  int table(int[] values) {
    int at = tableInts;
    if (at + values.length > tables.length) {
      tables = Arrays.copyOf(tables, Math.max(2 * tables.length, at + values.length));
    }
    System.arraycopy(values, 0, tables, at, values.length);
    tableInts += values.length;
    return at;
  }

  /** What was remembered of an object, or null. */
  int[] known(Object object) {
    return known.get(object);
  }

  /** Remembers numbers that belong to an object until the recording is run. */
  void remember(Object object, int[] values) {
    known.put(object, values);
  }

  boolean isEmpty() {
    return operations.isEmpty();
  }

  /** Ints of parameters and tables, at most. */
  int ints() {
    return operations.size() * Kernels.STRIDE + tableInts;
  }

  /** What is to run, with operations that belong together made one. */
  Program program() {
    List<Fusion.Operation> fused = fusion.fuse(operations);
    int[] all = new int[fused.size() * Kernels.STRIDE + tableInts];
    for (int i = 0; i < fused.size(); i++) {
      System.arraycopy(fused.get(i).parameters(), 0, all, i * Kernels.STRIDE, Kernels.STRIDE);
    }
    int tablesStart = fused.size() * Kernels.STRIDE;
    System.arraycopy(tables, 0, all, tablesStart, tableInts);
    return new Program(fused.stream().map(Fusion.Operation::kernel).toList(), all, tablesStart);
  }

  void clear() {
    operations.clear();
    known.clear();
    tableInts = 0;
  }
}
