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
 * Products with up to three matrices of the same input at once, by tiles of four rows and four
 * outputs. A lane sums every so many inputs; the lanes are added as a tree in local memory. That
 * order is the same for one row and for many.
 *
 * <p>Parameters: 0 x, 1 rows, 2 inputs, 3 the mode, 4 what outputs are added to, 5 the powers of
 * the weights' type; from 8, 12 and 16 on, for each matrix: out, outputs (0 where there is none),
 * weight, bias or -1.
 *
 * <p>What all kernels see stands in {@link Kernels}.
 */
final class LinearKernels {
  /** The outputs of the one matrix are also added to the residual stream. */
  static final int ADDED = 1;

  /** The two matrices are gate and up: the first output is {@code silu(gate) * up}. */
  static final int GATED = 2;

  private LinearKernels() {}

  /**
   * Weights in BF16 or F16. There is no way to make a float of its bits, so that a number is its
   * fraction with the leading one, as an integer, times a power of two.
   */
  static void linear16(
      KernelContext c,
      IntArray cursor,
      IntArray ints,
      FloatArray floats,
      ShortArray weights,
      FloatArray powers) {
    float[] partial = c.allocateFloatLocalArray(16 * MOST_LOCAL);
    float[] power = c.allocateFloatLocalArray(POWERS);
    int p = Kernels.parameters(c, cursor);
    int x = ints.get(p);
    int rows = ints.get(p + 1);
    int inputs = ints.get(p + 2);
    int mode = ints.get(p + 3);
    int residual = ints.get(p + 4);
    int size = c.localGroupSizeX;
    int lane = c.localIdx;
    int type = ints.get(p + 5);
    int shift = type == 0 ? BF16_MANTISSA : F16_MANTISSA;
    int one = 1 << shift;
    int fraction = one - 1;
    int exponent = SIGN - one;
    for (int i = lane; i < POWERS; i += size) {
      power[i] = powers.get(type + i);
    }
    c.localBarrier();
    int firstEnd = (ints.get(p + 9) + 3) / 4;
    int secondEnd = firstEnd + (ints.get(p + 13) + 3) / 4;
    int tiles = secondEnd + (ints.get(p + 17) + 3) / 4;
    if (mode == GATED) {
      tiles = (ints.get(p + 9) + 1) / 2;
    }
    int rowTiles = (rows + 3) / 4;
    int items = tiles * rowTiles;
    int groups = c.globalGroupSizeX / size;
    for (int t = c.groupIdx; t < items; t += groups) {
      int tile = t / rowTiles;
      int matrix = p + 8;
      int n = 4 * tile;
      if (mode == GATED) {
        n = 2 * tile;
      } else {
        if (tile >= secondEnd) {
          matrix = p + 16;
          n = 4 * (tile - secondEnd);
        } else {
          if (tile >= firstEnd) {
            matrix = p + 12;
            n = 4 * (tile - firstEnd);
          }
        }
      }
      int out = ints.get(matrix);
      int outputs = ints.get(matrix + 1);
      int weight = ints.get(matrix + 2);
      int bias = ints.get(matrix + 3);
      int last = outputs - 1;
      int w0 = weight + n * inputs;
      int w1 = weight + TornadoMath.min(n + 1, last) * inputs;
      int w2 = weight + TornadoMath.min(n + 2, last) * inputs;
      int w3 = weight + TornadoMath.min(n + 3, last) * inputs;
      if (mode == GATED) {
        w2 = ints.get(p + 14) + n * inputs;
        w3 = ints.get(p + 14) + TornadoMath.min(n + 1, last) * inputs;
      }
      int row = 4 * (t % rowTiles);
      int x0 = x + row * inputs;
      int x1 = x + TornadoMath.min(row + 1, rows - 1) * inputs;
      int x2 = x + TornadoMath.min(row + 2, rows - 1) * inputs;
      int x3 = x + TornadoMath.min(row + 3, rows - 1) * inputs;
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
      for (int i = lane; i < inputs; i += size) {
        int b0 = weights.get(w0 + i) & 0xffff;
        int m0 = (b0 & fraction) + ((b0 & exponent) != 0 ? one : 0);
        float v0 = m0 * power[b0 >> shift];
        int b1 = weights.get(w1 + i) & 0xffff;
        int m1 = (b1 & fraction) + ((b1 & exponent) != 0 ? one : 0);
        float v1 = m1 * power[b1 >> shift];
        int b2 = weights.get(w2 + i) & 0xffff;
        int m2 = (b2 & fraction) + ((b2 & exponent) != 0 ? one : 0);
        float v2 = m2 * power[b2 >> shift];
        int b3 = weights.get(w3 + i) & 0xffff;
        int m3 = (b3 & fraction) + ((b3 & exponent) != 0 ? one : 0);
        float v3 = m3 * power[b3 >> shift];
        float a0 = floats.get(x0 + i);
        s00 += v0 * a0;
        s01 += v1 * a0;
        s02 += v2 * a0;
        s03 += v3 * a0;
        float a1 = floats.get(x1 + i);
        s10 += v0 * a1;
        s11 += v1 * a1;
        s12 += v2 * a1;
        s13 += v3 * a1;
        float a2 = floats.get(x2 + i);
        s20 += v0 * a2;
        s21 += v1 * a2;
        s22 += v2 * a2;
        s23 += v3 * a2;
        float a3 = floats.get(x3 + i);
        s30 += v0 * a3;
        s31 += v1 * a3;
        s32 += v2 * a3;
        s33 += v3 * a3;
      }
      partial[0 * size + lane] = s00;
      partial[1 * size + lane] = s01;
      partial[2 * size + lane] = s02;
      partial[3 * size + lane] = s03;
      partial[4 * size + lane] = s10;
      partial[5 * size + lane] = s11;
      partial[6 * size + lane] = s12;
      partial[7 * size + lane] = s13;
      partial[8 * size + lane] = s20;
      partial[9 * size + lane] = s21;
      partial[10 * size + lane] = s22;
      partial[11 * size + lane] = s23;
      partial[12 * size + lane] = s30;
      partial[13 * size + lane] = s31;
      partial[14 * size + lane] = s32;
      partial[15 * size + lane] = s33;
      c.localBarrier();
      for (int s = size / 2; s > 0; s = s / 2) {
        for (int e = lane; e < 16 * s; e += size) {
          int at = e / s * size + e % s;
          partial[at] += partial[at + s];
        }
        c.localBarrier();
      }
      for (int e = lane; e < 16; e += size) {
        int r = row + e / 4;
        int k = e % 4;
        int column = n + k;
        if (r < rows && column < outputs) {
          float value = partial[e * size];
          if (bias >= 0) {
            value += floats.get(bias + column);
          }
          int at = r * outputs + column;
          if (mode == GATED) {
            if (k < 2) {
              float up = partial[(e + 2) * size];
              if (ints.get(p + 15) >= 0) {
                up += floats.get(ints.get(p + 15) + column);
              }
              floats.set(ints.get(p + 12) + at, up);
              floats.set(out + at, value / (1f + TornadoMath.exp(-value)) * up);
            }
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

  /** Weights in F32. */
  static void linear32(
      KernelContext c, IntArray cursor, IntArray ints, FloatArray floats, FloatArray weights) {
    float[] partial = c.allocateFloatLocalArray(16 * MOST_LOCAL);
    int p = Kernels.parameters(c, cursor);
    int x = ints.get(p);
    int rows = ints.get(p + 1);
    int inputs = ints.get(p + 2);
    int mode = ints.get(p + 3);
    int residual = ints.get(p + 4);
    int size = c.localGroupSizeX;
    int lane = c.localIdx;
    int firstEnd = (ints.get(p + 9) + 3) / 4;
    int secondEnd = firstEnd + (ints.get(p + 13) + 3) / 4;
    int tiles = secondEnd + (ints.get(p + 17) + 3) / 4;
    if (mode == GATED) {
      tiles = (ints.get(p + 9) + 1) / 2;
    }
    int rowTiles = (rows + 3) / 4;
    int items = tiles * rowTiles;
    int groups = c.globalGroupSizeX / size;
    for (int t = c.groupIdx; t < items; t += groups) {
      int tile = t / rowTiles;
      int matrix = p + 8;
      int n = 4 * tile;
      if (mode == GATED) {
        n = 2 * tile;
      } else {
        if (tile >= secondEnd) {
          matrix = p + 16;
          n = 4 * (tile - secondEnd);
        } else {
          if (tile >= firstEnd) {
            matrix = p + 12;
            n = 4 * (tile - firstEnd);
          }
        }
      }
      int out = ints.get(matrix);
      int outputs = ints.get(matrix + 1);
      int weight = ints.get(matrix + 2);
      int bias = ints.get(matrix + 3);
      int last = outputs - 1;
      int w0 = weight + n * inputs;
      int w1 = weight + TornadoMath.min(n + 1, last) * inputs;
      int w2 = weight + TornadoMath.min(n + 2, last) * inputs;
      int w3 = weight + TornadoMath.min(n + 3, last) * inputs;
      if (mode == GATED) {
        w2 = ints.get(p + 14) + n * inputs;
        w3 = ints.get(p + 14) + TornadoMath.min(n + 1, last) * inputs;
      }
      int row = 4 * (t % rowTiles);
      int x0 = x + row * inputs;
      int x1 = x + TornadoMath.min(row + 1, rows - 1) * inputs;
      int x2 = x + TornadoMath.min(row + 2, rows - 1) * inputs;
      int x3 = x + TornadoMath.min(row + 3, rows - 1) * inputs;
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
      for (int i = lane; i < inputs; i += size) {
        float v0 = weights.get(w0 + i);
        float v1 = weights.get(w1 + i);
        float v2 = weights.get(w2 + i);
        float v3 = weights.get(w3 + i);
        float a0 = floats.get(x0 + i);
        s00 += v0 * a0;
        s01 += v1 * a0;
        s02 += v2 * a0;
        s03 += v3 * a0;
        float a1 = floats.get(x1 + i);
        s10 += v0 * a1;
        s11 += v1 * a1;
        s12 += v2 * a1;
        s13 += v3 * a1;
        float a2 = floats.get(x2 + i);
        s20 += v0 * a2;
        s21 += v1 * a2;
        s22 += v2 * a2;
        s23 += v3 * a2;
        float a3 = floats.get(x3 + i);
        s30 += v0 * a3;
        s31 += v1 * a3;
        s32 += v2 * a3;
        s33 += v3 * a3;
      }
      partial[0 * size + lane] = s00;
      partial[1 * size + lane] = s01;
      partial[2 * size + lane] = s02;
      partial[3 * size + lane] = s03;
      partial[4 * size + lane] = s10;
      partial[5 * size + lane] = s11;
      partial[6 * size + lane] = s12;
      partial[7 * size + lane] = s13;
      partial[8 * size + lane] = s20;
      partial[9 * size + lane] = s21;
      partial[10 * size + lane] = s22;
      partial[11 * size + lane] = s23;
      partial[12 * size + lane] = s30;
      partial[13 * size + lane] = s31;
      partial[14 * size + lane] = s32;
      partial[15 * size + lane] = s33;
      c.localBarrier();
      for (int s = size / 2; s > 0; s = s / 2) {
        for (int e = lane; e < 16 * s; e += size) {
          int at = e / s * size + e % s;
          partial[at] += partial[at + s];
        }
        c.localBarrier();
      }
      for (int e = lane; e < 16; e += size) {
        int r = row + e / 4;
        int k = e % 4;
        int column = n + k;
        if (r < rows && column < outputs) {
          float value = partial[e * size];
          if (bias >= 0) {
            value += floats.get(bias + column);
          }
          int at = r * outputs + column;
          if (mode == GATED) {
            if (k < 2) {
              float up = partial[(e + 2) * size];
              if (ints.get(p + 15) >= 0) {
                up += floats.get(ints.get(p + 15) + column);
              }
              floats.set(ints.get(p + 12) + at, up);
              floats.set(out + at, value / (1f + TornadoMath.exp(-value)) * up);
            }
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
