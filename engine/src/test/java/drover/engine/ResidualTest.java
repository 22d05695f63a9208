package drover.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.Batch.LogitRows;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A pass may end after a layer and another may go on from there: equal bits to a whole pass. */
class ResidualTest {
  private final Llama model = Llama.open(Golden.folder("tiny-sharded"));
  private final int layers = model.config().layers();
  private final int[] first = ids(1, 40);
  private final int[] second = ids(2, 7);

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void goingOnFromALayerHasTheBitsOfAWholePass() {
    float[][] expected = wholePass();
    for (int layer = 1; layer <= layers; layer++) {
      try (Sequence a = model.newSequence();
          Sequence b = model.newSequence()) {
        Residual residual = upTo(layer, a, b);
        assertThat(again(residual, a, b, Hooks.NONE)).isDeepEqualTo(expected);
        assertThat(a.length()).isEqualTo(first.length);
        assertThat(next(a, b)).isDeepEqualTo(nextOfWholePass());
      }
    }
  }

  @Test
  void tokensThatRunAgainReplaceTheirKeysAndValues() {
    try (Sequence a = model.newSequence();
        Sequence b = model.newSequence();
        Direction direction = model.direction(ones())) {
      Hooks steer = Hooks.builder().on(HookPoint.RESID_PRE, 1, x -> x.add(direction, 2)).build();
      Residual residual = upTo(1, a, b);
      again(residual, a, b, steer);
      float[][] steered = next(a, b);
      assertThat(steered).isNotEqualTo(nextOfWholePass());
      again(residual, a, b, steer);
      assertThat(secondNext(a, b)).isDeepEqualTo(steered);
    }
  }

  @Test
  void oneSequenceMayRunAgainWithoutTheOther() {
    try (Sequence a = model.newSequence();
        Sequence b = model.newSequence()) {
      Residual both = upTo(1, a, b);
      int hidden = model.config().hiddenSize();
      float[] ofB = Arrays.copyOfRange(both.rows(), first.length * hidden, both.rows().length);
      Batch batch = Batch.builder().again(b, 0, second, LogitRows.LAST).build();
      try (Logits logits = model.forward(batch, Hooks.NONE, new Residual(1, ofB))) {
        assertThat(logits.row(0)).containsExactly(wholePass()[1]);
      }
    }
  }

  @Test
  void tokensThatAForkSharesCannotRunAgain() {
    try (Sequence a = model.newSequence()) {
      model.forward(Batch.of(a, first), Hooks.NONE).close();
      try (Sequence fork = a.fork(10)) {
        Batch.Builder batch = Batch.builder();
        assertThatThrownBy(() -> batch.again(a, 9, Arrays.copyOf(first, 5), LogitRows.NONE))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> batch.again(fork, 9, Arrays.copyOf(first, 1), LogitRows.NONE))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> Batch.builder().again(a, 10, first, LogitRows.NONE))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** Runs the layers before one, and gives the residual stream there. */
  private Residual upTo(int layer, Sequence a, Sequence b) {
    float[] rows = new float[(first.length + second.length) * model.config().hiddenSize()];
    Hooks save =
        Hooks.builder()
            .on(HookPoint.RESID_POST, layer - 1, x -> x.read(0, x.rows(), rows, 0))
            .stopAfterLayer(layer - 1)
            .build();
    Batch batch =
        Batch.builder().add(a, first, LogitRows.NONE).add(b, second, LogitRows.NONE).build();
    model.forward(batch, save).close();
    return new Residual(layer, rows);
  }

  private float[][] again(Residual from, Sequence a, Sequence b, Hooks hooks) {
    Batch batch =
        Batch.builder()
            .again(a, 0, first, LogitRows.LAST)
            .again(b, 0, second, LogitRows.LAST)
            .build();
    try (Logits logits = model.forward(batch, hooks, from)) {
      return new float[][] {logits.row(0), logits.row(1)};
    }
  }

  private float[][] wholePass() {
    try (Sequence a = model.newSequence();
        Sequence b = model.newSequence()) {
      return run(
          Batch.builder().add(a, first, LogitRows.LAST).add(b, second, LogitRows.LAST).build());
    }
  }

  private float[][] nextOfWholePass() {
    try (Sequence a = model.newSequence();
        Sequence b = model.newSequence()) {
      run(Batch.builder().add(a, first, LogitRows.LAST).add(b, second, LogitRows.LAST).build());
      return next(a, b);
    }
  }

  private float[][] next(Sequence a, Sequence b) {
    int[] id = {3};
    return run(Batch.builder().add(a, id, LogitRows.LAST).add(b, id, LogitRows.LAST).build());
  }

  /** The same token once more in the place of the last one. */
  private float[][] secondNext(Sequence a, Sequence b) {
    a.truncate(first.length);
    b.truncate(second.length);
    return next(a, b);
  }

  private float[][] run(Batch batch) {
    try (Logits logits = model.forward(batch, Hooks.NONE)) {
      return new float[][] {logits.row(0), logits.row(1)};
    }
  }

  private float[] ones() {
    float[] ones = new float[model.config().hiddenSize()];
    Arrays.fill(ones, 1);
    return ones;
  }

  private int[] ids(long seed, int length) {
    return new Random(seed).ints(length, 0, model.config().vocabSize()).toArray();
  }
}
