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
  private final Recording recording = new Recording();
  private final TornadoArray staged = new TornadoArray(1, STAGED);
  private final float[] stagedValues = new float[STAGED];
  private int stagedCount;
  private final Map<Float, Integer> constants = new HashMap<>();
  private final Sequences sequences = new Sequences();
  private final List<WeakReference<TornadoWeight>> waiting = new ArrayList<>();
  private Runner runner;
  private long executionsBefore;

  /**
   * @param mostBytes what fits on the device
   */
  Engine(Memory memory, Runner.Grid grid, long mostBytes) {
    this.memory = memory;
    this.grid = grid;
    this.mostBytes = mostBytes;
    memory.place(staged);
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
      if (weight != null && weight != wanted && weight.data().scope().isAlive()) {
        all.add(weight);
      }
    }
    waiting.clear();
    for (DType type : new DType[] {DType.F32, DType.BF16}) {
      placeKind(
          all.stream().filter(w -> (w.type() == DType.F32) == (type == DType.F32)).toList(), type);
    }
  }

  private void placeKind(List<TornadoWeight> weights, DType type) {
    List<TornadoWeight> left = new ArrayList<>(weights);
    left.removeIf(this::placeOnDevice);
    if (!left.isEmpty()) {
      long more = left.stream().mapToLong(w -> (long) w.rows() * w.columns()).sum();
      requireRoom(more * type.bytes());
      stop();
      memory.grow(type, more);
      left.forEach(memory::place);
    }
  }

  private boolean placeOnDevice(TornadoWeight weight) {
    if (!memory.place(weight)) {
      return false;
    }
    if (runner != null) {
      int count = weight.rows() * weight.columns();
      runner.putWeights(weight.type() == DType.F32, weight.range().start(), count);
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
    if (runner == null && recording.kernels().isEmpty()) {
      memory.write(to, from, offset, count);
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
    if (recording.kernels().isEmpty()) {
      return;
    }
    if (recording.ints() > Memory.INTS) {
      throw new DeviceException(
          "Device tornado cannot describe a batch with %d numbers, more than %d; use smaller batches."
              .formatted(recording.ints(), Memory.INTS));
    }
    if (sequences.learn(recording.kernels())) {
      stop();
    }
    if (stagedCount > 0) {
      runner().putFloats(staged.start(), stagedValues, 0, stagedCount);
    }
    runner().run(recording);
    recording.clear();
    constants.clear();
    stagedCount = 0;
  }

  // ---- running

  private Runner runner() {
    if (runner == null) {
      requireRoom(0);
      runner = new Runner(memory, grid, sequences.all());
    }
    return runner;
  }

  /** Ends the plan; what the device holds comes back, for the next one. */
  private void stop() {
    if (runner != null) {
      int count = memory.used();
      float[] piece = new float[Math.min(count, PIECE)];
      for (int at = 0; at < count; at += piece.length) {
        int n = Math.min(piece.length, count - at);
        runner.takeFloats(at, piece, 0, n);
        memory.write(at, piece, 0, n);
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
