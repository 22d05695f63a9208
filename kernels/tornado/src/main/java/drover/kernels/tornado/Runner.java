package drover.kernels.tornado;

import drover.kernels.DeviceException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;

/**
 * One execution plan: a graph for each kernel alone, one for each sequence that recordings repeat,
 * and those that move data. A graph is compiled when it is first run.
 */
final class Runner implements AutoCloseable {
  /** How much one upload or download moves at most, by graph. */
  private static final int[] PIECES = {1 << 12, 1 << 16, 1 << 21};

  private static final int LARGEST = PIECES.length - 1;

  private final IntArray cursor = new IntArray(4);
  private final Map<Kernel, Integer> single = new EnumMap<>(Kernel.class);
  private final List<List<Kernel>> sequences;
  private final List<Integer> sequenceGraphs = new ArrayList<>();
  private final IntArray[] stagedInts = new IntArray[PIECES.length];
  private final FloatArray[] stagedFloats = new FloatArray[PIECES.length];
  private final FloatArray[] results = new FloatArray[PIECES.length];
  private final ShortArray stagedShorts = new ShortArray(PIECES[LARGEST]);
  private final int[] putInts = new int[PIECES.length];
  private final int[] putFloats = new int[PIECES.length];
  private final int[] takeFloats = new int[PIECES.length];
  private final int putShorts;
  private final int putWide;
  private final List<String> contents;
  private final TornadoExecutionPlan plan;
  private long executions;

  /**
   * How kernels are launched: so many work groups, of so many lanes.
   *
   * @param replayed whether the driver keeps what a graph launches, and launches it as one
   */
  record Grid(int groups, int local, boolean replayed) {
    /**
     * Whether each task of a graph has one group more than the one before, so that it knows which
     * it is. Where a group is a thread, more of them would cost more than counting those that end.
     */
    boolean isNumbered() {
      return local > 1;
    }

    /** How many groups a task has. */
    int groupsOf(int task) {
      return isNumbered() ? groups + task : groups;
    }
  }

  /**
   * @param sequences those that are to be graphs of their own, the longest first
   */
  Runner(Memory memory, Grid grid, List<List<Kernel>> sequences) {
    this.sequences = sequences;
    cursor.set(3, grid.isNumbered() ? grid.groups() : 0);
    Graphs graphs = new Graphs(memory, grid, cursor);
    for (int i = 0; i < PIECES.length; i++) {
      stagedInts[i] = new IntArray(PIECES[i]);
      putInts[i] = graphs.putInts(stagedInts[i]);
      stagedFloats[i] = new FloatArray(PIECES[i]);
      putFloats[i] = graphs.putFloats(stagedFloats[i], memory.floats());
      results[i] = new FloatArray(PIECES[i]);
      takeFloats[i] = graphs.takeFloats(results[i]);
    }
    putShorts = graphs.putShorts(stagedShorts);
    putWide = graphs.putFloats(stagedFloats[LARGEST], memory.weights32());
    for (Kernel kernel : Kernel.values()) {
      single.put(kernel, graphs.sequence(List.of(kernel)));
    }
    sequences.forEach(sequence -> sequenceGraphs.add(graphs.sequence(sequence)));
    contents = graphs.contents();
    plan = graphs.plan();
    execute(0, 0, 0);
  }

  /** Runs a program: sequences that have a graph by it, the rest kernel by kernel. */
  void run(Recording.Program program) {
    putInts(program.ints());
    List<Kernel> kernels = program.kernels();
    int at = 0;
    while (at < kernels.size()) {
      int found = Sequences.match(sequences, kernels, at);
      int graph = found < 0 ? single.get(kernels.get(at)) : sequenceGraphs.get(found);
      int length = found < 0 ? 1 : sequences.get(found).size();
      execute(graph, at * Kernels.STRIDE, program.tablesStart());
      at += length;
    }
  }

  private void putInts(int[] values) {
    int piece = piece(values.length);
    MemorySegment.copy(
        values, 0, stagedInts[piece].getSegment(), ValueLayout.JAVA_INT, 0, values.length);
    execute(putInts[piece], values.length, 0);
  }

  /** Copies values to the floats from {@code to} on. */
  void putFloats(int to, float[] values, int from, int count) {
    for (int done = 0; done < count; ) {
      int n = Math.min(count - done, PIECES[LARGEST]);
      int piece = piece(n);
      MemorySegment.copy(
          values, from + done, stagedFloats[piece].getSegment(), ValueLayout.JAVA_FLOAT, 0, n);
      execute(putFloats[piece], n, to + done);
      done += n;
    }
  }

  /** Copies floats from {@code from} on. */
  void takeFloats(int from, float[] into, int offset, int count) {
    for (int done = 0; done < count; ) {
      int n = Math.min(count - done, PIECES[LARGEST]);
      int piece = piece(n);
      execute(takeFloats[piece], n, from + done);
      MemorySegment.copy(
          results[piece].getSegment(), ValueLayout.JAVA_FLOAT, 0, into, offset + done, n);
      done += n;
    }
  }

  /** Streams a weight from its file to its place on the device. */
  void putWeight(TornadoWeight weight, boolean wide) {
    int count = weight.rows() * weight.columns();
    for (int done = 0; done < count; ) {
      int n = Math.min(count - done, PIECES[LARGEST]);
      if (wide) {
        weight.decode(done, n, stagedFloats[LARGEST].getSegment());
      } else {
        weight.copy(done, n, stagedShorts.getSegment());
      }
      execute(wide ? putWide : putShorts, n, weight.range().start() + done);
      done += n;
    }
  }

  private static int piece(int count) {
    int piece = 0;
    while (PIECES[piece] < count) {
      piece++;
    }
    return piece;
  }

  private void execute(int graph, int first, int second) {
    cursor.set(0, first);
    cursor.set(1, second);
    cursor.set(2, 0);
    executions++;
    try {
      plan.withGraph(graph).execute();
    } catch (RuntimeException e) {
      throw new DeviceException(
          "Device tornado could not compile or run %s: %s"
              .formatted(contents.get(graph), firstLine(e.getMessage())),
          e);
    }
  }

  /** Without what colours it on a terminal. */
  private static String firstLine(String message) {
    return message == null
        ? "TornadoVM gives no reason."
        : message.replaceAll("\\u001B\\[[0-9;]*m", "").lines().findFirst().orElse("");
  }

  /** How many graphs have run. */
  long executions() {
    return executions;
  }

  @Override
  public void close() {
    try {
      plan.close();
    } catch (TornadoExecutionPlanException e) {
      throw new DeviceException("Device tornado cannot be closed: " + e.getMessage() + ".", e);
    }
  }
}
