package drover.kernels.tornado;

import drover.kernels.DeviceException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;

/**
 * One execution plan: a graph for each kernel alone, one for each sequence that recordings repeat,
 * and those that move data. Every graph takes all large arrays over from the one that ran before
 * it, since TornadoVM looks no further back, and hands them on.
 */
final class Runner implements AutoCloseable {
  /** How much one upload or download moves at most, by graph. */
  private static final int[] PIECES = {1 << 12, 1 << 16, 1 << 20};

  /** Strict arithmetic: TornadoVM's default gives away infinities and the order of operations. */
  private static final String COMPILER_FLAGS = "-cl-mad-enable -w";

  private final Memory memory;
  private final Grid grid;
  private final KernelContext context = new KernelContext();
  private final IntArray cursor = new IntArray(2);
  private final GridScheduler scheduler = new GridScheduler();
  private final List<ImmutableTaskGraph> graphs = new ArrayList<>();
  private final Map<Kernel, Integer> single = new EnumMap<>(Kernel.class);
  private final List<List<Kernel>> sequences;
  private final int[] sequenceGraphs;
  private final IntArray[] stagedInts = new IntArray[PIECES.length];
  private final FloatArray[] stagedFloats = new FloatArray[PIECES.length];
  private final FloatArray[] results = new FloatArray[PIECES.length];
  private final ShortArray stagedShorts = new ShortArray(PIECES[2]);
  private final int firstInts;
  private final int firstFloats;
  private final int firstResults;
  private final int shorts;
  private final int wideWeights;
  private final TornadoExecutionPlan plan;
  private long executions;

  /** How kernels are launched. */
  record Grid(int groups, int local) {}

  /**
   * @param sequences those that are to be graphs of their own, the longest first
   */
  Runner(Memory memory, Grid grid, List<List<Kernel>> sequences) {
    this.memory = memory;
    this.grid = grid;
    this.sequences = sequences;
    this.sequenceGraphs = new int[sequences.size()];
    add(
        List.of(),
        g ->
            g.task(
                "t0",
                Kernels::begin,
                context,
                cursor,
                memory.ints(),
                memory.floats(),
                memory.decoded(),
                memory.weights16(),
                memory.weights32()),
        1,
        null);
    firstInts = graphs.size();
    for (int i = 0; i < PIECES.length; i++) {
      IntArray staged = new IntArray(PIECES[i]);
      stagedInts[i] = staged;
      add(
          List.of(staged),
          g -> g.task("t0", Kernels::putInts, context, cursor, staged, memory.ints()),
          1,
          null);
    }
    firstFloats = graphs.size();
    for (int i = 0; i < PIECES.length; i++) {
      FloatArray staged = new FloatArray(PIECES[i]);
      stagedFloats[i] = staged;
      add(
          List.of(staged),
          g -> g.task("t0", Kernels::putFloats, context, cursor, staged, memory.floats()),
          1,
          null);
    }
    firstResults = graphs.size();
    for (int i = 0; i < PIECES.length; i++) {
      FloatArray result = new FloatArray(PIECES[i]);
      results[i] = result;
      add(
          List.of(),
          g -> g.task("t0", Kernels::takeFloats, context, cursor, memory.floats(), result),
          1,
          result);
    }
    shorts =
        add(
            List.of(stagedShorts),
            g ->
                g.task("t0", Kernels::putShorts, context, cursor, stagedShorts, memory.weights16()),
            1,
            null);
    FloatArray staged = stagedFloats[2];
    wideWeights =
        add(
            List.of(staged),
            g -> g.task("t0", Kernels::putFloats, context, cursor, staged, memory.weights32()),
            1,
            null);
    for (Kernel kernel : Kernel.values()) {
      single.put(kernel, add(List.of(), g -> task(g, 0, kernel), 1, null));
    }
    for (int s = 0; s < sequences.size(); s++) {
      List<Kernel> kernels = sequences.get(s);
      sequenceGraphs[s] =
          add(
              List.of(),
              g -> {
                for (int slot = 0; slot < kernels.size(); slot++) {
                  task(g, slot, kernels.get(slot));
                }
              },
              kernels.size(),
              null);
    }
    plan = new TornadoExecutionPlan(graphs.toArray(ImmutableTaskGraph[]::new));
    plan.withCompilerFlags(TornadoVMBackendType.OPENCL, COMPILER_FLAGS);
    plan.withGridScheduler(scheduler);
    execute(0, 0, 0);
  }

  private int add(List<Object> uploaded, Consumer<TaskGraph> tasks, int count, FloatArray result) {
    int index = graphs.size();
    TaskGraph graph = new TaskGraph("g" + index);
    Object[] large = {
      memory.ints(), memory.floats(), memory.decoded(), memory.weights16(), memory.weights32()
    };
    if (index == 0) {
      graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, large);
    } else {
      graph.consumeFromDevice(large);
    }
    graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, cursor);
    if (!uploaded.isEmpty()) {
      graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, uploaded.toArray());
    }
    tasks.accept(graph);
    if (result != null) {
      graph.transferToHost(DataTransferMode.EVERY_EXECUTION, result);
    }
    graph.persistOnDevice(large);
    for (int t = 0; t < count; t++) {
      WorkerGrid1D worker = new WorkerGrid1D(grid.groups() * grid.local());
      worker.setLocalWork(grid.local(), 1, 1);
      scheduler.addWorkerGrid("g" + index + ".t" + t, worker);
    }
    graphs.add(graph.snapshot());
    return index;
  }

  private void task(TaskGraph g, int slot, Kernel kernel) {
    String id = "t" + slot;
    IntArray ints = memory.ints();
    FloatArray floats = memory.floats();
    FloatArray decoded = memory.decoded();
    ShortArray narrow = memory.weights16();
    FloatArray wide = memory.weights32();
    switch (kernel) {
      case COPY -> g.task(id, Kernels::copyFloats, context, cursor, ints, floats, slot);
      case CLEAR -> g.task(id, Kernels::clearFloats, context, cursor, ints, floats, slot);
      case GATHER -> g.task(id, Kernels::gatherRows, context, cursor, ints, floats, slot);
      case EMBED_16 ->
          g.task(id, Kernels::embed16, context, cursor, ints, floats, narrow, decoded, slot);
      case EMBED_32 -> g.task(id, Kernels::embed32, context, cursor, ints, floats, wide, slot);
      case RMS_NORM -> g.task(id, Kernels::rmsNormRows, context, cursor, ints, floats, slot);
      case LINEAR_16 ->
          g.task(id, Kernels::linear16, context, cursor, ints, floats, narrow, decoded, slot);
      case LINEAR_32 -> g.task(id, Kernels::linear32, context, cursor, ints, floats, wide, slot);
      case ROPE -> g.task(id, Kernels::ropeRows, context, cursor, ints, floats, slot);
      case STORE -> g.task(id, Kernels::storeRows, context, cursor, ints, floats, slot);
      case ATTENTION -> g.task(id, Kernels::attendRows, context, cursor, ints, floats, slot);
      case SWIGLU -> g.task(id, Kernels::swigluFloats, context, cursor, ints, floats, slot);
      case ADD -> g.task(id, Kernels::addFloats, context, cursor, ints, floats, slot);
      case ADD_SCALED -> g.task(id, Kernels::addScaledRows, context, cursor, ints, floats, slot);
      case SCALE -> g.task(id, Kernels::scaleRows, context, cursor, ints, floats, slot);
      case DOT -> g.task(id, Kernels::dotRows, context, cursor, ints, floats, slot);
      case MEAN -> g.task(id, Kernels::meanRows, context, cursor, ints, floats, slot);
      case ARGMAX -> g.task(id, Kernels::argmaxRows, context, cursor, ints, floats, slot);
    }
  }

  /** Runs a recording: sequences that have a graph by it, the rest kernel by kernel. */
  void run(Recording recording) {
    putInts(recording.toInts());
    List<Kernel> kernels = recording.kernels();
    int at = 0;
    while (at < kernels.size()) {
      int found = Sequences.match(sequences, kernels, at);
      int graph = found < 0 ? single.get(kernels.get(at)) : sequenceGraphs[found];
      int length = found < 0 ? 1 : sequences.get(found).size();
      execute(graph, at * Kernels.STRIDE, recording.tablesStart());
      at += length;
    }
  }

  private void putInts(int[] values) {
    int piece = piece(values.length);
    MemorySegment.copy(
        values, 0, stagedInts[piece].getSegment(), ValueLayout.JAVA_INT, 0, values.length);
    execute(firstInts + piece, values.length, 0);
  }

  /** Copies values to the floats from {@code to} on. */
  void putFloats(int to, float[] values, int from, int count) {
    for (int done = 0; done < count; ) {
      int n = Math.min(count - done, PIECES[PIECES.length - 1]);
      int piece = piece(n);
      MemorySegment.copy(
          values, from + done, stagedFloats[piece].getSegment(), ValueLayout.JAVA_FLOAT, 0, n);
      execute(firstFloats + piece, n, to + done);
      done += n;
    }
  }

  /** Copies floats from {@code from} on. */
  void takeFloats(int from, float[] into, int offset, int count) {
    for (int done = 0; done < count; ) {
      int n = Math.min(count - done, PIECES[PIECES.length - 1]);
      int piece = piece(n);
      execute(firstResults + piece, n, from + done);
      MemorySegment.copy(
          results[piece].getSegment(), ValueLayout.JAVA_FLOAT, 0, into, offset + done, n);
      done += n;
    }
  }

  /** Brings weights that the host's side has to the device. */
  void putWeights(boolean wide, int start, int count) {
    for (int done = 0; done < count; ) {
      int n = Math.min(count - done, PIECES[2]);
      if (wide) {
        MemorySegment.copy(
            memory.weights32().getSegment(),
            4L * (start + done),
            stagedFloats[2].getSegment(),
            0,
            4L * n);
      } else {
        MemorySegment.copy(
            memory.weights16().getSegment(),
            2L * (start + done),
            stagedShorts.getSegment(),
            0,
            2L * n);
      }
      execute(wide ? wideWeights : shorts, n, start + done);
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
    executions++;
    plan.withGraph(graph).execute();
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
