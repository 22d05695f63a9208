package drover.kernels.tornado;

import drover.kernels.DType;
import drover.kernels.DeviceException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The recording, the memory, and the plan that runs the one on the other. The plan is made when
 * something is first run, and made anew when a recording repeats a sequence that has no graph yet
 * or when more weights come than there is room for.
 */
final class Engine implements AutoCloseable {
  /** Floats that recorded operations bring along. */
  private static final int STAGED = 1 << 16;

  /** Floats that are saved at a time. */
  private static final int PIECE = 1 << 20;

  private final Memory memory;
  private final Runner.Grid grid;
  private final long mostBytes;
  private final Recording recording;
  private final TornadoArray staged = new TornadoArray(1, STAGED);

  /** What the groups of a kernel keep for themselves. */
  private final TornadoArray scratch;

  private final float[] stagedValues = new float[STAGED];
  private int stagedCount;
  private final Map<Float, Integer> constants = new HashMap<>();
  private final Sequences sequences = new Sequences();
  private final List<WeakReference<TornadoWeight>> waiting = new ArrayList<>();
  private final List<WeakReference<TornadoWeight>> placed = new ArrayList<>();
  private final List<Saved> saved = new ArrayList<>();
  private Runner runner;
  private long changes;
  private long executionsBefore;

  /** Floats that a new plan begins with. */
  private record Saved(int at, float[] values) {}

  /**
   * @param mostBytes what fits on the device
   */
  Engine(Memory memory, Runner.Grid grid, long mostBytes) {
    this.memory = memory;
    this.grid = grid;
    this.mostBytes = mostBytes;
    memory.place(staged);
    scratch = new TornadoArray(grid.groups(), memory.isWidening() ? WideKernels.SCRATCH : 1);
    memory.place(scratch);
    recording = new Recording(new Fusion(scratch.start()));
  }

  void place(TornadoArray array) {
    memory.place(array);
  }

  /** Remembers a weight, so that all of a model are placed at once. */
  void register(TornadoWeight weight) {
    waiting.add(new WeakReference<>(weight));
  }

  /** Where a weight begins among those of its kind. */
  int start(TornadoWeight weight) {
    if (weight.range() == null) {
      placeWeights(weight);
    }
    return weight.range().start();
  }

  private void placeWeights(TornadoWeight wanted) {
    // What is recorded may still read weights that are garbage, and whose places are free.
    flush();
    List<TornadoWeight> all = new ArrayList<>();
    all.add(wanted);
    for (WeakReference<TornadoWeight> reference : waiting) {
      TornadoWeight weight = reference.get();
      if (weight != wanted && isAlive(weight)) {
        all.add(weight);
      }
    }
    waiting.clear();
    for (boolean wide : new boolean[] {false, true}) {
      placeKind(all.stream().filter(w -> memory.isWide(w.type()) == wide).toList(), wide);
    }
  }

  private void placeKind(List<TornadoWeight> weights, boolean wide) {
    List<TornadoWeight> left = new ArrayList<>(weights);
    left.removeIf(this::placeWhereThereIsRoom);
    if (!left.isEmpty()) {
      // Each begins at a multiple of the lanes.
      long more =
          left.stream().mapToLong(w -> (long) w.rows() * w.columns() + WideKernels.LANES).sum();
      requireRoom(more * (wide ? Float.BYTES : Short.BYTES));
      stop();
      memory.grow(wide, more);
      left.forEach(this::placeWhereThereIsRoom);
    }
  }

  private boolean placeWhereThereIsRoom(TornadoWeight weight) {
    if (!memory.place(weight)) {
      return false;
    }
    placed.add(new WeakReference<>(weight));
    if (runner != null) {
      runner.putWeight(weight, memory.isWide(weight.type()));
    }
    return true;
  }

  private void requireRoom(long more) {
    long needed = memory.bytes() + more;
    if (needed > mostBytes) {
      throw new DeviceException(
          ("Device tornado would need %d MB, but may use %d MB; raise -Dtornado.device.memory if"
                  + " the device has more.")
              .formatted(needed >> 20, mostBytes >> 20));
    }
  }

  // ---- recording

  /** Runs what is recorded if it has become long; to be called before an operation's tables. */
  void makeRoom() {
    if (recording.ints() > Memory.INTS / 2) {
      flush();
    }
  }

  /** One operation, with the parameters that its kernel names. */
  void record(Kernel kernel, int... parameters) {
    recording.add(kernel, parameters);
    changes++;
  }

  /** Another number after each operation: what was read before may have changed. */
  long changes() {
    return changes;
  }

  /** Whether weights of a type are held in F32. */
  boolean isWide(DType type) {
    return memory.isWide(type);
  }

  /** Whether there are kernels by vectors for arrays of a width. */
  boolean hasVectors(int width) {
    return memory.isWidening() && width % WideKernels.LANES == 0;
  }

  /** A table for an operation that is recorded next. */
  int table(int[] values) {
    return recording.table(values);
  }

  int[] known(Object object) {
    return recording.known(object);
  }

  void remember(Object object, int[] numbers) {
    recording.remember(object, numbers);
  }

  /** Where values will be that recorded operations bring along. */
  int stage(float[] values) {
    if (values.length > STAGED) {
      throw new IllegalArgumentException(values.length + " values for one operation");
    }
    if (stagedCount + values.length > STAGED) {
      flush();
    }
    int at = staged.start() + stagedCount;
    System.arraycopy(values, 0, stagedValues, stagedCount, values.length);
    stagedCount += values.length;
    return at;
  }

  /** Where a number will be that recorded operations use. */
  int constant(float value) {
    Integer known = constants.get(value);
    if (known == null) {
      known = stage(new float[] {value});
      constants.put(value, known);
    }
    return known;
  }

  /** Writes floats, in its turn among what is recorded. */
  void write(int to, float[] from, int offset, int count) {
    changes++;
    if (runner == null && recording.isEmpty()) {
      saved.add(new Saved(to, Arrays.copyOfRange(from, offset, offset + count)));
    } else if (count <= STAGED / 2) {
      int at = stage(Arrays.copyOfRange(from, offset, offset + count));
      record(Kernel.COPY, to, at, count);
    } else {
      flush();
      runner().putFloats(to, from, offset, count);
    }
  }

  /** Reads floats when everything recorded is done. */
  void read(int from, float[] into, int offset, int count) {
    flush();
    runner().takeFloats(from, into, offset, count);
  }

  /** Runs what is recorded. */
  private void flush() {
    if (recording.isEmpty()) {
      return;
    }
    if (recording.ints() > Memory.INTS) {
      throw new DeviceException(
          "Device tornado cannot describe a batch with %d numbers, more than %d; use smaller batches."
              .formatted(recording.ints(), Memory.INTS));
    }
    Recording.Program program = recording.program();
    if (sequences.learn(program.kernels())) {
      stop();
    }
    if (stagedCount > 0) {
      runner().putFloats(staged.start(), stagedValues, 0, stagedCount);
    }
    runner().run(program);
    recording.clear();
    constants.clear();
    stagedCount = 0;
  }

  // ---- running

  private Runner runner() {
    if (runner == null) {
      requireRoom(0);
      runner = new Runner(memory, grid, sequences.all());
      saved.forEach(s -> runner.putFloats(s.at(), s.values(), 0, s.values().length));
      saved.clear();
      placed.removeIf(reference -> !isAlive(reference.get()));
      for (WeakReference<TornadoWeight> reference : placed) {
        TornadoWeight weight = reference.get();
        if (weight != null) {
          runner.putWeight(weight, memory.isWide(weight.type()));
        }
      }
    }
    return runner;
  }

  private static boolean isAlive(TornadoWeight weight) {
    return weight != null && weight.data().scope().isAlive();
  }

  /** Ends the plan; what the device holds comes back, for the next one. */
  private void stop() {
    if (runner != null) {
      int count = memory.used();
      for (int at = 0; at < count; at += PIECE) {
        float[] piece = new float[Math.min(PIECE, count - at)];
        runner.takeFloats(at, piece, 0, piece.length);
        saved.add(new Saved(at, piece));
      }
      executionsBefore += runner.executions();
      runner.close();
      runner = null;
    }
  }

  long executions() {
    return executionsBefore + (runner == null ? 0 : runner.executions());
  }

  @Override
  public void close() {
    if (runner != null) {
      runner.close();
      runner = null;
    }
  }
}
