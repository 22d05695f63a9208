package drover.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import drover.engine.Batch.LogitRows;
import drover.engine.io.DroverException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HooksTest {
  private final Llama model = Llama.open(Golden.folder("tiny-llama3-rope"));
  private final int[] ids = new Random(1).ints(12, 0, 256).toArray();
  private final int layers = model.config().layers();
  private final int hidden = model.config().hiddenSize();

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void everyPointIsOfferedOncePerLayerInTheOrderOfTheBlockWithItsShape() {
    List<String> calls = new ArrayList<>();
    Map<HookPoint, Integer> widths = new EnumMap<>(HookPoint.class);
    Hooks.Builder hooks = Hooks.builder();
    for (HookPoint point : HookPoint.values()) {
      hooks.on(
          point,
          a -> {
            calls.add(a.point().hookName() + ":" + a.layer());
            widths.put(a.point(), a.width());
            assertThat(a.rows()).isEqualTo(ids.length);
          });
    }
    run(hooks.build());
    List<String> expected = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      for (String name :
          List.of(
              "resid_pre", "q", "k", "v", "z", "attn_out", "resid_mid", "mlp_out", "resid_post")) {
        expected.add(name + ":" + layer);
      }
    }
    expected.add("final_norm:" + layers);
    assertThat(calls).containsExactlyElementsOf(expected);
    assertThat(widths)
        .containsEntry(HookPoint.RESID_PRE, 64)
        .containsEntry(HookPoint.Q, 64)
        .containsEntry(HookPoint.K, 32)
        .containsEntry(HookPoint.V, 32)
        .containsEntry(HookPoint.Z, 64)
        .containsEntry(HookPoint.FINAL_NORM, 64);
  }

  @Test
  void theStreamIsTheSumOfWhatTheBlockAdds() {
    Capture capture = new Capture();
    for (HookPoint point :
        List.of(
            HookPoint.RESID_PRE,
            HookPoint.ATTN_OUT,
            HookPoint.RESID_MID,
            HookPoint.MLP_OUT,
            HookPoint.RESID_POST)) {
      capture.at(point, 1);
    }
    run(capture.hooks());
    for (int row = 0; row < ids.length; row++) {
      for (int i = 0; i < hidden; i++) {
        float mid =
            capture.rows(HookPoint.RESID_PRE, 1)[row][i]
                + capture.rows(HookPoint.ATTN_OUT, 1)[row][i];
        assertThat(capture.rows(HookPoint.RESID_MID, 1)[row][i]).isEqualTo(mid);
        assertThat(capture.rows(HookPoint.RESID_POST, 1)[row][i])
            .isEqualTo(mid + capture.rows(HookPoint.MLP_OUT, 1)[row][i]);
      }
    }
  }

  @Test
  void hooksThatOnlyReadChangeNoBit() {
    Hooks.Builder hooks = Hooks.builder();
    for (HookPoint point : HookPoint.values()) {
      hooks.on(point, Activation::copyRows);
    }
    assertThat(run(hooks.build())).isDeepEqualTo(run(Hooks.NONE));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void anAddedVectorShowsAtThePlaceWhereItWasAdded(int layer) {
    float[] vector = vector(3);
    float[][] before = captured(HookPoint.RESID_POST, layer, Hooks.builder());
    Direction direction = model.direction(vector);
    float[] scales = new float[ids.length];
    scales[4] = 2;
    float[][] after =
        captured(
            HookPoint.RESID_POST,
            layer,
            Hooks.builder().on(HookPoint.RESID_POST, layer, a -> a.add(direction, scales)));
    for (int row = 0; row < ids.length; row++) {
      for (int i = 0; i < hidden; i++) {
        float expected = before[row][i] + (row == 4 ? 2 * vector[i] : 0);
        assertThat(after[row][i]).isCloseTo(expected, within(1e-5f));
      }
    }
  }

  @Test
  void aReplacedAttentionOutputIsWhatTheStreamGets() {
    float[] zeros = new float[hidden];
    Hooks.Builder silence =
        Hooks.builder()
            .on(
                HookPoint.ATTN_OUT,
                0,
                a -> {
                  for (int row = 0; row < a.rows(); row++) {
                    a.setRow(row, zeros);
                  }
                });
    float[][] pre = captured(HookPoint.RESID_PRE, 0, Hooks.builder());
    assertThat(captured(HookPoint.RESID_MID, 0, silence)).isDeepEqualTo(pre);
  }

  @Test
  void changedValuesReachTheHeads() {
    Hooks.Builder doubled =
        Hooks.builder()
            .on(
                HookPoint.V,
                0,
                a -> {
                  for (int row = 0; row < a.rows(); row++) {
                    float[] values = a.row(row);
                    for (int i = 0; i < values.length; i++) {
                      values[i] *= 2;
                    }
                    a.setRow(row, values);
                  }
                });
    float[][] before = captured(HookPoint.Z, 0, Hooks.builder());
    float[][] after = captured(HookPoint.Z, 0, doubled);
    for (int row = 0; row < ids.length; row++) {
      for (int i = 0; i < before[row].length; i++) {
        assertThat(after[row][i]).isCloseTo(2 * before[row][i], within(1e-5f));
      }
    }
  }

  @Test
  void projectingOutLeavesNothingAlongTheDirection() {
    Direction direction = model.direction(vector(8));
    float[] shares = new float[ids.length];
    Arrays.fill(shares, 1);
    float[][] cosines = new float[1][];
    run(
        Hooks.builder()
            .on(HookPoint.RESID_POST, 1, a -> a.projectOut(direction, shares))
            .on(HookPoint.RESID_POST, 1, a -> cosines[0] = a.cosine(direction))
            .build());
    for (float cosine : cosines[0]) {
      assertThat(cosine).isCloseTo(0, within(1e-5f));
    }
  }

  @Test
  void meansAreTakenOverEachRunOfAPackedBatch() {
    float[][][] seen = new float[2][][];
    Hooks hooks =
        Hooks.builder()
            .on(
                HookPoint.RESID_POST,
                2,
                a -> {
                  seen[0] = a.copyRows();
                  seen[1] = a.runMeans();
                })
            .build();
    Batch batch =
        Batch.builder()
            .add(model.newSequence(), new int[] {5, 6, 7}, LogitRows.NONE)
            .add(model.newSequence(), new int[] {9}, LogitRows.NONE)
            .build();
    model.forward(batch, hooks).close();
    assertThat(seen[1]).hasDimensions(2, hidden);
    assertThat(seen[1][1]).containsExactly(seen[0][3]);
    for (int i = 0; i < hidden; i++) {
      float mean = (seen[0][0][i] + seen[0][1][i] + seen[0][2][i]) / 3;
      assertThat(seen[1][0][i]).isCloseTo(mean, within(1e-5f));
    }
  }

  @Test
  void stoppingAfterALayerSkipsWhatComesLater() {
    List<Integer> seen = new ArrayList<>();
    Hooks hooks =
        Hooks.builder()
            .on(HookPoint.RESID_POST, a -> seen.add(a.layer()))
            .stopAfterLayer(1)
            .build();
    assertThat(run(hooks)).isEmpty();
    assertThat(seen).containsExactly(0, 1);
  }

  @Test
  void stoppingAfterTheLastLayerLeavesOutTheLogitsToo() {
    assertThat(run(Hooks.builder().stopAfterLayer(layers - 1).build())).isEmpty();
  }

  @Test
  void aHookOnTheFinalNormThatWouldNeverBeCalledIsRefused() {
    assertThatThrownBy(() -> run(Hooks.builder().on(HookPoint.FINAL_NORM, 1, a -> {}).build()))
        .isInstanceOf(DroverException.class)
        .hasMessage("final_norm:1: the final norm is in no layer, but behind all 3 of them");
    assertThatThrownBy(
            () -> run(Hooks.builder().on(HookPoint.FINAL_NORM, a -> {}).stopAfterLayer(1).build()))
        .isInstanceOf(DroverException.class)
        .hasMessage("final_norm is never reached by a pass that stops after layer 1");
  }

  @Test
  void aHookThatFailsLeavesTheSequenceAsItWas() {
    try (Sequence sequence = model.newSequence()) {
      model.forward(Batch.of(sequence, 5, 6), Hooks.NONE).close();
      Hook failing =
          _ -> {
            throw new IllegalStateException("no more");
          };
      Hooks hooks = Hooks.builder().on(HookPoint.MLP_OUT, 1, failing).build();
      assertThatThrownBy(() -> model.forward(Batch.of(sequence, 7, 8), hooks))
          .hasMessage("no more");
      assertThat(sequence.length()).isEqualTo(2);
      try (Sequence whole = model.newSequence();
          Logits expected = model.forward(Batch.of(whole, 5, 6, 9), Hooks.NONE);
          Logits actual = model.forward(Batch.of(sequence, 9), Hooks.NONE)) {
        assertThat(actual.row(0)).containsExactly(expected.row(0));
      }
    }
  }

  @Test
  void unknownNamesAndLayersAreRefusedInOneSentence() {
    assertThatThrownBy(() -> HookPoint.named("resid_end"))
        .isInstanceOf(DroverException.class)
        .hasMessageStartingWith("unknown hook")
        .hasMessageContaining("resid_end")
        .hasMessageContaining("resid_post");
    assertThatThrownBy(() -> run(Hooks.builder().on(HookPoint.V, 3, a -> {}).build()))
        .isInstanceOf(DroverException.class)
        .hasMessage("v:3: the model has layers 0 to 2");
    assertThatThrownBy(() -> Hooks.builder().on(HookPoint.V, -1, a -> {}))
        .isInstanceOf(DroverException.class)
        .hasMessage("v:-1: layers are counted from 0");
    assertThatThrownBy(() -> run(Hooks.builder().stopAfterLayer(9).build()))
        .isInstanceOf(DroverException.class)
        .hasMessage("stop after layer 9: the model has layers 0 to 2");
  }

  private float[] vector(int seed) {
    Random random = new Random(seed);
    float[] vector = new float[hidden];
    for (int i = 0; i < hidden; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  private float[][] captured(HookPoint point, int layer, Hooks.Builder hooks) {
    float[][][] rows = new float[1][][];
    run(hooks.on(point, layer, a -> rows[0] = a.copyRows()).build());
    return rows[0];
  }

  private float[][] run(Hooks hooks) {
    Batch batch = Batch.builder().add(model.newSequence(), ids, LogitRows.ALL).build();
    try (Logits logits = model.forward(batch, hooks)) {
      return IntStream.range(0, logits.rows()).mapToObj(logits::row).toArray(float[][]::new);
    }
  }
}
