package drover.kernels.tornado;

import drover.kernels.DType;
import drover.kernels.Device;
import drover.kernels.DeviceArray;
import drover.kernels.KvCache;
import drover.kernels.RowLayout;
import drover.kernels.Shapes;
import drover.kernels.Weight;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Records what it is asked to do, and has it done by TornadoVM's kernels when somebody wants to
 * read a result.
 */
final class TornadoDevice implements Device {
  /** How many MiB there are for activations and caches. */
  static final String MEMORY_PROPERTY = "drover.tornado.memory";

  /** Scores of attention that are kept at a time. */
  private static final int MOST_SCORES = 1 << 22;

  /** Rows that {@link #scatterTimes} sums on the device. */
  private static final int ROWS_OF_SUM = 256;

  private final String description;
  private final Engine engine;
  private Measured measured;

  /** The sums of squares of an array's rows, as long as nothing has changed. */
  private record Measured(DeviceArray array, long changes, float[] squares) {}

  TornadoDevice(String description, Engine engine) {
    this.description = description;
    this.engine = engine;
  }

  @Override
  public String name() {
    return "tornado";
  }

  @Override
  public String description() {
    return description;
  }

  /** How many graphs have run so far. */
  @Override
  public synchronized OptionalLong submissions() {
    return OptionalLong.of(engine.executions());
  }

  // ---- arrays

  @Override
  public synchronized TornadoArray allocate(int rows, int width) {
    TornadoArray array = new TornadoArray(rows, width);
    engine.place(array);
    return array;
  }

  @Override
  public synchronized Weight weight(DType type, MemorySegment data, int rows, int columns) {
    Shapes.requireWeight(type, data.byteSize(), rows, columns);
    TornadoWeight weight = new TornadoWeight(type, data, rows, columns);
    if (rows == 1) {
      // A gain or a bias: in the middle of a pass it would break the repetition of layers.
      vector(weight);
    } else {
      engine.register(weight);
    }
    return weight;
  }

  @Override
  public KvCache newKvCache(int layers, int kvHeads, int headDim) {
    Shapes.requireCache(layers, kvHeads, headDim);
    return new TornadoKvCache(this, layers, kvHeads, headDim);
  }

  @Override
  public synchronized void read(DeviceArray x, int row, int rows, float[] into, int offset) {
    Shapes.requireRows(x, row, rows);
    engine.read(in(x) + row * x.width(), into, offset, rows * x.width());
  }

  @Override
  public synchronized void write(DeviceArray x, int row, int rows, float[] from, int offset) {
    Shapes.requireRows(x, row, rows);
    int at = (rows == x.rows() ? out(x) : inOut(x)) + row * x.width();
    engine.write(at, from, offset, rows * x.width());
  }

  /** {@code to = from}, of equal size. */
  synchronized void copy(TornadoArray to, TornadoArray from) {
    engine.record(Kernel.COPY, out(to), in(from), to.size());
  }

  // ---- the forward pass

  @Override
  public synchronized void embed(DeviceArray out, Weight table, int[] ids) {
    engine.makeRoom();
    Shapes.requireEmbed(out, table, ids);
    TornadoWeight weight = (TornadoWeight) table;
    int from = engine.start(weight);
    engine.record(
        engine.isWide(weight.type()) ? Kernel.EMBED_32 : Kernel.EMBED_16,
        out(out),
        from,
        ids.length,
        out.width(),
        engine.table(ids),
        Memory.powers(weight.type()));
  }

  @Override
  public synchronized void gather(DeviceArray out, DeviceArray x, int[] rows) {
    engine.makeRoom();
    Shapes.require(out.rows() == rows.length && out.width() == x.width(), "gather");
    for (int row : rows) {
      Shapes.requireRows(x, row, 1);
    }
    int from = in(x);
    engine.record(Kernel.GATHER, out(out), from, rows.length, x.width(), engine.table(rows));
  }

  @Override
  public synchronized void rmsNorm(DeviceArray out, DeviceArray x, Weight gain, float epsilon) {
    Shapes.requireRmsNorm(out, x, gain);
    int from = in(x);
    int gains = vector(gain);
    int epsilonAt = engine.constant(epsilon);
    engine.record(Kernel.RMS_NORM, out(out), from, gains, x.rows(), x.width(), epsilonAt);
  }

  @Override
  public synchronized void linear(DeviceArray out, DeviceArray x, Weight weight, Weight bias) {
    Shapes.requireLinear(out, x, weight, bias);
    TornadoWeight w = (TornadoWeight) weight;
    int from = in(x);
    int start = engine.start(w);
    engine.record(
        engine.hasVectors(x.width()) ? Kernel.LINEAR_WIDE : Kernel.LINEAR,
        from,
        x.rows(),
        x.width(),
        0,
        0,
        engine.isWide(w.type()) ? -1 : Memory.powers(w.type()),
        0,
        0,
        out(out),
        out.width(),
        start,
        bias == null ? -1 : vector(bias));
  }

  @Override
  public synchronized void rotations(DeviceArray out, int[] positions, float[] inverseFrequencies) {
    int half = inverseFrequencies.length;
    Shapes.require(out.rows() == positions.length && out.width() == 2 * half, "rotations");
    float[] all = new float[positions.length * 2 * half];
    for (int i = 0; i < positions.length; i++) {
      for (int f = 0; f < half; f++) {
        // On the host: the device's sine of a large angle is not exact enough.
        float angle = positions[i] * inverseFrequencies[f];
        all[i * 2 * half + f] = (float) Math.cos(angle);
        all[i * 2 * half + half + f] = (float) Math.sin(angle);
      }
    }
    write(out, 0, out.rows(), all, 0);
  }

  @Override
  public synchronized void rope(DeviceArray x, DeviceArray rotations, int headDim) {
    Shapes.requireRope(x, rotations, headDim);
    engine.record(Kernel.ROPE, inOut(x), in(rotations), x.rows(), x.width(), headDim);
  }

  @Override
  public synchronized void store(DeviceArray k, DeviceArray v, int layer, RowLayout layout) {
    engine.makeRoom();
    Shapes.requireStore(k, v, layer, layout);
    CacheTables tables = CacheTables.of(layout, engine);
    engine.record(
        Kernel.STORE,
        in(k),
        in(v),
        k.rows(),
        k.width(),
        tables.cache().layerOffset(layer),
        tables.slots());
  }

  @Override
  public synchronized void attention(
      DeviceArray out, DeviceArray q, int layer, RowLayout layout, float scale) {
    engine.makeRoom();
    Shapes.requireAttention(out, q, layer, layout, scale);
    // Before the tables: it may run what is recorded, and them with it.
    int scaleAt = engine.constant(scale);
    CacheTables tables = CacheTables.of(layout, engine);
    TornadoKvCache cache = tables.cache();
    int heads = q.width() / cache.headDim();
    long scoresOfRow = (long) heads * tables.mostVisible();
    int atATime = Math.clamp(MOST_SCORES / scoresOfRow, 1, q.rows());
    int from = in(q);
    int to = out(out);
    try (TornadoArray scores = allocate(atATime, Math.toIntExact(scoresOfRow))) {
      for (int row = 0; row < q.rows(); row += atATime) {
        engine.record(
            engine.hasVectors(cache.headDim()) ? Kernel.ATTENTION_WIDE : Kernel.ATTENTION,
            to + row * q.width(),
            from + row * q.width(),
            Math.min(atATime, q.rows() - row),
            heads,
            cache.headDim(),
            heads / cache.kvHeads(),
            cache.width(),
            cache.layerOffset(layer),
            scaleAt,
            scores.start(),
            tables.mostVisible(),
            tables.visible() + row,
            tables.pages() + row);
      }
    }
  }

  @Override
  public synchronized void swiglu(DeviceArray out, DeviceArray gate, DeviceArray up) {
    Shapes.requireSame(out, gate, "swiglu");
    Shapes.requireSame(out, up, "swiglu");
    int g = in(gate);
    int u = in(up);
    engine.record(Kernel.SWIGLU, out(out), g, u, out.rows() * out.width());
  }

  @Override
  public synchronized void add(DeviceArray x, DeviceArray y) {
    engine.makeRoom();
    Shapes.requireSame(x, y, "add");
    int from = in(y);
    engine.record(Kernel.ADD, inOut(x), from, x.rows() * x.width());
  }

  // ---- reading and writing from hooks

  @Override
  public synchronized void addScaled(DeviceArray x, DeviceArray vector, float[] scales) {
    engine.makeRoom();
    Shapes.requireVector(x, vector, "addScaled");
    Shapes.require(scales.length == x.rows(), "addScaled: scales");
    int from = in(vector);
    int staged = engine.stage(scales);
    engine.record(Kernel.ADD_SCALED, inOut(x), from, x.rows(), x.width(), staged);
  }

  @Override
  public synchronized void scaleRows(DeviceArray x, float[] scales) {
    Shapes.require(scales.length == x.rows(), "scaleRows: scales");
    int staged = engine.stage(scales);
    engine.record(Kernel.SCALE, inOut(x), x.rows(), x.width(), staged);
  }

  @Override
  public synchronized float[] dot(DeviceArray x, DeviceArray vector) {
    Shapes.requireVector(x, vector, "dot");
    int rows = x.rows();
    float[] both = new float[2 * rows];
    try (TornadoArray out = allocate(2, rows)) {
      engine.record(Kernel.DOT, out(out), in(x), in(vector), 0, rows, x.width());
      // Who projects onto a vector asks for the norms next: they come with the same read.
      engine.record(Kernel.DOT, out.start() + rows, in(x), in(x), x.width(), rows, x.width());
      engine.read(out.start(), both, 0, both.length);
    }
    measured = new Measured(x, engine.changes(), Arrays.copyOfRange(both, rows, both.length));
    return Arrays.copyOf(both, rows);
  }

  @Override
  public synchronized float[] norms(DeviceArray x) {
    if (measured == null || !measured.array().equals(x) || measured.changes() != engine.changes()) {
      float[] squares = new float[x.rows()];
      try (TornadoArray out = allocate(1, x.rows())) {
        engine.record(Kernel.DOT, out(out), in(x), in(x), x.width(), x.rows(), x.width());
        engine.read(out.start(), squares, 0, squares.length);
      }
      measured = new Measured(x, engine.changes(), squares);
    }
    float[] norms = new float[x.rows()];
    for (int r = 0; r < norms.length; r++) {
      norms[r] = (float) Math.sqrt(measured.squares()[r]);
    }
    return norms;
  }

  @Override
  public synchronized void means(DeviceArray out, DeviceArray x, int[] bounds) {
    engine.makeRoom();
    Shapes.requireMeans(out, x, bounds);
    int from = in(x);
    engine.record(Kernel.MEAN, out(out), from, out.rows(), out.width(), engine.table(bounds));
  }

  /** In F32, the sums of the blocks in double precision. */
  @Override
  public synchronized double[] scatterTimes(DeviceArray x, double[] v) {
    Shapes.requireScatter(x, v);
    int width = x.width();
    float[] vector = new float[width];
    for (int i = 0; i < width; i++) {
      vector[i] = (float) v[i];
    }
    int blocks = Math.ceilDiv(x.rows(), ROWS_OF_SUM);
    float[] sums = new float[blocks * width];
    try (TornadoArray along = allocate(1, x.rows());
        TornadoArray out = allocate(blocks, width)) {
      int from = in(x);
      int staged = engine.stage(vector);
      engine.record(Kernel.DOT, out(along), from, staged, 0, x.rows(), width);
      engine.record(
          Kernel.WEIGHTED_SUM, out(out), from, x.rows(), width, along.start(), ROWS_OF_SUM);
      engine.read(out.start(), sums, 0, sums.length);
    }
    double[] result = new double[width];
    for (int i = 0; i < sums.length; i++) {
      result[i % width] += sums[i];
    }
    return result;
  }

  @Override
  public synchronized int[] argmax(DeviceArray x) {
    float[] columns = new float[x.rows()];
    try (TornadoArray out = allocate(1, x.rows())) {
      int from = in(x);
      int least = engine.constant(Float.NEGATIVE_INFINITY);
      engine.record(Kernel.ARGMAX, out(out), from, x.rows(), x.width(), least);
      engine.read(out.start(), columns, 0, columns.length);
    }
    int[] result = new int[columns.length];
    for (int r = 0; r < result.length; r++) {
      result[r] = (int) columns[r];
    }
    return result;
  }

  @Override
  public synchronized void close() {
    engine.close();
  }

  // ---- where things are

  /** Where an array that is read begins. */
  private int in(DeviceArray x) {
    TornadoArray array = (TornadoArray) x;
    if (array.isFresh()) {
      engine.record(Kernel.CLEAR, array.start(), array.size());
      array.setWritten();
    }
    return array.start();
  }

  /** Where an array that is overwritten begins. */
  private static int out(DeviceArray x) {
    TornadoArray array = (TornadoArray) x;
    array.setWritten();
    return array.start();
  }

  /** Where an array that is changed begins. */
  private int inOut(DeviceArray x) {
    return in(x);
  }

  /** Where a gain or bias is among the floats. */
  private int vector(Weight weight) {
    TornadoWeight w = (TornadoWeight) weight;
    if (w.vector() == null) {
      float[] values = w.decode();
      TornadoArray array = allocate(1, values.length);
      write(array, 0, 1, values, 0);
      w.setVector(array);
    }
    return w.vector().start();
  }
}
