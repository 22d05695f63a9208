package drover.kernels.tornado;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;

/** What was called since the last time that results were needed. */
final class Recording {
  private final List<Kernel> kernels = new ArrayList<>();
  private final IdentityHashMap<Object, int[]> known = new IdentityHashMap<>();
  private int[] parameters = new int[1024];
  private int[] tables = new int[1024];
  private int tableInts;

  /** One operation, with the parameters that its kernel names. */
  void add(Kernel kernel, int... values) {
    int at = kernels.size() * Kernels.STRIDE;
    if (at + Kernels.STRIDE > parameters.length) {
      parameters = Arrays.copyOf(parameters, 2 * parameters.length);
    }
    System.arraycopy(values, 0, parameters, at, values.length);
    kernels.add(kernel);
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

  List<Kernel> kernels() {
    return kernels;
  }

  /** Where the tables begin behind the parameters. */
  int tablesStart() {
    return kernels.size() * Kernels.STRIDE;
  }

  /** Ints of parameters and tables. */
  int ints() {
    return tablesStart() + tableInts;
  }

  /** Parameters, then tables. */
  int[] toInts() {
    int[] all = Arrays.copyOf(parameters, ints());
    System.arraycopy(tables, 0, all, tablesStart(), tableInts);
    return all;
  }

  void clear() {
    kernels.clear();
    known.clear();
    tableInts = 0;
  }
}
