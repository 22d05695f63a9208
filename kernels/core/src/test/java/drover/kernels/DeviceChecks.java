package drover.kernels;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Runs every operation of a device on random inputs of many sizes and compares with a reference.
 * Each check returns a line with the largest error that it saw, and throws an {@link
 * AssertionError} where one is larger than F32 arithmetic accounts for.
 *
 * <p>A sum of n rounded terms, in whatever order, strays from the exact one by about {@code
 * sqrt(n)} units of the terms' magnitudes; {@link #sumOf} allows three times that.
 */
final class DeviceChecks {
  /** Widths that are a multiple of nothing, of every vector, and those of real models. */
  private static final int[] WIDTHS = {
    1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 48, 63, 64, 65, 96, 100, 127, 128, 129, 576,
    1000, 1536, 2047, 2048, 4096
  };

  private static final int[] ROWS = {1, 2, 3, 5, 6, 7, 13, 24, 31, 40, 260};

  private final Device device;
  private final Device reference;

  DeviceChecks(Device device, Device reference) {
    this.device = device;
    this.reference = reference;
  }

  /** One operation with inputs of its own. */
  @FunctionalInterface
  private interface Operation {
    float[] on(Device device);
  }

  /** Every check; the lines that they returned. */
  List<String> all() {
    return List.of(
        readAndWrite(),
        embed(),
        rmsNorm(),
        linear(),
        rotations(),
        rope(),
        attention(),
        swiglu(),
        add(),
        gather(),
        addScaled(),
        scaleRows(),
        dot(),
        norms(),
        means(),
        scatterTimes(),
        argmax());
  }

  String readAndWrite() {
    ErrorMeter meter = new ErrorMeter("read, write");
    Inputs in = new Inputs(1);
    for (int width : WIDTHS) {
      int rows = in.between(1, 9);
      int first = in.between(0, rows - 1);
      int count = in.between(0, rows - first);
      float[] all = in.normal(rows * width);
      float[] some = in.normal(count * width + 5);
      both(
          meter,
          rows + " x " + width,
          d -> {
            try (DeviceArray x = d.allocate(rows, width)) {
              float[] zeros = Inputs.contents(d, x);
              d.write(x, 0, rows, all, 0);
              d.write(x, first, count, some, 5);
              float[] part = new float[count * width + 3];
              d.read(x, first, count, part, 3);
              return concat(zeros, Inputs.contents(d, x), part);
            }
          });
    }
    return meter.summary();
  }

  String embed() {
    ErrorMeter meter = new ErrorMeter("embed");
    Inputs in = new Inputs(2);
    for (DType type : DType.values()) {
      for (int width : WIDTHS) {
        int vocabulary = in.between(1, 30);
        int[] ids = in.indices(in.between(1, 40), vocabulary);
        MemorySegment table = in.encode(type, width, in.normal(vocabulary * width));
        both(
            meter,
            "%s of %d x %d".formatted(type, vocabulary, width),
            d -> {
              DeviceArray out = d.allocate(ids.length, width);
              d.embed(out, d.weight(type, table, vocabulary, width), ids);
              return Inputs.contents(d, out);
            });
      }
    }
    return meter.summary();
  }

  String rmsNorm() {
    ErrorMeter meter = new ErrorMeter("rmsNorm");
    Inputs in = new Inputs(3);
    for (int width : WIDTHS) {
      for (int rows : new int[] {1, 7, 40}) {
        DType type = in.dtype();
        float[] x = in.normal(rows * width);
        x[in.between(0, x.length - 1)] = 24_900;
        float[] gains = in.normal(width);
        MemorySegment gain = in.encode(type, width, gains);
        float[] expected = rmsNorm(reference, rows, x, reference.weight(type, gain, 1, width));
        float[] actual = rmsNorm(device, rows, x, device.weight(type, gain, 1, width));
        meter.compare(
            rows + " x " + width, actual, expected, i -> Math.abs(expected[i]), sumOf(width));
      }
    }
    return meter.summary();
  }

  private static float[] rmsNorm(Device d, int rows, float[] values, Weight gain) {
    DeviceArray x = Inputs.array(d, rows, gain.columns(), values);
    DeviceArray out = d.allocate(rows, gain.columns());
    d.rmsNorm(out, x, gain, 1e-5f);
    return Inputs.contents(d, out);
  }

  String linear() {
    ErrorMeter meter = new ErrorMeter("linear");
    Inputs in = new Inputs(4);
    for (DType type : DType.values()) {
      for (int rows = 1; rows <= 40; rows++) {
        linear(meter, in, type, rows, in.between(1, 100), in.between(1, 100));
      }
      for (int inputs = 1; inputs <= 100; inputs++) {
        linear(meter, in, type, in.between(1, 50), inputs, in.between(1, 40));
      }
      for (int inputs : new int[] {576, 1536, 2048, 4096}) {
        linear(meter, in, type, 1, inputs, 131);
        linear(meter, in, type, 5, inputs, 32);
        linear(meter, in, type, 33, inputs, 37);
      }
      linear(meter, in, type, 7, 576, 576);
      linear(meter, in, type, 512, 192, 49);
      linear(meter, in, type, 301, 77, 1);
    }
    return meter.summary();
  }

  private void linear(ErrorMeter meter, Inputs in, DType type, int rows, int inputs, int outputs) {
    float[] x = in.normal(rows * inputs);
    float[] weights = in.normal(outputs * inputs);
    MemorySegment weight = in.encode(type, inputs, weights);
    DType biasType = in.dtype();
    float[] biases = in.normal(outputs);
    MemorySegment bias = in.between(0, 1) == 0 ? null : in.encode(biasType, outputs, biases);
    double[] xNorms = norms(x, inputs);
    double[] weightNorms = norms(weights, inputs);
    compare(
        meter,
        "%d x %d by %s of %d, %s bias"
            .formatted(rows, inputs, type, outputs, bias == null ? "no" : biasType),
        d -> {
          DeviceArray out = d.allocate(rows, outputs);
          d.linear(
              out,
              Inputs.array(d, rows, inputs, x),
              d.weight(type, weight, outputs, inputs),
              bias == null ? null : d.weight(biasType, bias, 1, outputs));
          return Inputs.contents(d, out);
        },
        i -> xNorms[i / outputs] * weightNorms[i % outputs] + Math.abs(biases[i % outputs]),
        sumOf(inputs));
  }

  String rotations() {
    ErrorMeter meter = new ErrorMeter("rotations");
    Inputs in = new Inputs(5);
    for (int half : new int[] {1, 2, 3, 8, 12, 32, 64, 100}) {
      float[] frequencies = new float[half];
      for (int f = 0; f < half; f++) {
        frequencies[f] = (float) Math.pow(10_000, -(double) f / half);
      }
      int[] positions = in.indices(in.between(1, 70), 131_072);
      positions[0] = 0;
      compare(
          meter,
          positions.length + " positions, " + half + " frequencies",
          d -> {
            DeviceArray out = d.allocate(positions.length, 2 * half);
            d.rotations(out, positions, frequencies);
            return Inputs.contents(d, out);
          },
          _ -> 1,
          4);
    }
    return meter.summary();
  }

  String rope() {
    ErrorMeter meter = new ErrorMeter("rope");
    Inputs in = new Inputs(6);
    for (int headDim : new int[] {2, 4, 6, 10, 16, 24, 34, 64, 100, 128}) {
      for (int heads : new int[] {1, 3, 9}) {
        int rows = in.between(1, 40);
        float[] x = in.uniform(rows * heads * headDim, -1, 1);
        float[] rotations = in.uniform(rows * headDim, -1, 1);
        compare(
            meter,
            "%d rows of %d heads of %d".formatted(rows, heads, headDim),
            d -> {
              DeviceArray array = Inputs.array(d, rows, heads * headDim, x);
              d.rope(array, Inputs.array(d, rows, headDim, rotations), headDim);
              return Inputs.contents(d, array);
            },
            _ -> 2,
            2);
      }
    }
    return meter.summary();
  }

  String attention() {
    ErrorMeter meter = new ErrorMeter("store, attention");
    int[][] shapes = {
      {1, 1, 1},
      {1, 1, 5},
      {2, 1, 16},
      {3, 1, 64},
      {4, 4, 24},
      {9, 3, 64},
      {8, 1, 16},
      {8, 2, 128},
      {6, 6, 7},
      {10, 2, 40},
      {7, 1, 33},
      {12, 2, 100}
    };
    int[][] lengths = {{1, 1}, {2, 9}, {15, 17}, {16, 1}, {63, 8}, {64, 5}, {70, 33}};
    long seed = 0;
    for (int[] shape : shapes) {
      for (int[] length : lengths) {
        attention(meter, seed++, shape[0], shape[1], shape[2], length[0], length[1]);
      }
    }
    attention(meter, seed, 3, 1, 64, 333, 130);
    attention(meter, seed, 2, 1, 16, 1_100, 3);
    return meter.summary();
  }

  private void attention(
      ErrorMeter meter, long seed, int heads, int kvHeads, int headDim, int first, int second) {
    compare(
        meter,
        "%d/%d heads of %d, %d + %d slots".formatted(heads, kvHeads, headDim, first, second),
        d -> AttentionScenario.run(d, seed, heads, kvHeads, headDim, first, second),
        _ -> AttentionScenario.LARGEST_VALUE,
        16 + AttentionScenario.LARGEST_QUERY * Math.sqrt(headDim) + sumOf(first + second));
  }

  String swiglu() {
    ErrorMeter meter = new ErrorMeter("swiglu");
    Inputs in = new Inputs(7);
    float[] largestGates = {0.1f, 1, 10, 80, 1000};
    for (int width : WIDTHS) {
      int rows = in.between(1, 9);
      float largest = largestGates[in.between(0, largestGates.length - 1)];
      float[] gate = in.uniform(rows * width, -largest, largest);
      float[] up = in.normal(rows * width);
      // The exponential's relative error grows with its argument; below e^-87 it may be zero.
      compare(
          meter,
          "%d x %d, gates to %.1f".formatted(rows, width, largest),
          d -> {
            DeviceArray out = d.allocate(rows, width);
            DeviceArray g = Inputs.array(d, rows, width, gate);
            d.swiglu(out, g, Inputs.array(d, rows, width, up));
            return Inputs.contents(d, out);
          },
          i -> Math.abs(gate[i] * up[i]) * (sigmoid(gate[i]) * (1 + Math.abs(gate[i]) / 8) + 1e-30),
          16);
    }
    inPlace(meter, in);
    return meter.summary();
  }

  private void inPlace(ErrorMeter meter, Inputs in) {
    float[] gate = in.normal(5 * 33);
    float[] up = in.normal(5 * 33);
    for (boolean intoGate : new boolean[] {true, false}) {
      compare(
          meter,
          "in place",
          d -> {
            DeviceArray g = Inputs.array(d, 5, 33, gate);
            DeviceArray u = Inputs.array(d, 5, 33, up);
            d.swiglu(intoGate ? g : u, g, u);
            return Inputs.contents(d, intoGate ? g : u);
          },
          i -> Math.abs(gate[i] * up[i]),
          16);
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  String add() {
    ErrorMeter meter = new ErrorMeter("add");
    Inputs in = new Inputs(8);
    for (int width : WIDTHS) {
      int rows = ROWS[in.between(0, ROWS.length - 1)];
      float[] x = in.normal(rows * width);
      float[] y = in.normal(rows * width);
      both(
          meter,
          rows + " x " + width,
          d -> {
            DeviceArray array = Inputs.array(d, rows, width, x);
            d.add(array, Inputs.array(d, rows, width, y));
            return Inputs.contents(d, array);
          });
    }
    return meter.summary();
  }

  String gather() {
    ErrorMeter meter = new ErrorMeter("gather");
    Inputs in = new Inputs(9);
    for (int width : WIDTHS) {
      int rows = in.between(1, 20);
      float[] x = in.normal(rows * width);
      int[] wanted = in.indices(in.between(1, 30), rows);
      both(
          meter,
          rows + " x " + width,
          d -> {
            DeviceArray out = d.allocate(wanted.length, width);
            d.gather(out, Inputs.array(d, rows, width, x), wanted);
            return Inputs.contents(d, out);
          });
    }
    return meter.summary();
  }

  String addScaled() {
    ErrorMeter meter = new ErrorMeter("addScaled");
    Inputs in = new Inputs(10);
    for (int width : WIDTHS) {
      int rows = ROWS[in.between(0, ROWS.length - 1)];
      float[] x = in.uniform(rows * width, -1, 1);
      float[] vector = in.uniform(width, -1, 1);
      float[] scales = in.uniform(rows, -4, 4);
      scales[in.between(0, rows - 1)] = 0;
      compare(
          meter,
          rows + " x " + width,
          d -> {
            DeviceArray array = Inputs.array(d, rows, width, x);
            d.addScaled(array, Inputs.array(d, 1, width, vector), scales);
            return Inputs.contents(d, array);
          },
          i -> Math.abs(x[i]) + Math.abs(scales[i / width] * vector[i % width]),
          3);
    }
    return meter.summary();
  }

  String scaleRows() {
    ErrorMeter meter = new ErrorMeter("scaleRows");
    Inputs in = new Inputs(18);
    for (int width : WIDTHS) {
      int rows = ROWS[in.between(0, ROWS.length - 1)];
      float[] x = in.uniform(rows * width, -1, 1);
      float[] scales = in.uniform(rows, -4, 4);
      scales[in.between(0, rows - 1)] = 1;
      compare(
          meter,
          rows + " x " + width,
          d -> {
            DeviceArray array = Inputs.array(d, rows, width, x);
            d.scaleRows(array, scales);
            return Inputs.contents(d, array);
          },
          i -> Math.abs(scales[i / width] * x[i]),
          1);
    }
    return meter.summary();
  }

  String dot() {
    ErrorMeter meter = new ErrorMeter("dot");
    Inputs in = new Inputs(11);
    for (int width : WIDTHS) {
      for (int rows : ROWS) {
        float[] x = in.normal(rows * width);
        float[] vector = in.normal(width);
        double[] xNorms = norms(x, width);
        double vectorNorm = norms(vector, width)[0];
        compare(
            meter,
            rows + " x " + width,
            d -> d.dot(Inputs.array(d, rows, width, x), Inputs.array(d, 1, width, vector)),
            r -> xNorms[r] * vectorNorm,
            sumOf(width));
      }
    }
    return meter.summary();
  }

  String norms() {
    ErrorMeter meter = new ErrorMeter("norms");
    Inputs in = new Inputs(12);
    for (int width : WIDTHS) {
      for (int rows : ROWS) {
        float[] x = in.normal(rows * width);
        double[] xNorms = norms(x, width);
        compare(
            meter,
            rows + " x " + width,
            d -> d.norms(Inputs.array(d, rows, width, x)),
            r -> xNorms[r],
            sumOf(width));
      }
    }
    return meter.summary();
  }

  String means() {
    ErrorMeter meter = new ErrorMeter("means");
    Inputs in = new Inputs(13);
    for (int width : WIDTHS) {
      for (int rows : ROWS) {
        float[] x = in.uniform(rows * width, -1, 1);
        int[] bounds = Arrays.stream(in.indices(5, rows + 1)).sorted().distinct().toArray();
        if (bounds.length > 1) {
          compare(
              meter,
              "%d x %d at %s".formatted(rows, width, Arrays.toString(bounds)),
              d -> {
                DeviceArray out = d.allocate(bounds.length - 1, width);
                d.means(out, Inputs.array(d, rows, width, x), bounds);
                return Inputs.contents(d, out);
              },
              _ -> 1,
              sumOf(rows));
        }
      }
    }
    return meter.summary();
  }

  String scatterTimes() {
    ErrorMeter meter = new ErrorMeter("scatterTimes");
    Inputs in = new Inputs(15);
    for (int width : WIDTHS) {
      for (int rows : new int[] {1, 3, 40, 256, 257, 700}) {
        float[] x = in.normal(rows * width);
        float[] vector = in.normal(width);
        double[] v = new double[width];
        Arrays.setAll(v, i -> vector[i]);
        double[] xNorms = norms(x, width);
        double vectorNorm = norms(vector, width)[0];
        double[] scales = new double[width];
        for (int i = 0; i < x.length; i++) {
          scales[i % width] += Math.abs(x[i]) * xNorms[i / width] * vectorNorm;
        }
        compare(
            meter,
            rows + " x " + width,
            d -> floats(d.scatterTimes(Inputs.array(d, rows, width, x), v)),
            i -> scales[i],
            sumOf(width) + sumOf(rows));
      }
    }
    return meter.summary();
  }

  /** Rounded. */
  static float[] floats(double[] x) {
    float[] floats = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      floats[i] = (float) x[i];
    }
    return floats;
  }

  String argmax() {
    ErrorMeter meter = new ErrorMeter("argmax");
    Inputs in = new Inputs(14);
    for (int width : WIDTHS) {
      for (int rows : ROWS) {
        float[] x = in.normal(rows * width);
        // Few different values, so that the largest comes up more than once.
        for (int i = 0; i < x.length; i++) {
          x[i] = Math.round(2 * x[i]);
        }
        both(
            meter,
            rows + " x " + width,
            d -> {
              int[] columns = d.argmax(Inputs.array(d, rows, width, x));
              float[] values = new float[rows];
              for (int r = 0; r < rows; r++) {
                values[r] = columns[r];
              }
              return values;
            });
      }
    }
    return meter.summary();
  }

  private void both(ErrorMeter meter, String where, Operation operation) {
    meter.compareExactly(where, operation.on(device), operation.on(reference));
  }

  private void compare(
      ErrorMeter meter,
      String where,
      Operation operation,
      IntToDoubleFunction scale,
      double allowed) {
    meter.compare(where, operation.on(device), operation.on(reference), scale, allowed);
  }

  /** Units allowed for two sums of n terms, each in an order of its own. */
  private static double sumOf(int n) {
    return 4 + 3 * Math.sqrt(n);
  }

  private static double[] norms(float[] x, int width) {
    double[] norms = new double[x.length / width];
    for (int i = 0; i < x.length; i++) {
      norms[i / width] += (double) x[i] * x[i];
    }
    Arrays.setAll(norms, r -> Math.sqrt(norms[r]));
    return norms;
  }

  static float[] concat(float[]... parts) {
    int length = 0;
    for (float[] part : parts) {
      length += part.length;
    }
    float[] joined = new float[length];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, joined, at, part.length);
      at += part.length;
    }
    return joined;
  }
}
