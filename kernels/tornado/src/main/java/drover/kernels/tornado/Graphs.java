package drover.kernels.tornado;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;

/**
 * Builds the graphs of a plan. Every graph takes all large arrays over from the one that ran before
 * it, since TornadoVM looks no further back, and hands them on.
 */
final class Graphs {
  /** Strict arithmetic: TornadoVM's default gives away infinities and the order of operations. */
  private static final String COMPILER_FLAGS = "-cl-mad-enable -w";

  /**
   * All graphs have one name, so that a kernel at the same place of several graphs is compiled
   * once, and the few names of tasks are found quickly.
   */
  private static final String NAME = "g";

  private final Memory memory;
  private final Runner.Grid grid;
  private final IntArray cursor;
  private final KernelContext context = new KernelContext();
  private final GridScheduler scheduler = new GridScheduler();
  private final List<ImmutableTaskGraph> graphs = new ArrayList<>();
  private final List<String> contents = new ArrayList<>();

  /**
   * @param cursor uploaded before each graph: what its tasks read first
   */
  Graphs(Memory memory, Runner.Grid grid, IntArray cursor) {
    this.memory = memory;
    this.grid = grid;
    this.cursor = cursor;
    TaskGraph graph = new TaskGraph(NAME);
    graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, large());
    add(
        graph,
        "the first kernel",
        1,
        g ->
            g.task(
                "t0",
                Kernels::begin,
                context,
                cursor,
                memory.ints(),
                memory.floats(),
                memory.powers(),
                memory.weights16(),
                memory.weights32()));
  }

  private Object[] large() {
    return new Object[] {
      memory.ints(), memory.floats(), memory.powers(), memory.weights16(), memory.weights32()
    };
  }

  private TaskGraph next() {
    TaskGraph graph = new TaskGraph(NAME);
    graph.consumeFromDevice(large());
    return graph;
  }

  private int add(TaskGraph graph, String name, int tasks, Consumer<TaskGraph> content) {
    graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, cursor);
    content.accept(graph);
    graph.persistOnDevice(large());
    int index = graphs.size();
    for (int t = 0; t < tasks; t++) {
      WorkerGrid1D worker = new WorkerGrid1D(grid.groupsOf(t) * grid.local());
      worker.setLocalWork(grid.local(), 1, 1);
      scheduler.addWorkerGrid(NAME + ".t" + t, worker);
    }
    graphs.add(graph.snapshot());
    contents.add(name);
    return index;
  }

  /** A graph that copies ints to the first of {@link Memory#ints}; its number. */
  int putInts(IntArray staged) {
    TaskGraph graph = next();
    graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, staged);
    return add(
        graph,
        "an upload",
        1,
        g -> g.task("t0", Kernels::putInts, context, cursor, staged, memory.ints()));
  }

  /** A graph that copies floats to where the cursor says, among the floats or the weights. */
  int putFloats(FloatArray staged, FloatArray to) {
    TaskGraph graph = next();
    graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, staged);
    return add(
        graph, "an upload", 1, g -> g.task("t0", Kernels::putFloats, context, cursor, staged, to));
  }

  /** A graph that copies weights of 16 bits to where the cursor says. */
  int putShorts(ShortArray staged) {
    TaskGraph graph = next();
    graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, staged);
    return add(
        graph,
        "an upload",
        1,
        g -> g.task("t0", Kernels::putShorts, context, cursor, staged, memory.weights16()));
  }

  /** A graph that copies floats from where the cursor says to the host. */
  int takeFloats(FloatArray result) {
    return add(
        next(),
        "a download",
        1,
        g -> {
          g.task("t0", Kernels::takeFloats, context, cursor, memory.floats(), result);
          g.transferToHost(DataTransferMode.EVERY_EXECUTION, result);
        });
  }

  /** A graph of some kernels, whose parameters stand one behind the other. */
  int sequence(List<Kernel> kernels) {
    return add(
        next(),
        "the kernels " + kernels,
        kernels.size(),
        g -> {
          for (int i = 0; i < kernels.size(); i++) {
            task(g, i, kernels.get(i));
          }
        });
  }

  private void task(TaskGraph g, int slot, Kernel kernel) {
    String id = "t" + slot;
    IntArray ints = memory.ints();
    FloatArray floats = memory.floats();
    FloatArray powers = memory.powers();
    ShortArray narrow = memory.weights16();
    FloatArray wide = memory.weights32();
    switch (kernel) {
      case COPY -> g.task(id, Kernels::copyFloats, context, cursor, ints, floats);
      case CLEAR -> g.task(id, Kernels::clearFloats, context, cursor, ints, floats);
      case GATHER -> g.task(id, Kernels::gatherRows, context, cursor, ints, floats);
      case EMBED_16 -> g.task(id, Kernels::embed16, context, cursor, ints, floats, narrow, powers);
      case EMBED_32 -> g.task(id, Kernels::embed32, context, cursor, ints, floats, wide);
      case RMS_NORM -> g.task(id, RowKernels::rmsNormRows, context, cursor, ints, floats);
      case LINEAR ->
          g.task(id, LinearKernels::linear, context, cursor, ints, floats, narrow, powers, wide);
      case LINEAR_WIDE -> g.task(id, WideKernels::linear, context, cursor, ints, floats, wide);
      case ROPE -> g.task(id, AttentionKernels::ropeRows, context, cursor, ints, floats);
      case STORE -> g.task(id, AttentionKernels::storeRows, context, cursor, ints, floats);
      case ROPE_AND_STORE ->
          g.task(id, AttentionKernels::ropeAndStoreRows, context, cursor, ints, floats);
      case ATTENTION -> g.task(id, AttentionKernels::attendRows, context, cursor, ints, floats);
      case ATTENTION_WIDE -> g.task(id, WideKernels::attend, context, cursor, ints, floats);
      case SWIGLU -> g.task(id, RowKernels::swigluFloats, context, cursor, ints, floats);
      case ADD -> g.task(id, RowKernels::addFloats, context, cursor, ints, floats);
      case ADD_SCALED -> g.task(id, RowKernels::addScaledRows, context, cursor, ints, floats);
      case SCALE -> g.task(id, RowKernels::scaleRows, context, cursor, ints, floats);
      case DOT -> g.task(id, RowKernels::dotRows, context, cursor, ints, floats);
      case MEAN -> g.task(id, RowKernels::meanRows, context, cursor, ints, floats);
      case WEIGHTED_SUM -> g.task(id, RowKernels::weightedSumRows, context, cursor, ints, floats);
      case ARGMAX -> g.task(id, RowKernels::argmaxRows, context, cursor, ints, floats);
    }
  }

  /** What each graph runs, to tell a person. */
  List<String> contents() {
    return contents;
  }

  /** The plan of all graphs. */
  TornadoExecutionPlan plan() {
    TornadoExecutionPlan plan = new TornadoExecutionPlan(graphs.toArray(ImmutableTaskGraph[]::new));
    plan.withCompilerFlags(TornadoVMBackendType.OPENCL, COMPILER_FLAGS);
    plan.withGridScheduler(scheduler);
    if (grid.replayed()) {
      plan.withCUDAGraph();
    }
    return plan;
  }
}
