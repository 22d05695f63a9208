package drover.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What does not fit is refused before anything is written. */
@ParameterizedClass(name = "{0}")
@ValueSource(strings = {"scalar", "vector"})
class MisuseTest {
  @Parameter String name;
  private Device device;

  @BeforeEach
  void open() {
    device = WarmDevices.open(name, 2);
  }

  @AfterEach
  void close() {
    device.close();
  }

  private DeviceArray array(int rows, int width) {
    return device.allocate(rows, width);
  }

  private Device.Product product(int rows, int outputs, int inputs) {
    return new Device.Product(array(rows, outputs), weight(outputs, inputs), null);
  }

  private Weight weight(int rows, int columns) {
    MemorySegment data = Arena.ofAuto().allocate(4L * rows * columns);
    return device.weight(DType.F32, data, rows, columns);
  }

  private static void refused(ThrowingCallable... calls) {
    for (int i = 0; i < calls.length; i++) {
      assertThatThrownBy(calls[i])
          .as("call %d", i)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("null");
    }
  }

  @Test
  void arraysHaveRowsAndColumns() {
    refused(() -> array(0, 1), () -> array(1, 0), () -> array(-1, 5));
  }

  @Test
  void arraysBeyondJavasLimitAreRefusedInASentence() {
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> array(70_000, 70_000))
        .withMessage(
            "An array has 4900000000 elements, more than the 2147483583 that a Java array holds;"
                + " use a smaller batch");
  }

  @Test
  void arraysThatTheHeapHasNoRoomForAreRefusedInASentence() {
    long heap = Runtime.getRuntime().maxMemory();
    assumeThat(heap).as("skipped: the heap has room for any array").isLessThan(8L << 30);
    int rows = (int) (heap / 4 / 1024);
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> array(rows, 1024))
        .withMessageContaining("raise it with -Xmx or use a smaller batch");
  }

  @Test
  void weightsHaveTheBytesOfTheirShape() {
    MemorySegment data = Arena.ofAuto().allocate(24);
    refused(
        () -> device.weight(DType.F32, data, 2, 4),
        () -> device.weight(DType.BF16, data, 3, 2),
        () -> device.weight(DType.F16, data, 0, 12),
        () -> device.weight(DType.F16, data, 12, -1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> device.weight(DType.F32, data, 2, 4))
        .withMessage("a F32 weight [2, 4] needs 32 bytes, not 24");
  }

  @Test
  void rowsToReadAndWriteMustBeThere() {
    DeviceArray x = array(3, 2);
    float[] some = new float[6];
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> device.read(x, 2, 2, some, 0),
            () -> device.read(x, -1, 1, some, 0),
            () -> device.read(x, 0, 3, some, 1),
            () -> device.read(x, Integer.MAX_VALUE, Integer.MAX_VALUE, some, 0),
            () -> device.write(x, 3, 1, some, 0),
            () -> device.write(x, 1, -1, some, 0),
            () -> device.write(x, 0, 3, some, 5),
            () -> device.gather(array(1, 2), x, new int[] {3}),
            () -> device.gather(array(1, 2), x, new int[] {-1}))) {
      assertThatThrownBy(call).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void tokenIdsMustBeInTheVocabulary() {
    DeviceArray out = array(2, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> device.embed(out, weight(5, 3), new int[] {0, 5}))
        .withMessage("token id 5 in a vocabulary of 5");
    refused(() -> device.embed(out, weight(5, 3), new int[] {-1, 0}));
  }

  @Test
  void shapesOfTheForwardPassMustFit() {
    DeviceArray x = array(2, 4);
    refused(
        () -> device.embed(array(2, 4), weight(5, 3), new int[] {0, 1}),
        () -> device.embed(array(2, 3), weight(5, 3), new int[] {0}),
        () -> device.linears(x, List.of(new Device.Product(array(2, 3), weight(3, 5), null))),
        () -> device.mlp(x, product(2, 5, 4), product(2, 6, 4), product(2, 4, 5)),
        () -> device.mlp(x, product(2, 5, 3), product(2, 5, 4), product(2, 4, 5)),
        () -> device.mlp(x, product(2, 5, 4), product(2, 5, 4), product(2, 4, 6)),
        () -> device.mlp(x, product(2, 5, 4), product(2, 5, 4), product(1, 4, 5)),
        () -> device.rmsNorm(array(2, 5), x, weight(1, 4), 0),
        () -> device.rmsNorm(array(1, 4), x, weight(1, 4), 0),
        () -> device.rmsNorm(array(2, 4), x, weight(1, 5), 0),
        () -> device.rmsNorm(array(2, 4), x, weight(2, 4), 0),
        () -> device.linear(array(2, 3), x, weight(3, 5), null),
        () -> device.linear(array(2, 4), x, weight(3, 4), null),
        () -> device.linear(array(1, 3), x, weight(3, 4), null),
        () -> device.linear(array(2, 3), x, weight(3, 4), weight(1, 4)),
        () -> device.linear(array(2, 3), x, weight(3, 4), weight(3, 1)),
        () -> device.rotations(array(2, 4), new int[2], new float[3]),
        () -> device.rotations(array(2, 4), new int[3], new float[2]),
        () -> device.rope(x, array(2, 3), 3),
        () -> device.rope(x, array(2, 8), 8),
        () -> device.rope(x, array(1, 2), 2),
        () -> device.rope(x, array(2, 4), 2),
        () -> device.swiglu(x, array(2, 3), x),
        () -> device.swiglu(x, x, array(1, 4)),
        () -> device.add(x, array(2, 3)),
        () -> device.add(x, array(1, 4)));
  }

  @Test
  void shapesOfHooksMustFit() {
    DeviceArray x = array(3, 4);
    refused(
        () -> device.gather(array(2, 4), x, new int[1]),
        () -> device.gather(array(1, 3), x, new int[1]),
        () -> device.addScaled(x, array(1, 3), new float[3]),
        () -> device.addScaled(x, array(3, 4), new float[3]),
        () -> device.addScaled(x, array(1, 4), new float[2]),
        () -> device.scaleRows(x, new float[2]),
        () -> device.dot(x, array(1, 3)),
        () -> device.dot(x, array(2, 4)),
        () -> device.scatterTimes(x, new double[3]),
        () -> device.means(array(1, 4), x, new int[] {0}),
        () -> device.means(array(1, 4), x, new int[] {}),
        () -> device.means(array(1, 4), x, new int[] {1, 1}),
        () -> device.means(array(1, 4), x, new int[] {2, 1}),
        () -> device.means(array(1, 4), x, new int[] {-1, 1}),
        () -> device.means(array(1, 4), x, new int[] {0, 4}),
        () -> device.means(array(1, 3), x, new int[] {0, 3}),
        () -> device.means(array(2, 4), x, new int[] {0, 3}));
  }

  @Test
  void shapesOfAttentionMustFit() {
    KvCache cache = device.newKvCache(2, 2, 3);
    KvSegment segment = cache.newSegment(1);
    RowLayout layout = new RowLayout(List.of(new RowLayout.Run(segment, 0, 0, 4, true)));
    DeviceArray kv = array(4, 6);
    refused(
        () -> device.newKvCache(0, 1, 1),
        () -> device.newKvCache(1, 0, 1),
        () -> device.newKvCache(1, 1, 0),
        () -> device.store(array(3, 6), array(3, 6), 0, layout),
        () -> device.store(array(4, 3), array(4, 3), 0, layout),
        () -> device.store(kv, array(4, 3), 0, layout),
        () -> device.store(kv, kv, 2, layout),
        () -> device.store(kv, kv, -1, layout),
        () -> device.attention(array(4, 6), array(4, 12), 0, layout, 1),
        () -> device.attention(array(3, 6), array(3, 6), 0, layout, 1),
        () -> device.attention(array(4, 9), array(4, 9), 0, layout, 1),
        () -> device.attention(kv, array(4, 6), 2, layout, 1),
        () -> device.attention(kv, array(4, 6), 0, layout, 0),
        () -> device.attention(kv, array(4, 6), 0, layout, Float.NaN));
  }

  @Test
  void runsOfOneBatchBelongToOneCache() {
    KvSegment here = device.newKvCache(1, 1, 2).newSegment(1);
    KvSegment there = device.newKvCache(1, 1, 2).newSegment(1);
    RowLayout layout =
        new RowLayout(
            List.of(
                new RowLayout.Run(here, 0, 0, 1, true), new RowLayout.Run(there, 0, 0, 1, true)));
    refused(() -> device.store(array(2, 2), array(2, 2), 0, layout));
  }

  @Test
  void batchesHaveRunsAndRunsHaveRowsAfterThePast() {
    KvSegment root = device.newKvCache(1, 1, 2).newSegment(1);
    root.setEnd(5);
    KvSegment fork = root.fork(3, 1);
    KvSegment empty = root.fork(0, 1);
    refused(
        () -> new RowLayout(List.of()),
        () -> new RowLayout.Run(root, 0, 0, 0, true),
        () -> new RowLayout.Run(root, 6, 6, 1, true),
        () -> new RowLayout.Run(root, -1, 0, 1, true),
        () -> new RowLayout.Run(root, 5, -1, 1, true),
        () -> new RowLayout.Run(fork, 2, 2, 1, true),
        () -> new RowLayout.Run(empty, 0, 0, 1, false));
  }

  @Test
  void aLayoutNumbersTheRowsOfItsRuns() {
    KvSegment root = device.newKvCache(1, 1, 2).newSegment(1);
    root.setEnd(5);
    RowLayout layout =
        new RowLayout(
            List.of(
                new RowLayout.Run(root, 5, 9, 2, true), new RowLayout.Run(root, 4, 0, 3, false)));
    assertThat(layout.rows()).isEqualTo(5);
    assertThat(layout.start(1)).isEqualTo(2);
    assertThat(layout.positions()).containsExactly(9, 10, 0, 1, 2);
    assertThat(layout.runs().get(0).visible(1)).isEqualTo(7);
    assertThat(layout.runs().get(1).visible(2)).isEqualTo(4);
  }

  @Test
  void aForkSharesThePastBeforeIt() {
    KvSegment root = device.newKvCache(1, 1, 2).newSegment(1);
    root.setEnd(10);
    KvSegment fork = root.fork(6, 1);
    assertThat(fork.parent()).isSameAs(root);
    assertThat(fork.start()).isEqualTo(6);
    assertThat(fork.end()).isEqualTo(6);
    assertThat(fork.cache()).isSameAs(root.cache());
    // What lies before the fork's own slots is the root's to share.
    assertThat(fork.fork(4, 1).parent()).isSameAs(root);
    assertThat(fork.fork(6, 1).parent()).isSameAs(fork);
    for (int at : new int[] {-1, 7}) {
      assertThatThrownBy(() -> fork.fork(at, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void slotsThatAForkSeesAreNeitherForgottenNorOverwritten() {
    KvSegment root = device.newKvCache(1, 1, 2).newSegment(1);
    root.setEnd(10);
    RowLayout early = new RowLayout(List.of(new RowLayout.Run(root, 5, 5, 1, true)));
    KvSegment fork = root.fork(6, 1);
    root.setEnd(6);
    assertThatIllegalStateException()
        .isThrownBy(() -> root.setEnd(5))
        .withMessage("slots from 5 on are seen by a fork at 6");
    assertThatIllegalStateException()
        .isThrownBy(() -> device.store(array(1, 2), array(1, 2), 0, early))
        .withMessage("slot 5 is seen by a fork at 6");
    assertThatThrownBy(() -> fork.setEnd(5)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void whatIsClosedIsNotUsed() {
    DeviceArray x = array(2, 2);
    x.close();
    x.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> device.add(array(2, 2), x))
        .withMessage("the array is closed");
    assertThatIllegalStateException().isThrownBy(() -> device.read(x, 0, 1, new float[2], 0));

    KvCache cache = device.newKvCache(1, 1, 2);
    KvSegment segment = cache.newSegment(1);
    RowLayout layout = new RowLayout(List.of(new RowLayout.Run(segment, 0, 0, 2, true)));
    device.store(array(2, 2), array(2, 2), 0, layout);
    segment.close();
    segment.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> device.attention(array(2, 2), array(2, 2), 0, layout, 1))
        .withMessage("the cache segment is closed");
    assertThatIllegalStateException()
        .isThrownBy(() -> device.store(array(2, 2), array(2, 2), 0, layout));
    cache.close();
    assertThatIllegalStateException().isThrownBy(() -> cache.newSegment(1));
  }

  @Test
  void aSegmentForOnePassHasOneLayerAtATime() {
    try (KvCache cache = device.newKvCache(2, 1, 2)) {
      KvSegment segment = cache.newSegment(1);
      segment.fillInOnePass();
      RowLayout layout = new RowLayout(List.of(new RowLayout.Run(segment, 0, 0, 2, true)));
      device.store(array(2, 2), array(2, 2), 0, layout);
      device.attention(array(2, 2), array(2, 2), 0, layout, 1);
      device.store(array(2, 2), array(2, 2), 1, layout);
      assertThatIllegalStateException()
          .isThrownBy(() -> device.attention(array(2, 2), array(2, 2), 0, layout, 1))
          .withMessage("layer 0 of a segment for one pass, which is at layer 1");
    }
  }

  @Test
  void devicesHaveNamesAndThreads() {
    assertThat(device.name()).isEqualTo(name);
    assertThat(device.description()).startsWith(name + ": ");
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> Devices.open(name, 0))
        .withMessage("A device needs at least 1 thread, not 0.");
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> Devices.open("abacus", 1))
        .withMessage("There is no device 'abacus' here; there are auto, vector, scalar.");
  }
}
