package drover.kernels.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import drover.kernels.tornado.Fusion.Operation;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FusionTest {
  private static final int ROWS = 3;

  private static Operation operation(Kernel kernel, int... parameters) {
    return new Operation(kernel, Arrays.copyOf(parameters, Kernels.STRIDE));
  }

  /** From x of 8 inputs to so many outputs. */
  private static Operation linear(int x, int out, int outputs) {
    return operation(Kernel.LINEAR_16, x, ROWS, 8, 0, 0, 0, 0, 0, out, outputs, 50, -1);
  }

  private static List<Kernel> kernels(Operation... operations) {
    return new Fusion(0).fuse(List.of(operations)).stream().map(Operation::kernel).toList();
  }

  @Test
  void productsOfOneInputAreOne() {
    assertThat(kernels(linear(100, 200, 8), linear(100, 300, 4), linear(100, 400, 4)))
        .containsExactly(Kernel.LINEAR_16);
    Operation all =
        new Fusion(0).fuse(List.of(linear(100, 200, 8), linear(100, 300, 4), linear(100, 400, 4)))
            .getFirst();
    assertThat(all.parameters()[8]).isEqualTo(200);
    assertThat(all.parameters()[12]).isEqualTo(300);
    assertThat(all.parameters()[16]).isEqualTo(400);
  }

  @Test
  void productsOfDifferentInputsStayApart() {
    assertThat(kernels(linear(100, 200, 8), linear(150, 300, 8))).hasSize(2);
  }

  @Test
  void productsThatWriteTheSameArrayStayApart() {
    assertThat(kernels(linear(100, 200, 8), linear(100, 200, 8))).hasSize(2);
    assertThat(kernels(linear(100, 200, 8), linear(100, 210, 4))).hasSize(2);
  }

  @Test
  void aProductIsAddedToTheResidualStream() {
    Operation add = operation(Kernel.ADD, 500, 200, ROWS * 8);
    assertThat(kernels(linear(100, 200, 8), add)).containsExactly(Kernel.LINEAR_16);
    Operation fused = new Fusion(0).fuse(List.of(linear(100, 200, 8), add)).getFirst();
    assertThat(fused.parameters()[3]).isEqualTo(LinearKernels.ADDED);
    assertThat(fused.parameters()[4]).isEqualTo(500);
  }

  @Test
  void aProductIsNotAddedToWhatItStillReads() {
    Operation add = operation(Kernel.ADD, 110, 200, ROWS * 8);
    assertThat(kernels(linear(100, 200, 8), add)).hasSize(2);
  }

  @Test
  void anAdditionOfSomethingElseStaysApart() {
    Operation add = operation(Kernel.ADD, 500, 300, ROWS * 8);
    assertThat(kernels(linear(100, 200, 8), add)).hasSize(2);
  }

  @Test
  void gateAndUpAreOneWithWhatSwigluMakesOfThem() {
    Operation swiglu = operation(Kernel.SWIGLU, 200, 200, 300, ROWS * 8);
    assertThat(kernels(linear(100, 200, 8), linear(100, 300, 8), swiglu))
        .containsExactly(Kernel.LINEAR_16);
  }

  @Test
  void swigluOfOtherArraysStaysApart() {
    Operation swiglu = operation(Kernel.SWIGLU, 200, 300, 200, ROWS * 8);
    assertThat(kernels(linear(100, 200, 8), linear(100, 300, 8), swiglu)).hasSize(2);
  }

  @Test
  void rotationsAndStoreAreOne() {
    Operation q = operation(Kernel.ROPE, 100, 900, ROWS, 16, 8);
    Operation k = operation(Kernel.ROPE, 200, 900, ROWS, 8, 8);
    Operation store = operation(Kernel.STORE, 200, 300, ROWS, 8, 0, 5);
    assertThat(kernels(q, k, store)).containsExactly(Kernel.ROPE_AND_STORE);
    assertThat(kernels(q, store, k)).hasSize(3);
  }
}
