package drover.kernels.tornado;

import static drover.kernels.tornado.Kernels.BF16_MANTISSA;
import static drover.kernels.tornado.Kernels.F16_MANTISSA;
import static drover.kernels.tornado.Kernels.MOST_LOCAL;
import static drover.kernels.tornado.Kernels.POWERS;
import static drover.kernels.tornado.Kernels.SIGN;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;

/**
 * Products with up to three matrices of the same input at once. A sum runs over the inputs of a
 * block one after the other, and over the blocks one after the other, so that it is the same for
 * few rows and for many:
 *
 * <ul>
 *   <li>of few rows, each lane sums a block of one output;
 *   <li>of many, a group copies a block of {@link #ROWS} rows and {@link #OUTPUTS} outputs to local
 *       memory, where each lane sums four rows by four outputs.
 * </ul>
 *
 * <p>Parameters: 0 x, 1 rows, 2 inputs, 3 the mode, 4 what outputs are added to, 5 the powers of
 * the weights' type, or -1 if they are F32; from 8, 12 and 16 on, for each matrix: out, outputs (0
 * where there is none), weight, bias or -1.
 *
 * <p>There is no way to make a float of the bits of a BF16 or F16: such a number is its fraction
 * with the leading one, as an integer, times a power of two.
 *
 * <p>What all kernels see stands in {@link Kernels}.
 */
final class LinearKernels {
  /** The outputs of the one matrix are also added to the residual stream. */
  static final int ADDED = 1;

  /** The two matrices are gate and up: the first output is {@code silu(gate) * up}. */
  static final int GATED = 2;

  /** Inputs that are summed before the sum is added to that of the blocks before. */
  private static final int BLOCK = 32;

  /** Rows of a group's tile, and outputs. */
  private static final int ROWS = 64;

  private static final int OUTPUTS = 32;

  /** So many rows are few, which have no tiles. */
  private static final int FEW = 4;

  /** Outputs of an item of few rows. */
  private static final int FEW_OUTPUTS = 4;

  /** Blocks whose sums are kept for few rows. */
  private static final int WINDOW = 512;

  /** Floats from one input of a tile to the next: one more than there are, for the banks' sake. */
  private static final int X_STEP = ROWS + 1;

  private static final int W_STEP = OUTPUTS + 1;

  private static final int W_START = BLOCK * X_STEP;

  private static final int LOCAL = W_START + BLOCK * W_STEP;

  private LinearKernels() {}

  static void linear(
      KernelContext c,
      IntArray cursor,
      IntArray ints,
      FloatArray floats,
      ShortArray narrow,
      FloatArray powers,
      FloatArray wide) {
    float[] local = c.allocateFloatLocalArray(LOCAL);
    float[] power = c.allocateFloatLocalArray(POWERS);
    int p = Kernels.parameters(c, cursor);
    int x = ints.get(p);
    int rows = ints.get(p + 1);
    int inputs = ints.get(p + 2);
    int mode = ints.get(p + 3);
    int residual = ints.get(p + 4);
    int type = ints.get(p + 5);
    int size = c.localGroupSizeX;
    int lane = c.localIdx;
    int shift = type == 0 ? BF16_MANTISSA : F16_MANTISSA;
    int one = 1 << shift;
    int fraction = one - 1;
    int exponent = SIGN - one;
    if (type >= 0) {
      for (int i = lane; i < POWERS; i += size) {
        power[i] = powers.get(type + i);
      }
    }
    c.localBarrier();
    boolean few = rows <= FEW || size < MOST_LOCAL;
    int height = few ? 1 : ROWS;
    int across = few ? FEW_OUTPUTS : OUTPUTS;
    // Where gate and up go together, half of a tile is of each.
    int half = across / 2;
    int firstEnd = (ints.get(p + 9) + across - 1) / across;
    int secondEnd = firstEnd + (ints.get(p + 13) + across - 1) / across;
    int tiles = secondEnd + (ints.get(p + 17) + across - 1) / across;
    if (mode == GATED) {
      tiles = (ints.get(p + 9) + half - 1) / half;
    }
    int rowTiles = (rows + height - 1) / height;
    int items = tiles * rowTiles;
    int blocks = (inputs + BLOCK - 1) / BLOCK;
    int groups = c.globalGroupSizeX / size;
    for (int t = c.groupIdx; t < items; t += groups) {
      int tile = t / rowTiles;
      int row = height * (t - tile * rowTiles);
      int matrix = p + 8;
      int n = across * tile;
      if (mode == GATED) {
        n = half * tile;
      } else {
        if (tile >= secondEnd) {
          matrix = p + 16;
          n = across * (tile - secondEnd);
        } else {
          if (tile >= firstEnd) {
            matrix = p + 12;
            n = across * (tile - firstEnd);
          }
        }
      }
      int outputs = ints.get(matrix + 1);
      int weight = ints.get(matrix + 2);
      // Columns from here on are of the other matrix.
      int other = mode == GATED ? half : across;
      int otherWeight = mode == GATED ? ints.get(p + 14) : weight;
      if (few) {
        for (int k = lane; k < FEW_OUTPUTS; k += size) {
          local[k] = 0f;
        }
        for (int first = 0; first < blocks; first += WINDOW) {
          int some = TornadoMath.min(WINDOW, blocks - first);
          for (int e = lane; e < FEW_OUTPUTS * some; e += size) {
            int k = e % FEW_OUTPUTS;
            int from = (first + e / FEW_OUTPUTS) * BLOCK;
            int end = TornadoMath.min(from + BLOCK, inputs);
            int w = weight + TornadoMath.min(n + k, outputs - 1) * inputs;
            if (k >= other) {
              w = otherWeight + TornadoMath.min(n + k - other, outputs - 1) * inputs;
            }
            int a = x + row * inputs;
            float sum = 0f;
            // One loop for both types: of two, TornadoVM loses the sum of the first.
            for (int i = from; i < end; i++) {
              float v = 0f;
              if (type < 0) {
                v = wide.get(w + i);
              } else {
                int bits = narrow.get(w + i) & 0xffff;
                int m = (bits & fraction) + ((bits & exponent) != 0 ? one : 0);
                v = m * power[bits >> shift];
              }
              sum += v * floats.get(a + i);
            }
            local[FEW_OUTPUTS + e] = sum;
          }
          c.localBarrier();
          for (int k = lane; k < FEW_OUTPUTS; k += size) {
            float total = local[k];
            for (int b = 0; b < some; b++) {
              total += local[FEW_OUTPUTS + b * FEW_OUTPUTS + k];
            }
            local[k] = total;
          }
          c.localBarrier();
        }
      } else {
        int r = lane % 16;
        int o = lane / 16;
        float t00 = 0f;
        float t01 = 0f;
        float t02 = 0f;
        float t03 = 0f;
        float t10 = 0f;
        float t11 = 0f;
        float t12 = 0f;
        float t13 = 0f;
        float t20 = 0f;
        float t21 = 0f;
        float t22 = 0f;
        float t23 = 0f;
        float t30 = 0f;
        float t31 = 0f;
        float t32 = 0f;
        float t33 = 0f;
        for (int b = 0; b < blocks; b++) {
          for (int e = lane; e < ROWS * BLOCK; e += size) {
            int i = e % BLOCK;
            int at = b * BLOCK + i;
            float v = 0f;
            if (at < inputs) {
              v = floats.get(x + TornadoMath.min(row + e / BLOCK, rows - 1) * inputs + at);
            }
            local[i * X_STEP + e / BLOCK] = v;
          }
          for (int e = lane; e < OUTPUTS * BLOCK; e += size) {
            int i = e % BLOCK;
            int k = e / BLOCK;
            int at = b * BLOCK + i;
            int w = weight + TornadoMath.min(n + k, outputs - 1) * inputs + at;
            if (k >= other) {
              w = otherWeight + TornadoMath.min(n + k - other, outputs - 1) * inputs + at;
            }
            float v = 0f;
            if (at < inputs) {
              if (type < 0) {
                v = wide.get(w);
              } else {
                int bits = narrow.get(w) & 0xffff;
                int m = (bits & fraction) + ((bits & exponent) != 0 ? one : 0);
                v = m * power[bits >> shift];
              }
            }
            local[W_START + i * W_STEP + k] = v;
          }
          c.localBarrier();
          float s00 = 0f;
          float s01 = 0f;
          float s02 = 0f;
          float s03 = 0f;
          float s10 = 0f;
          float s11 = 0f;
          float s12 = 0f;
          float s13 = 0f;
          float s20 = 0f;
          float s21 = 0f;
          float s22 = 0f;
          float s23 = 0f;
          float s30 = 0f;
          float s31 = 0f;
          float s32 = 0f;
          float s33 = 0f;
          for (int i = 0; i < BLOCK; i++) {
            int xAt = i * X_STEP + r;
            int wAt = W_START + i * W_STEP + o;
            float v0 = local[wAt];
            float v1 = local[wAt + 8];
            float v2 = local[wAt + 16];
            float v3 = local[wAt + 24];
            float a0 = local[xAt];
            s00 += v0 * a0;
            s01 += v1 * a0;
            s02 += v2 * a0;
            s03 += v3 * a0;
            float a1 = local[xAt + 16];
            s10 += v0 * a1;
            s11 += v1 * a1;
            s12 += v2 * a1;
            s13 += v3 * a1;
            float a2 = local[xAt + 32];
            s20 += v0 * a2;
            s21 += v1 * a2;
            s22 += v2 * a2;
            s23 += v3 * a2;
            float a3 = local[xAt + 48];
            s30 += v0 * a3;
            s31 += v1 * a3;
            s32 += v2 * a3;
            s33 += v3 * a3;
          }
          t00 += s00;
          t01 += s01;
          t02 += s02;
          t03 += s03;
          t10 += s10;
          t11 += s11;
          t12 += s12;
          t13 += s13;
          t20 += s20;
          t21 += s21;
          t22 += s22;
          t23 += s23;
          t30 += s30;
          t31 += s31;
          t32 += s32;
          t33 += s33;
          c.localBarrier();
        }
        int at = r * OUTPUTS + o;
        local[at] = t00;
        local[at + 8] = t01;
        local[at + 16] = t02;
        local[at + 24] = t03;
        local[at + 16 * OUTPUTS] = t10;
        local[at + 16 * OUTPUTS + 8] = t11;
        local[at + 16 * OUTPUTS + 16] = t12;
        local[at + 16 * OUTPUTS + 24] = t13;
        local[at + 32 * OUTPUTS] = t20;
        local[at + 32 * OUTPUTS + 8] = t21;
        local[at + 32 * OUTPUTS + 16] = t22;
        local[at + 32 * OUTPUTS + 24] = t23;
        local[at + 48 * OUTPUTS] = t30;
        local[at + 48 * OUTPUTS + 8] = t31;
        local[at + 48 * OUTPUTS + 16] = t32;
        local[at + 48 * OUTPUTS + 24] = t33;
        c.localBarrier();
      }
      int out = ints.get(matrix);
      int bias = ints.get(matrix + 3);
      for (int e = lane; e < height * other; e += size) {
        int r = row + e / other;
        int k = e % other;
        int column = n + k;
        if (r < rows && column < outputs) {
          int in = e / other * across + k;
          float value = local[in];
          if (bias >= 0) {
            value += floats.get(bias + column);
          }
          int at = r * outputs + column;
          if (mode == GATED) {
            float up = local[in + half];
            if (ints.get(p + 15) >= 0) {
              up += floats.get(ints.get(p + 15) + column);
            }
            floats.set(ints.get(p + 12) + at, up);
            floats.set(out + at, value / (1f + TornadoMath.exp(-value)) * up);
          } else {
            floats.set(out + at, value);
            if (mode == ADDED) {
              floats.set(residual + at, floats.get(residual + at) + value);
            }
          }
        }
      }
      c.localBarrier();
    }
    Kernels.done(c, cursor);
  }
}
