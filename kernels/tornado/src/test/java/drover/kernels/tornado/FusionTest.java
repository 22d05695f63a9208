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
    return operation(Kernel.LINEAR, x, ROWS, 8, 0, 0, 0, 0, 0, out, outputs, 50, -1);
  }

  private static List<Kernel> kernels(Operation... operations) {
    return new Fusion(0).fuse(List.of(operations)).stream().map(Operation::kernel).toList();
  }

  @Test
  void productsOfOneInputAreOne() {
    assertThat(kernels(linear(100, 200, 8), linear(100, 300, 4), linear(100, 400, 4)))
        .containsExactly(Kernel.LINEAR);
    Operation all =
        new Fusion(0)
            .fuse(List.of(linear(100, 200, 8), linear(100, 300, 4), linear(100, 400, 4)))
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
    assertThat(kernels(linear(100, 200, 8), add)).containsExactly(Kernel.LINEAR);
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
        .containsExactly(Kernel.LINEAR);
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

  // ---- where products go by vectors

  private static final int SCRATCH = 7000;

  private static Operation wide(int x, int out, int outputs) {
    return operation(Kernel.LINEAR_WIDE, x, ROWS, 16, 0, 0, 0, 0, 0, out, outputs, 50, -1);
  }

  /** From x, which 16 floats a row have, to 1000. */
  private static Operation norm(int x) {
    return operation(Kernel.RMS_NORM, 1000, x, 60, ROWS, 16, 61);
  }

  private static List<Operation> fuse(Operation... operations) {
    return new Fusion(SCRATCH).fuse(List.of(operations));
  }

  @Test
  void anRmsNormIsOneWithTheProductsOfItsRows() {
    List<Operation> fused = fuse(norm(500), wide(1000, 2000, 8), wide(1000, 3000, 4));
    assertThat(fused).hasSize(1);
    int[] all = fused.getFirst().parameters();
    assertThat(all[0]).as("x").isEqualTo(500);
    assertThat(all[5]).as("scratch").isEqualTo(SCRATCH);
    assertThat(all[6]).as("gain").isEqualTo(60);
    assertThat(all[7]).as("epsilon").isEqualTo(61);
    assertThat(all[20]).as("normed").isEqualTo(1000);
    assertThat(all[12]).as("second output").isEqualTo(3000);
  }

  @Test
  void anRmsNormStaysApartWhereAProductChangesWhatItReads() {
    Operation add = operation(Kernel.ADD, 500, 2000, ROWS * 16);
    assertThat(fuse(norm(500), wide(1000, 2000, 16), add))
        .extracting(Operation::kernel)
        .containsExactly(Kernel.RMS_NORM, Kernel.LINEAR_WIDE);
    assertThat(fuse(norm(500), wide(1000, 510, 8))).hasSize(2);
  }

  @Test
  void anRmsNormOfMoreThanTheScratchHoldsStaysApart() {
    int rows = WideKernels.SCRATCH / 16 + 1;
    Operation norm = operation(Kernel.RMS_NORM, 100_000, 500_000, 60, rows, 16, 61);
    Operation product =
        operation(Kernel.LINEAR_WIDE, 100_000, rows, 16, 0, 0, 0, 0, 0, 900_000, 8, 50, -1);
    assertThat(fuse(norm, product)).hasSize(2);
  }

  @Test
  void anRmsNormStaysApartFromProductsByLanes() {
    Operation product = operation(Kernel.LINEAR, 1000, ROWS, 16, 0, 0, 0, 0, 0, 2000, 8, 50, -1);
    assertThat(fuse(norm(500), product)).hasSize(2);
  }

  @Test
  void theProductsOfALayersInputAreRotatedAndStored() {
    Operation q = wide(1000, 2000, 16);
    Operation k = wide(1000, 3000, 8);
    Operation v = wide(1000, 4000, 8);
    Operation rotatedQ = operation(Kernel.ROPE, 2000, 900, ROWS, 16, 8);
    Operation rotatedK = operation(Kernel.ROPE, 3000, 900, ROWS, 8, 8);
    Operation store = operation(Kernel.STORE, 3000, 4000, ROWS, 8, 77, 5);
    List<Operation> fused = fuse(norm(500), q, k, v, rotatedQ, rotatedK, store);
    assertThat(fused).hasSize(1);
    int[] all = fused.getFirst().parameters();
    assertThat(all[3]).as("mode").isEqualTo(WideKernels.ROTATED);
    assertThat(all[4]).as("rotations").isEqualTo(900);
    assertThat(all[21]).as("headDim").isEqualTo(8);
    assertThat(all[22]).as("the layer's offset").isEqualTo(77);
    assertThat(all[23]).as("slots").isEqualTo(5);
    assertThat(fuse(q, k, v, rotatedK, rotatedQ, store)).as("in another order").hasSize(4);
    assertThat(fuse(q, v, k, rotatedQ, rotatedK, store)).as("of other arrays").hasSize(2);
  }

  @Test
  void headsThatTilesDoNotFitAreRotatedApart() {
    Operation rotatedQ = operation(Kernel.ROPE, 2000, 900, ROWS, 12, 6);
    Operation rotatedK = operation(Kernel.ROPE, 3000, 900, ROWS, 6, 6);
    Operation store = operation(Kernel.STORE, 3000, 4000, ROWS, 6, 77, 5);
    assertThat(
            fuse(
                wide(1000, 2000, 12),
                wide(1000, 3000, 6),
                wide(1000, 4000, 6),
                rotatedQ,
                rotatedK,
                store))
        .extracting(Operation::kernel)
        .containsExactly(Kernel.LINEAR_WIDE, Kernel.ROPE_AND_STORE);
  }
}
