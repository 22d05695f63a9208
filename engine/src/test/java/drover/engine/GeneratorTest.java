package drover.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.Generation.Finish;
import drover.engine.io.DroverException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GeneratorTest {
  private final Llama model = Llama.open(Golden.folder("tiny-llama3-rope"));

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void aBatchGivesEachPromptItsLoneText() {
    List<int[]> prompts = prompts(9, 40);
    for (GenerationSettings settings :
        List.of(
            greedy(12),
            greedy(12).withRepetitionPenalty(1.3),
            greedy(12).withTemperature(0.9).withSampling(50, 0.95, 0.01).withSeed(7))) {
      List<Generation> together = generate(prompts, settings);
      for (int i = 0; i < prompts.size(); i++) {
        Generation alone = generate(List.of(prompts.get(i)), settings).getFirst();
        assertThat(together.get(i).ids()).containsExactly(alone.ids());
      }
    }
  }

  @Test
  void promptsLongerThanOnePassAreCutWithoutConsequence() {
    int[] prompt = prompts(1, 300).getFirst();
    List<int[]> many = List.of(prompt, prompts(1, 301).getFirst(), prompt);
    List<Generation> together = generate(many, greedy(3));
    assertThat(together.get(2).ids()).containsExactly(together.get(0).ids());
    assertThat(together.get(0).ids())
        .containsExactly(generate(List.of(prompt), greedy(3)).getFirst().ids());
  }

  @Test
  void theSameSeedGivesTheSameTextAndAnotherSeedAnother() {
    GenerationSettings sampled = greedy(24).withTemperature(2).withSeed(1);
    List<int[]> prompt = prompts(1, 5);
    int[] first = generate(prompt, sampled).getFirst().ids();
    assertThat(generate(prompt, sampled).getFirst().ids()).containsExactly(first);
    assertThat(generate(prompt, sampled.withSeed(2)).getFirst().ids()).isNotEqualTo(first);
  }

  @Test
  void aTopKOfOneIsGreedyAtAnyTemperature() {
    List<int[]> prompt = prompts(1, 8);
    int[] expected = generate(prompt, greedy(16)).getFirst().ids();
    GenerationSettings topOne = greedy(16).withTemperature(5).withSampling(1, 1, 0);
    assertThat(generate(prompt, topOne).getFirst().ids()).containsExactly(expected);
  }

  @Test
  void sequencesEndOnTheirOwn() {
    GenerationSettings settings =
        new GenerationSettings(40, 3, 0, 1, 0, 1, 3, List.of(), false, false);
    List<Generation> texts = generate(prompts(60, 10), settings);
    assertThat(texts).anyMatch(t -> t.finish() == Finish.STOP);
    for (Generation text : texts) {
      boolean stopped = text.ids()[text.ids().length - 1] == 2;
      assertThat(text.finish()).isEqualTo(stopped ? Finish.STOP : Finish.LENGTH);
      assertThat(text.ids()).hasSizeLessThanOrEqualTo(40);
      assertThat(IntStream.of(text.ids()).limit(text.ids().length - 1)).doesNotContain(2);
    }
  }

  @Test
  void aPromptThatFillsTheContextIsRefusedInOneSentence() {
    int[] prompt = prompts(1, model.config().maxPositions()).getFirst();
    assertThatThrownBy(() -> generate(List.of(prompt), greedy(1)))
        .isInstanceOf(DroverException.class)
        .hasMessage("the prompt of 512 tokens leaves no room in the model's context of 512");
  }

  @Test
  void aTextEndsWhereTheContextIsFull() {
    int[] prompt = prompts(1, 508).getFirst();
    GenerationSettings settings = greedy(100).withSpecialTokens(true, false);
    Generation text = generate(List.of(prompt), settings).getFirst();
    assertThat(text.finish()).isEqualTo(Finish.LENGTH);
    assertThat(text.ids()).hasSize(5);
  }

  @Test
  void anEmptyPromptIsRefused() {
    assertThatThrownBy(() -> generate(List.of(new int[0]), greedy(1)))
        .isInstanceOf(DroverException.class)
        .hasMessageContaining("the prompt is empty");
  }

  @Test
  void idsOutsideTheVocabularyAreRefused() {
    for (int id : new int[] {-1, 256, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> generate(List.of(new int[] {5, id}), greedy(1)))
          .isInstanceOf(DroverException.class)
          .hasMessage("token id " + id + " is outside the vocabulary of 256");
    }
  }

  @Test
  void logitsThatAreNoNumbersAreRefused() {
    float[] huge = new float[model.config().hiddenSize()];
    Arrays.fill(huge, 3e38f);
    Direction direction = model.direction(huge);
    Hooks hooks = Hooks.builder().on(HookPoint.RESID_POST, 1, a -> a.add(direction, 1e30f)).build();
    GenerationSettings sampled = greedy(4).withTemperature(1);
    for (GenerationSettings settings :
        List.of(sampled, sampled.withSampling(1, 1, 0), greedy(4).withRepetitionPenalty(1.1))) {
      assertThatThrownBy(() -> new Generator(model, hooks, settings).generate(5, 6, 7))
          .isInstanceOf(DroverException.class)
          .hasMessageStartingWith("the model's logits are not finite");
    }
  }

  @Test
  void hooksThatLeaveNoLogitsAreRefused() {
    Hooks hooks = Hooks.builder().stopAfterLayer(1).build();
    assertThatThrownBy(() -> new Generator(model, hooks, greedy(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSequenceCanBeContinuedAfterItsText() {
    int[] prompt = prompts(1, 12).getFirst();
    GenerationSettings settings = greedy(6).withSpecialTokens(true, false);
    int[] whole = generate(List.of(prompt), settings).getFirst().ids();
    try (Sequence sequence = model.newSequence()) {
      Generator three = new Generator(model, Hooks.NONE, greedy(3).withSpecialTokens(true, false));
      int[] first = run(three, sequence, prompt);
      int[] second = run(three, sequence, new int[] {first[2]});
      assertThat(IntStream.concat(IntStream.of(first), IntStream.of(second)))
          .containsExactlyElementsOf(IntStream.of(whole).boxed().toList());
    }
  }

  @Test
  void theRepetitionPenaltyKnowsThePast() {
    int[] prompt = prompts(1, 30).getFirst();
    GenerationSettings settings =
        greedy(12).withRepetitionPenalty(3).withSpecialTokens(true, false);
    int[] whole = generate(List.of(prompt), settings).getFirst().ids();
    int[] past = Arrays.copyOf(prompt, 29);
    try (Sequence sequence = model.newSequence()) {
      model.forward(Batch.of(sequence, past), Hooks.NONE).close();
      GenerationRequest rest = new GenerationRequest(sequence, new int[] {prompt[29]}, past);
      assertThat(
              new Generator(model, Hooks.NONE, settings)
                  .generate(List.of(rest), GenerationListener.NONE)
                  .getFirst()
                  .ids())
          .containsExactly(whole);
    }
  }

  @Test
  void settingsOutOfRangeAreRefusedByName() {
    assertThatThrownBy(() -> greedy(0)).hasMessage("max-new-tokens is 0, but must be at least 1");
    assertThatThrownBy(() -> greedy(1).withTemperature(-0.5))
        .hasMessage("temperature is -0.5, but must be from 0 to 10000");
    assertThatThrownBy(() -> greedy(1).withSampling(0, 0, 0))
        .hasMessage("top-p is 0, but must be above 0 and at most 1");
    assertThatThrownBy(() -> greedy(1).withTemperature(Double.NaN))
        .isInstanceOf(DroverException.class);
  }

  private static GenerationSettings greedy(int tokens) {
    return GenerationSettings.greedy(tokens);
  }

  private static int[] run(Generator generator, Sequence sequence, int[] prompt) {
    return generator
        .generate(List.of(new GenerationRequest(sequence, prompt)), GenerationListener.NONE)
        .getFirst()
        .ids();
  }

  private List<Generation> generate(List<int[]> prompts, GenerationSettings settings) {
    List<GenerationRequest> requests = new ArrayList<>();
    for (int[] prompt : prompts) {
      requests.add(new GenerationRequest(model.newSequence(), prompt));
    }
    return new Generator(model, Hooks.NONE, settings).generate(requests, GenerationListener.NONE);
  }

  private List<int[]> prompts(int count, int length) {
    Random random = new Random(count * 1000L + length);
    return IntStream.range(0, count)
        .mapToObj(_ -> random.ints(length, 3, model.config().vocabSize()).toArray())
        .toList();
  }
}
