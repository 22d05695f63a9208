package drover.kernels.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import drover.kernels.DType;
import drover.kernels.Device;
import drover.kernels.DeviceArray;
import drover.kernels.DeviceOperationsTest;
import drover.kernels.Devices;
import drover.kernels.Weight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The kernels that GPUs run, with weights of 16 bits as they are and with as many lanes in a work
 * group, on whatever device there is.
 */
class NarrowWeightsTest extends DeviceOperationsTest {
  @BeforeAll
  static void configureTornadoVm() {
    Devices.open("tornado", 1).close();
  }

  @Override
  protected Device openDevice() {
    return new TornadoDevice(
        "tornado: 16 bits, 128 lanes",
        new Engine(
            new Memory(1 << 24, false), new Runner.Grid(3, Kernels.MOST_LOCAL, false), 4L << 30));
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void aRowHasTheSameBitsAmongFewAndMany(DType type) {
    Random random = new Random(1);
    int rows = 70;
    int inputs = 1100;
    int outputs = 37;
    float[] x = new float[rows * inputs];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextFloat(-1, 1);
    }
    try (Device device = openDevice()) {
      Weight weight = device.weight(type, weights(type, random, outputs * inputs), outputs, inputs);
      float[] many = product(device, x, 0, rows, weight);
      for (int row : new int[] {0, 1, 33, 69}) {
        float[] expected = Arrays.copyOfRange(many, row * outputs, (row + 1) * outputs);
        assertThat(product(device, x, row, 1, weight)).as("row %d", row).isEqualTo(expected);
      }
    }
  }

  private static MemorySegment weights(DType type, Random random, int count) {
    MemorySegment data = Arena.ofAuto().allocate(type.rowBytes(count), Float.BYTES);
    for (int i = 0; i < count; i++) {
      float value = random.nextFloat(-1, 1);
      if (type == DType.F32) {
        data.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
      } else {
        short bits = (short) (Float.floatToRawIntBits(value) >>> 16);
        data.setAtIndex(ValueLayout.JAVA_SHORT, i, bits);
      }
    }
    return data;
  }

  private static float[] product(Device device, float[] values, int row, int rows, Weight weight) {
    DeviceArray x = device.allocate(rows, weight.columns());
    device.write(x, 0, rows, values, row * weight.columns());
    DeviceArray out = device.allocate(rows, weight.rows());
    device.linear(out, x, weight, null);
    float[] result = new float[rows * weight.rows()];
    device.read(out, 0, rows, result, 0);
    return result;
  }
}
