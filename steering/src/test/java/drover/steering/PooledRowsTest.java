package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.Batch;
import drover.engine.HookPoint;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Sequence;
import drover.engine.io.DroverException;
import drover.steering.PooledRows.Place;
import drover.steering.PooledRows.Pooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PooledRowsTest {
  private static final List<Place> PLACES =
      List.of(new Place(HookPoint.RESID_POST, 0), new Place(HookPoint.RESID_POST, 2));

  private final Llama model = Tiny.model();

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void sharedPrefixesGiveTheBitsOfOneByOne() {
    List<Pooled> strings = strings(40, 25);
    float[][][] together = PooledRows.read(model, strings, PLACES, Progress.NONE);
    for (int s = 0; s < strings.size(); s++) {
      for (int p = 0; p < PLACES.size(); p++) {
        assertThat(together[p][s]).containsExactly(alone(strings.get(s), PLACES.get(p)));
      }
    }
  }

  @Test
  void theFinalNormIsPooledToo() {
    List<Place> places = List.of(new Place(HookPoint.FINAL_NORM, Tiny.LAYERS));
    List<Pooled> strings = strings(6, 10);
    float[][][] together = PooledRows.read(model, strings, places, Progress.NONE);
    for (int s = 0; s < strings.size(); s++) {
      assertThat(together[0][s]).containsExactly(alone(strings.get(s), places.getFirst()));
    }
  }

  /** More distinct tokens behind one first token than are held at a time: in groups, each once. */
  @Test
  void manyStringsWithOneBeginningAreComputedInGroups() {
    List<Pooled> strings = strings(1_200, 40);
    AtomicLong last = new AtomicLong();
    List<Long> totals = new ArrayList<>();
    float[][][] together =
        PooledRows.read(
            model,
            strings,
            PLACES,
            (done, total) -> {
              assertThat(done).isGreaterThan(last.getAndSet(done));
              totals.add(total);
            });
    assertThat(totals.getFirst()).isGreaterThan(9_000);
    assertThat(totals).containsOnly(last.get());
    for (int s : new int[] {0, 333, 1_199}) {
      assertThat(together[1][s]).containsExactly(alone(strings.get(s), PLACES.get(1)));
    }
  }

  @Test
  void textsWithoutTokensOrTooLongAreRefused() {
    assertThatThrownBy(() -> read(new Pooled(new int[0], 0, 0)))
        .isInstanceOf(DroverException.class)
        .hasMessage("a text has no tokens, so there is nothing to pool");
    assertThatThrownBy(() -> read(new Pooled(new int[513], 0, 513)))
        .isInstanceOf(DroverException.class)
        .hasMessage("a text has 513 tokens, but the model's context is 512");
  }

  private float[][][] read(Pooled string) {
    return PooledRows.read(model, List.of(string), PLACES, Progress.NONE);
  }

  /** Random strings that begin alike, and the mean of some of their last tokens. */
  private static List<Pooled> strings(int count, int longest) {
    Random random = new Random(count);
    int[] common = random.ints(longest, 3, 256).toArray();
    return IntStream.range(0, count)
        .mapToObj(
            _ -> {
              int length = 2 + random.nextInt(longest - 1);
              int shared = 1 + random.nextInt(length);
              int[] ids = random.ints(length, 3, 256).toArray();
              System.arraycopy(common, 0, ids, 0, shared);
              return new Pooled(ids, random.nextInt(length), length);
            })
        .toList();
  }

  private float[] alone(Pooled string, Place place) {
    float[] mean = new float[Tiny.WIDTH];
    float count = string.to() - string.from();
    Hooks hooks =
        Hooks.builder()
            .on(
                place.point(),
                place.layer(),
                a -> {
                  for (int row = string.from(); row < string.to(); row++) {
                    float[] one = a.row(row);
                    for (int i = 0; i < mean.length; i++) {
                      mean[i] += one[i];
                    }
                  }
                })
            .build();
    try (Sequence sequence = model.newSequence()) {
      model.forward(Batch.of(sequence, string.ids()), hooks).close();
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= count;
    }
    return mean;
  }
}
