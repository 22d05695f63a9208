package drover.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.Batch.LogitRows;
import drover.engine.io.DroverException;
import drover.kernels.Device;
import drover.kernels.Devices;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A sequence's result depends on nothing but its own tokens: equal bits, not merely close. */
class PackingTest {
  private final Llama model = Llama.open(Golden.folder("tiny-sharded"));
  private final Random random = new Random(5);

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void packedSequencesHaveTheBitsOfLoneOnes() {
    List<int[]> prompts = new ArrayList<>();
    for (int length : new int[] {1, 2, 5, 6, 7, 17, 64, 65, 130}) {
      prompts.add(ids(length));
    }
    for (int round = 0; round < 5; round++) {
      Collections.shuffle(prompts, random);
      float[][] packed = logits(prompts);
      int row = 0;
      for (int[] prompt : prompts) {
        for (float[] expected : logits(List.of(prompt))) {
          assertThat(packed[row]).containsExactly(expected);
          row++;
        }
      }
    }
  }

  @Test
  void aSequenceInPiecesHasTheBitsOfTheWhole() {
    int[] prompt = ids(150);
    float[][] whole = logits(List.of(prompt));
    for (int piece : new int[] {1, 2, 7, 16, 63, 64, 149}) {
      try (Sequence sequence = model.newSequence()) {
        for (int from = 0; from < prompt.length; from += piece) {
          int[] part = Arrays.copyOfRange(prompt, from, Math.min(from + piece, prompt.length));
          float[][] rows = forward(Batch.builder().add(sequence, part, LogitRows.ALL).build());
          for (int i = 0; i < rows.length; i++) {
            assertThat(rows[i]).containsExactly(whole[from + i]);
          }
        }
      }
    }
  }

  @Test
  void aForkHasTheBitsOfItsWholeText() {
    int[] past = ids(100);
    try (Sequence trunk = model.newSequence()) {
      forward(Batch.of(trunk, past));
      for (int at : new int[] {1, 15, 16, 63, 64, 99, 100}) {
        int[] own = ids(20);
        int[] whole = IntStream.concat(Arrays.stream(past, 0, at), Arrays.stream(own)).toArray();
        float[][] expected = logits(List.of(whole));
        try (Sequence fork = trunk.fork(at);
            Sequence deeper = continued(fork, Arrays.copyOf(own, 9))) {
          float[][] actual =
              forward(
                  Batch.builder()
                      .add(deeper, Arrays.copyOfRange(own, 9, 20), LogitRows.ALL)
                      .build());
          for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).containsExactly(expected[at + 9 + i]);
          }
        }
      }
    }
  }

  @Test
  void aSequenceForOnePassHasTheBitsOfAnyOther() {
    int[] past = ids(70);
    List<int[]> texts = List.of(ids(1), ids(16), ids(17), ids(90));
    try (Sequence trunk = model.newSequence()) {
      forward(Batch.of(trunk, past));
      Batch.Builder batch = Batch.builder();
      for (int[] text : texts) {
        batch.add(trunk.fork(70, text.length).forOnePass(), text, LogitRows.ALL);
        batch.add(model.newSequence(text.length).forOnePass(), text, LogitRows.ALL);
      }
      float[][] actual = forward(batch.build());
      int row = 0;
      for (int[] text : texts) {
        int[] whole = IntStream.concat(Arrays.stream(past), Arrays.stream(text)).toArray();
        float[][] forked = logits(List.of(whole));
        float[][] alone = logits(List.of(text));
        for (int i = 0; i < text.length; i++) {
          assertThat(actual[row + i]).containsExactly(forked[70 + i]);
          assertThat(actual[row + text.length + i]).containsExactly(alone[i]);
        }
        row += 2 * text.length;
      }
    }
  }

  @Test
  void aSequenceForOnePassIsNeitherContinuedNorForked() {
    try (Sequence sequence = model.newSequence().forOnePass()) {
      forward(Batch.of(sequence, ids(3)));
      assertThatThrownBy(() -> forward(Batch.of(sequence, ids(1))))
          .hasMessage("a segment for one pass has had it");
      assertThatThrownBy(sequence::fork).hasMessage("a segment for one pass cannot be forked");
      assertThatThrownBy(sequence::forOnePass)
          .hasMessage("a segment for one pass must be empty before it");
    }
  }

  private Sequence continued(Sequence fork, int[] tokens) {
    forward(Batch.of(fork, tokens));
    return fork.fork();
  }

  @Test
  void aTruncatedSequenceGoesOnAsIfNothingHadBeen() {
    int[] prompt = ids(40);
    float[][] expected = logits(List.of(prompt));
    try (Sequence sequence = model.newSequence()) {
      forward(Batch.of(sequence, Arrays.copyOf(prompt, 25)));
      forward(Batch.of(sequence, ids(30)));
      sequence.truncate(25);
      float[][] rest =
          forward(
              Batch.builder()
                  .add(sequence, Arrays.copyOfRange(prompt, 25, 40), LogitRows.ALL)
                  .build());
      for (int i = 0; i < rest.length; i++) {
        assertThat(rest[i]).containsExactly(expected[25 + i]);
      }
    }
  }

  @Test
  void theNumberOfThreadsChangesNoBit() {
    List<int[]> prompts = List.of(ids(3), ids(90), ids(1));
    float[][] expected = logits(prompts);
    for (int threads : new int[] {1, 3, 8}) {
      try (Device device = Devices.open("vector", threads);
          Llama other = Llama.open(Golden.folder("tiny-sharded"), device)) {
        float[][] actual = logits(other, prompts);
        assertThat(actual).isDeepEqualTo(expected);
      }
    }
  }

  @Test
  void twoModelsAndEightThreadsDoNotDisturbEachOther() throws Exception {
    List<int[]> prompts = IntStream.range(1, 40).mapToObj(this::ids).toList();
    List<float[][]> expected = prompts.stream().map(p -> logits(List.of(p))).toList();
    try (Llama second = Llama.open(Golden.folder("tiny-sharded"), model.device());
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<float[][]>> results = new ArrayList<>();
      for (int i = 0; i < prompts.size(); i++) {
        Llama chosen = i % 2 == 0 ? model : second;
        int[] prompt = prompts.get(i);
        results.add(threads.submit(() -> logits(chosen, List.of(prompt))));
      }
      for (int i = 0; i < prompts.size(); i++) {
        assertThat(results.get(i).get()).isDeepEqualTo(expected.get(i));
      }
    }
  }

  @Test
  void rowsThatOnlyLookLeaveTheSequenceAsItWas() {
    int[] prompt = ids(20);
    int[] next = ids(4);
    float[][] expected =
        logits(List.of(IntStream.concat(IntStream.of(prompt), IntStream.of(next)).toArray()));
    try (Sequence sequence = model.newSequence()) {
      forward(Batch.of(sequence, prompt));
      forward(Batch.builder().addLooking(sequence, 25, new int[] {0, 0, 0}).build());
      assertThat(sequence.length()).isEqualTo(20);
      float[][] rows = forward(Batch.builder().add(sequence, next, LogitRows.ALL).build());
      for (int i = 0; i < rows.length; i++) {
        assertThat(rows[i]).containsExactly(expected[20 + i]);
      }
    }
  }

  @Test
  void aPassThatFailsLeavesTheSequencesAsTheyWere() {
    int[] prompt = ids(30);
    float[][] expected = logits(List.of(prompt));
    try (Sequence sequence = model.newSequence()) {
      forward(Batch.of(sequence, Arrays.copyOf(prompt, 10)));
      Hooks failing =
          Hooks.builder()
              .on(
                  HookPoint.MLP_OUT,
                  1,
                  a -> {
                    throw new IllegalStateException("from the hook");
                  })
              .build();
      assertThatThrownBy(() -> model.forward(Batch.of(sequence, ids(5)), failing))
          .hasMessage("from the hook");
      assertThat(sequence.length()).isEqualTo(10);
      float[][] rest =
          forward(
              Batch.builder()
                  .add(sequence, Arrays.copyOfRange(prompt, 10, 30), LogitRows.ALL)
                  .build());
      assertThat(rest[19]).containsExactly(expected[29]);
    }
  }

  @Test
  void whatDoesNotFitTheModelIsOneSentence() {
    Sequence sequence = model.newSequence();
    assertThatThrownBy(() -> model.forward(Batch.of(sequence, 5, 256), Hooks.NONE))
        .isInstanceOf(DroverException.class)
        .hasMessage("token id 256 is outside the vocabulary of 256");
    assertThatThrownBy(() -> Batch.of(sequence, new int[513]))
        .isInstanceOf(DroverException.class)
        .hasMessage("the context of 512 tokens is full: 0 are in it and 513 more were given");
    assertThatThrownBy(() -> Batch.of(sequence))
        .isInstanceOf(DroverException.class)
        .hasMessageContaining("the prompt is empty");
  }

  private int[] ids(int length) {
    return random.ints(length, 0, model.config().vocabSize()).toArray();
  }

  private float[][] logits(List<int[]> prompts) {
    return logits(model, prompts);
  }

  private static float[][] logits(Llama model, List<int[]> prompts) {
    Batch.Builder batch = Batch.builder();
    for (int[] prompt : prompts) {
      batch.add(model.newSequence(), prompt, LogitRows.ALL);
    }
    return forward(model, batch.build());
  }

  private float[][] forward(Batch batch) {
    return forward(model, batch);
  }

  private static float[][] forward(Llama model, Batch batch) {
    try (Logits logits = model.forward(batch, Hooks.NONE)) {
      return IntStream.range(0, logits.rows()).mapToObj(logits::row).toArray(float[][]::new);
    }
  }
}
