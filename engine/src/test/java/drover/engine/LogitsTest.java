package drover.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.Batch.LogitRows;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogitsTest {
  private static final int[] ONE = {1, 2, 3};
  private static final int[] OTHER = {7, 5, 6};

  private final Llama model = Llama.open(Golden.folder("tiny-sharded"));

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void ofAPassDoNotChangeWithLaterPasses() {
    Logits first = run(ONE);
    float[] before = first.row(0);
    try (Logits second = run(OTHER)) {
      assertThat(second.row(0)).isNotEqualTo(before);
    }
    run(OTHER).close();
    assertThat(first.row(0)).isEqualTo(before);
  }

  @Test
  void ofAPassInTheMemoryOfAnotherAreItsOwn() {
    float[] expected = run(ONE).row(0);
    for (int again = 0; again < 4; again++) {
      run(OTHER).close();
      try (Logits logits = run(ONE)) {
        assertThat(logits.row(0)).isEqualTo(expected);
      }
    }
  }

  @Test
  void closedTwiceServeOnePassOnly() {
    Logits closed = run(ONE);
    closed.close();
    closed.close();
    Logits first = run(ONE);
    float[] before = first.row(0);
    run(OTHER);
    assertThat(first.row(0)).isEqualTo(before);
  }

  @Test
  void cannotBeReadOnceClosed() {
    Logits logits = run(ONE);
    logits.close();
    assertThatThrownBy(() -> logits.row(0)).hasMessage("the logits are closed");
    assertThatThrownBy(logits::argmax).hasMessage("the logits are closed");
  }

  @Test
  void mayBeClosedBehindTheModel() {
    Llama other = Llama.open(Golden.folder("tiny-sharded"));
    Logits logits =
        other.forward(
            Batch.builder().add(other.newSequence(), ONE, LogitRows.LAST).build(), Hooks.NONE);
    other.close();
    logits.close();
  }

  private Logits run(int... ids) {
    return model.forward(
        Batch.builder().add(model.newSequence(), ids, LogitRows.LAST).build(), Hooks.NONE);
  }
}
