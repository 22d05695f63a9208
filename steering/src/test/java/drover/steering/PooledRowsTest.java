package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import drover.engine.Batch;
import drover.engine.HookPoint;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Sequence;
import drover.engine.io.DroverException;
import drover.steering.Pooled.Window;
import drover.steering.PoolingPasses.Place;
import drover.steering.TokenSpans.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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
    expectBitsOfOneByOne(strings(40, 25), PLACES);
  }

  @Test
  void theFinalNormIsPooledToo() {
    expectBitsOfOneByOne(strings(6, 10), List.of(new Place(HookPoint.FINAL_NORM, Tiny.LAYERS)));
  }

  private void expectBitsOfOneByOne(List<Pooled> strings, List<Place> places) {
    try (PooledRows together = PooledRows.read(model, strings, places, Progress.NONE)) {
      for (int s = 0; s < strings.size(); s++) {
        for (int p = 0; p < places.size(); p++) {
          assertThat(together.row(s, p)).containsExactly(alone(strings.get(s), places.get(p)));
        }
      }
    }
  }

  @Test
  void theOrderOfTheStringsChangesNothing() {
    List<Pooled> strings = new ArrayList<>(strings(30, 20));
    List<Integer> order = new ArrayList<>(IntStream.range(0, strings.size()).boxed().toList());
    Collections.shuffle(order, new Random(3));
    List<Pooled> shuffled = order.stream().map(strings::get).toList();
    try (PooledRows one = PooledRows.read(model, strings, PLACES, Progress.NONE);
        PooledRows other = PooledRows.read(model, shuffled, PLACES, Progress.NONE)) {
      for (int s = 0; s < order.size(); s++) {
        assertThat(other.row(s, 1)).containsExactly(one.row(order.get(s), 1));
      }
      assertThat(other.medianNorm(1, 0)).isEqualTo(one.medianNorm(1, 0));
    }
  }

  /** More distinct tokens behind one first token than are held at a time: in groups, each once. */
  @Test
  void manyStringsWithOneBeginningAreComputedInGroups() {
    List<Pooled> strings = strings(1_200, 40);
    AtomicLong last = new AtomicLong();
    List<Long> totals = new ArrayList<>();
    Progress progress =
        (done, total) -> {
          assertThat(done).isGreaterThan(last.getAndSet(done));
          totals.add(total);
        };
    try (PooledRows together = PooledRows.read(model, strings, PLACES, progress)) {
      assertThat(totals.getFirst()).isGreaterThan(9_000);
      assertThat(totals).containsOnly(last.get());
      for (int s : new int[] {0, 333, 1_199}) {
        assertThat(together.row(s, 1)).containsExactly(alone(strings.get(s), PLACES.get(1)));
      }
    }
  }

  /**
   * What transformers 5.23 gives for this string with four tokens of padding, masked, on either
   * side: the means of all nine rows and of the last seven after the first, second and third block,
   * the third after the final norm; their first four elements.
   */
  @Test
  void paddingIsWhatTransformersHas() {
    float[][] right = {
      {3.081168f, -0.285055f, -1.413671f, 1.012397f},
      {3.62092f, 0.660532f, -3.461499f, 4.353943f},
      {0.496323f, -0.221147f, -0.718517f, 0.982775f},
      {2.098512f, 0.99719f, -1.324885f, 0.859927f},
      {2.096952f, 1.630231f, -3.802805f, 3.866006f},
      {0.464123f, -0.005914f, -0.713063f, 1.07677f}
    };
    float[][] left = {
      {3.566849f, -1.870569f, -1.263121f, -0.004907f},
      {3.315156f, -1.347242f, -1.531995f, 2.316241f},
      {0.618295f, -0.754708f, 0.226952f, 0.5582f},
      {4.242536f, -1.848879f, -1.331645f, 0.090907f},
      {4.182969f, -1.428525f, -1.919613f, 2.972474f},
      {0.579298f, -0.674337f, -0.106297f, 0.650821f}
    };
    Range none = new Range(0, 0);
    expectFirst(right, new Window(range(0, 5), new Range(5, 9), 0), 0);
    expectFirst(right, new Window(range(2, 5), new Range(5, 9), 0), 3);
    expectFirst(left, new Window(range(0, 5), none, 4), 0);
    expectFirst(left, new Window(range(0, 5), none, 2), 3);
  }

  private void expectFirst(float[][] expected, Window window, int first) {
    List<Place> places =
        List.of(
            new Place(HookPoint.RESID_POST, 0),
            new Place(HookPoint.RESID_POST, 1),
            new Place(HookPoint.FINAL_NORM, Tiny.LAYERS));
    Pooled string = new Pooled(new int[] {17, 200, 3, 99, 41}, window);
    try (PooledRows rows = PooledRows.read(model, List.of(string), places, Progress.NONE)) {
      for (int p = 0; p < places.size(); p++) {
        assertThat(Arrays.copyOf(rows.row(0, p), 4))
            .containsExactly(expected[first + p], within(2e-5f));
      }
    }
  }

  /** As many rows of padding as fill several passes, and strings that differ in them alone. */
  @Test
  void paddingIsTheSameInWhateverPassesItIsComputed() {
    int[] ids = {17, 200, 3, 99, 41};
    List<Pooled> strings = new ArrayList<>();
    for (int length : new int[] {9, 300, 500, 500}) {
      strings.add(new Pooled(ids, new Window(range(1, 5), new Range(6, length), 0)));
    }
    strings.add(new Pooled(new int[] {17, 200}, new Window(List.of(), new Range(2, 400), 0)));
    try (PooledRows together = PooledRows.read(model, strings, PLACES, Progress.NONE)) {
      for (int s = 0; s < strings.size(); s++) {
        try (PooledRows alone =
            PooledRows.read(model, strings.subList(s, s + 1), PLACES, Progress.NONE)) {
          assertThat(together.row(s, 1)).containsExactly(alone.row(0, 1));
        }
      }
    }
  }

  @Test
  void theMedianNormIsThatOfWhatIsPooled() {
    List<Pooled> strings = strings(9, 12);
    List<Float> norms = new ArrayList<>();
    for (Pooled string : strings) {
      Hooks capture =
          Hooks.builder()
              .on(
                  HookPoint.RESID_POST,
                  2,
                  a -> {
                    for (Range range : string.window().tokens()) {
                      for (int i = range.from(); i < range.to(); i++) {
                        norms.add(a.norms()[i]);
                      }
                    }
                  })
              .build();
      run(string.ids(), capture);
    }
    Collections.sort(norms);
    double median = norms.get((norms.size() - 1) / 2);
    try (PooledRows rows = PooledRows.read(model, strings, PLACES, Progress.NONE)) {
      assertThat(rows.medianNorm(1, 0)).isCloseTo(median, within(0.002 * median));
    }
  }

  @Test
  void aListenerEndsTheWorkAndWhatIsCompleteRemains() {
    List<Pooled> strings = strings(1_200, 40);
    Progress stopping =
        new Progress() {
          private boolean enough;

          @Override
          public void at(long done, long total) {
            enough = done > total / 2;
          }

          @Override
          public boolean isStopped() {
            return enough;
          }
        };
    try (PooledRows rows = PooledRows.read(model, strings, PLACES, stopping)) {
      int[] complete = IntStream.range(0, strings.size()).filter(rows::has).toArray();
      assertThat(complete).hasSizeBetween(300, 1_100);
      for (int s : new int[] {complete[0], complete[complete.length - 1]}) {
        assertThat(rows.row(s, 0)).containsExactly(alone(strings.get(s), PLACES.get(0)));
      }
    }
  }

  @Test
  void textsWithoutTokensOrTooLongAreRefused() {
    assertThatThrownBy(() -> read(new int[0]))
        .isInstanceOf(DroverException.class)
        .hasMessage("a text has no tokens, so there is nothing to pool");
    assertThatThrownBy(() -> read(new int[513]))
        .isInstanceOf(DroverException.class)
        .hasMessage("a text has 513 tokens, but the model's context is 512");
  }

  private void read(int[] ids) {
    Pooled string = new Pooled(ids, Window.of(range(0, ids.length)));
    PooledRows.read(model, List.of(string), PLACES, Progress.NONE).close();
  }

  private static List<Range> range(int from, int to) {
    return List.of(new Range(from, to));
  }

  /** Random strings that begin alike, and the mean of some of their tokens in one or two runs. */
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
              int from = random.nextInt(length);
              List<Range> ranges = new ArrayList<>(range(from, length));
              if (from > 2) {
                ranges.addFirst(new Range(random.nextInt(from - 2), from - 2));
                ranges.removeIf(range -> range.length() == 0);
              }
              return new Pooled(ids, Window.of(ranges));
            })
        .toList();
  }

  private float[] alone(Pooled string, Place place) {
    float[] mean = new float[Tiny.WIDTH];
    float count = string.window().count();
    Hooks hooks =
        Hooks.builder()
            .on(
                place.point(),
                place.layer(),
                a -> {
                  for (Range range : string.window().tokens()) {
                    for (int row = range.from(); row < range.to(); row++) {
                      float[] one = a.row(row);
                      for (int i = 0; i < mean.length; i++) {
                        mean[i] += one[i];
                      }
                    }
                  }
                })
            .build();
    run(string.ids(), hooks);
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= count;
    }
    return mean;
  }

  private void run(int[] ids, Hooks hooks) {
    try (Sequence sequence = model.newSequence()) {
      model.forward(Batch.of(sequence, ids), hooks).close();
    }
  }
}
