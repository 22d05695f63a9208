package drover.kernels;

import java.util.ArrayList;
import java.util.List;

/** The Vector API on all cores. Needs the module {@code jdk.incubator.vector}. */
final class VectorDevice extends HostDevice {
  /** Elements below which an elementwise operation is not worth waking a thread. */
  private static final int ELEMENTS_PER_ITEM = 8_192;

  /** Rows of keys and values that a thread copies at a time, at least. */
  private static final int ROWS_TO_STORE = 8;

  /** Elements of the arrays whose memory is kept for arrays of about their size to come. */
  private static final long SMALLEST_KEPT = 1 << 16;

  private static final long LARGEST_KEPT = 8 << 20;

  private static final long MOST_BYTES_KEPT = 64L << 20;

  /** The memory of these arrays is larger than they are by less than this part of them. */
  private static final int SLACK = 8;

  private final Workers workers;
  private final ColdStart start;
  private final VectorLinear linear;
  private final VectorAttention attention;
  private final VectorScatter scatter;
  private final ArrayPool arrays = ArrayPool.onHeap(MOST_BYTES_KEPT);

  /** With {@code threads} threads in all. */
  VectorDevice(int threads) {
    this(threads, ColdStart.ofDevice());
  }

  VectorDevice(int threads, ColdStart start) {
    this.start = start;
    this.workers = new Workers(threads);
    this.linear = new VectorLinear(workers, start);
    this.attention = new VectorAttention(workers, start);
    this.scatter = new VectorScatter(workers);
  }

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public String description() {
    return "vector: Java Vector API, %d-bit vectors, %d thread%s"
        .formatted(Lanes.F.vectorBitSize(), workers.count(), workers.count() == 1 ? "" : "s");
  }

  @Override
  public DeviceArray allocate(int rows, int width) {
    long elements = HostArray.elements(rows, width);
    if (elements < SMALLEST_KEPT || elements > LARGEST_KEPT) {
      return super.allocate(rows, width);
    }
    long step = Long.highestOneBit(elements) / SLACK;
    long room = Math.ceilDiv(elements, step) * step;
    return arrays.keeps(room)
        ? HostArray.of(rows, width, arrays, room)
        : super.allocate(rows, width);
  }

  @Override
  public void linear(DeviceArray out, DeviceArray x, Weight weight, Weight bias) {
    linears(x, List.of(new Product(out, weight, bias)));
  }

  @Override
  public void linears(DeviceArray x, List<Product> products) {
    List<VectorLinear.Target> targets = new ArrayList<>();
    products.forEach(product -> targets.add(target(x, product)));
    linear.multiply(targets, data(x), x.rows());
  }

  @Override
  public void mlp(DeviceArray x, Product gate, Product up, Product down) {
    Shapes.requireSame(gate.out(), up.out(), "mlp");
    VectorLinear.Target g = target(x, gate);
    VectorLinear.Target u = target(x, up);
    VectorLinear.Target d = target(gate.out(), down);
    if (linear.takesMlp(g, u, x.rows())) {
      linear.mlp(data(x), x.rows(), g.weight(), u.weight(), d);
    } else {
      super.mlp(x, gate, up, down);
    }
  }

  private static VectorLinear.Target target(DeviceArray x, Product product) {
    Shapes.requireLinear(product.out(), x, product.weight(), product.bias());
    HostWeight bias = (HostWeight) product.bias();
    return new VectorLinear.Target(
        data(product.out()), (HostWeight) product.weight(), bias == null ? null : bias.vector());
  }

  @Override
  public void attention(DeviceArray out, DeviceArray q, int layer, RowLayout layout, float scale) {
    Shapes.requireAttention(out, q, layer, layout, scale);
    attention.attend(
        data(out), data(q), q.width(), (HostKvCache) Shapes.cache(layout), layer, layout, scale);
  }

  @Override
  public void store(DeviceArray k, DeviceArray v, int layer, RowLayout layout) {
    Shapes.requireStore(k, v, layer, layout);
    reserve(layer, layout);
    int rows = Math.max(ROWS_TO_STORE, Math.ceilDiv(layout.rows(), 4 * workers.count()));
    workers.forEach(
        Math.ceilDiv(layout.rows(), rows),
        i -> {
          int last = Math.min((i + 1) * rows, layout.rows());
          storeRows(k, v, layer, layout, i * rows, last);
        });
  }

  @Override
  public void rmsNorm(DeviceArray out, DeviceArray x, Weight gain, float epsilon) {
    Shapes.requireRmsNorm(out, x, gain);
    float[] o = data(out);
    float[] v = data(x);
    float[] g = ((HostWeight) gain).vector();
    if (start.isCold()) {
      eachRow(x, r -> PlainKernels.rmsNorm(o, v, r * x.width(), g, epsilon));
    } else {
      eachRow(x, r -> RowKernels.rmsNorm(o, v, r * x.width(), g, epsilon));
    }
  }

  @Override
  public void rope(DeviceArray x, DeviceArray rotations, int headDim) {
    Shapes.requireRope(x, rotations, headDim);
    float[] v = data(x);
    float[] t = data(rotations);
    boolean cold = start.isCold();
    eachRow(
        x,
        r -> {
          for (int head = r * x.width(); head < (r + 1) * x.width(); head += headDim) {
            if (cold) {
              PlainKernels.rotate(v, head, t, r * headDim, headDim / 2);
            } else {
              RowKernels.rotate(v, head, t, r * headDim, headDim / 2);
            }
          }
        });
  }

  @Override
  public void swiglu(DeviceArray out, DeviceArray gate, DeviceArray up) {
    Shapes.requireSame(out, gate, "swiglu");
    Shapes.requireSame(out, up, "swiglu");
    float[] o = data(out);
    float[] g = data(gate);
    float[] u = data(up);
    if (start.isCold()) {
      eachRow(out, r -> PlainKernels.swiglu(o, g, u, r * out.width(), out.width()));
    } else {
      eachRow(out, r -> RowKernels.swiglu(o, g, u, r * out.width(), out.width()));
    }
  }

  @Override
  public void add(DeviceArray x, DeviceArray y) {
    Shapes.requireSame(x, y, "add");
    float[] v = data(x);
    float[] w = data(y);
    if (start.isCold()) {
      eachRow(x, r -> PlainKernels.addScaled(v, r * x.width(), w, r * x.width(), 1, x.width()));
    } else {
      eachRow(x, r -> RowKernels.addScaled(v, r * x.width(), w, r * x.width(), 1, x.width()));
    }
  }

  @Override
  public void addScaled(DeviceArray x, DeviceArray vector, float[] scales) {
    Shapes.requireVector(x, vector, "addScaled");
    Shapes.require(scales.length == x.rows(), "addScaled: scales");
    float[] v = data(x);
    float[] d = data(vector);
    eachRow(
        x,
        r -> {
          if (scales[r] != 0) {
            RowKernels.addScaled(v, r * x.width(), d, 0, scales[r], x.width());
          }
        });
  }

  @Override
  public float[] dot(DeviceArray x, DeviceArray vector) {
    Shapes.requireVector(x, vector, "dot");
    float[] v = data(x);
    float[] d = data(vector);
    float[] result = new float[x.rows()];
    eachRow(x, r -> result[r] = RowKernels.dot(v, r * x.width(), d, 0, x.width()));
    return result;
  }

  @Override
  public float[] norms(DeviceArray x) {
    float[] v = data(x);
    float[] result = new float[x.rows()];
    eachRow(
        x,
        r -> {
          int at = r * x.width();
          result[r] = (float) Math.sqrt(RowKernels.dot(v, at, v, at, x.width()));
        });
    return result;
  }

  @Override
  public void means(DeviceArray out, DeviceArray x, int[] bounds) {
    Shapes.requireMeans(out, x, bounds);
    float[] o = data(out);
    float[] v = data(x);
    int width = x.width();
    workers.forEach(
        out.rows(),
        g -> {
          int at = g * width;
          System.arraycopy(v, bounds[g] * width, o, at, width);
          for (int r = bounds[g] + 1; r < bounds[g + 1]; r++) {
            RowKernels.addScaled(o, at, v, r * width, 1, width);
          }
          RowKernels.divide(o, at, bounds[g + 1] - bounds[g], width);
        });
  }

  @Override
  public double[] scatterTimes(DeviceArray x, double[] v) {
    Shapes.requireScatter(x, v);
    return scatter.times(data(x), x.rows(), v);
  }

  @Override
  public int[] argmax(DeviceArray x) {
    int[] best = new int[x.rows()];
    boolean cold = start.isCold();
    eachRow(
        x,
        r -> {
          int at = r * x.width();
          best[r] =
              cold ? argmax(data(x), at, x.width()) : RowKernels.argmax(data(x), at, x.width());
        });
    return best;
  }

  /** Runs a body for each row, several rows to an item of work. */
  private void eachRow(DeviceArray x, Workers.Body body) {
    int rowsPerItem = Math.max(1, ELEMENTS_PER_ITEM / x.width());
    int items = (x.rows() + rowsPerItem - 1) / rowsPerItem;
    workers.forEach(
        items,
        item -> {
          int last = Math.min((item + 1) * rowsPerItem, x.rows());
          for (int r = item * rowsPerItem; r < last; r++) {
            body.run(r);
          }
        });
  }

  @Override
  public void close() {
    workers.close();
    arrays.close();
  }
}
