package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import drover.engine.Batch;
import drover.engine.HookPoint;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.PromptEncoder;
import drover.engine.Sequence;
import drover.steering.linalg.Vectors;
import drover.steering.search.ConditionPoint;
import drover.steering.search.ThresholdIs;
import drover.tokenizer.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each quirk of extraction, of prompts and of the search, kept and not kept, and nothing else
 * changed. Those of steering are tested where steering is: {@link GateTest}, {@link BehaviorTest}
 * and {@link SteeringPlanTest}.
 */
class QuirkTest {
  private static final Path PAGE = Path.of("../docs/semantics.md");
  private static final TrainingOptions MEANS =
      TrainingOptions.BEHAVIOR.withMethod(ExtractionMethod.MEAN_DIFF);
  private static final TrainingOptions ALL = MEANS.withAccumulate(new Accumulate.All());
  private static final SteeringDataset TEXTS =
      SteeringDataset.ofTexts(
          List.of(
              new ContrastPair("good", "bad"),
              new ContrastPair("a much longer text", "short"),
              new ContrastPair("x", "another text of some length")));

  @TempDir private Path folder;
  private Llama model;

  @BeforeEach
  void open() {
    model = Llama.open(Tiny.folder(folder, Tiny.TEMPLATE));
  }

  @AfterEach
  void close() {
    model.close();
  }

  private static Semantics keeping(Quirk quirk) {
    return Semantics.CORRECTED.with(quirk);
  }

  @Test
  void thePageExplainsEveryQuirkAndNoOther() throws IOException {
    List<String> keys =
        Pattern.compile("(?m)^### `(\\w+)`$")
            .matcher(Files.readString(PAGE))
            .results()
            .map(MatchResult::group)
            .toList();
    assertThat(keys)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Quirk.values()).map(quirk -> "### `" + quirk.key() + "`").toList());
  }

  @Test
  void theLastLayerIsReadAfterTheFinalNorm() {
    Quirk quirk = Quirk.LAST_LAYER_AFTER_FINAL_NORM;
    int last = Tiny.LAYERS - 1;
    SteeringVector kept = train(TEXTS, ALL.withSemantics(keeping(quirk)));
    SteeringVector without = train(TEXTS, ALL);
    expectEqual(
        kept.directions().get(last), meanDifference(HookPoint.FINAL_NORM, Tiny.LAYERS), 1e-6);
    expectEqual(without.directions().get(last), meanDifference(HookPoint.RESID_POST, last), 1e-6);
    assertThat(kept.directions().get(last)).isNotEqualTo(without.directions().get(last));
    assertThat(kept.directions().get(0)).containsExactly(without.directions().get(0));
  }

  /** By hooks alone, one text after the other; scaled to unit length. */
  private float[] meanDifference(HookPoint point, int layer) {
    double[] sum = new double[Tiny.WIDTH];
    List<TokenSpans> strings = DatasetTokens.encode(model, TEXTS, Semantics.CORRECTED).strings();
    for (int string = 0; string < strings.size(); string++) {
      float[] mean = Steered.mean(rows(strings.get(string).ids(), point, layer));
      for (int i = 0; i < mean.length; i++) {
        sum[i] += string % 2 == 0 ? mean[i] : -mean[i];
      }
    }
    return Vectors.unit(sum);
  }

  private float[][] rows(int[] ids, HookPoint point, int layer) {
    float[][][] seen = new float[1][][];
    Hooks hooks = Hooks.builder().on(point, layer, a -> seen[0] = a.copyRows()).build();
    try (Sequence sequence = model.newSequence()) {
      model.forward(Batch.of(sequence, ids), hooks).close();
    }
    return seen[0];
  }

  @Test
  void paddingCounts() {
    TrainingOptions keeps = ALL.withSemantics(keeping(Quirk.PADDING_COUNTS));
    TrainingOptions lacks = ALL.withSemantics(Semantics.REFERENCE.without(Quirk.PADDING_COUNTS));
    float[] padded = direction(TEXTS, keeps.withPadding(Padding.RIGHT_32));
    float[] alone = direction(TEXTS, keeps.withPadding(Padding.NONE));
    assertThat(Math.abs(Vectors.dot(padded, alone))).isLessThan(0.999);
    expectEqual(alone, direction(TEXTS, ALL), 1e-6);
    assertThat(direction(TEXTS, lacks.withPadding(Padding.RIGHT_32)))
        .containsExactly(direction(TEXTS, lacks.withPadding(Padding.NONE)));
  }

  @Test
  void theFirstSuffixSaysHowManyTokensAreASuffix() {
    SteeringDataset unequal =
        TEXTS.withSuffixPairs(
            List.of(new ContrastPair("ab", "cde"), new ContrastPair("fghi", "jklmno")));
    TrainingOptions keeps = MEANS.withSemantics(keeping(Quirk.SUFFIX_LENGTH_OF_FIRST));
    TrainingOptions lastTwo = MEANS.withAccumulate(new Accumulate.Last(2));
    assertThat(direction(unequal, keeps)).containsExactly(direction(unequal, lastTwo));
    assertThat(Vectors.dot(direction(unequal, MEANS), direction(unequal, lastTwo)))
        .isLessThan(0.999f);
    SteeringDataset equal = TEXTS.withSuffixPairs(List.of(new ContrastPair("ab", "cd")));
    assertThat(direction(equal, MEANS)).containsExactly(direction(equal, keeps));
  }

  @Test
  void textsForExtractionEndAfterTheUsersTurn() {
    SteeringDataset suffixed = TEXTS.withSuffixes(List.of("Yes"));
    assertThat(firstText(suffixed, keeping(Quirk.EXTRACTS_WITHOUT_REPLY_HEADER)))
        .isEqualTo("[system]Be brief.</s>[user]good</s>Yes");
    assertThat(firstText(suffixed, Semantics.CORRECTED))
        .isEqualTo("[system]Be brief.</s>[user]good</s>[assistant]Yes");
  }

  @Test
  void aTextFromTheTemplateHasASecondBeginningOfText() {
    Semantics keeps = keeping(Quirk.SECOND_BOS);
    Semantics lacks = Semantics.REFERENCE.without(Quirk.SECOND_BOS);
    assertThat(firstText(TEXTS, keeps)).startsWith("<s>[system]");
    assertThat(firstText(TEXTS, Semantics.CORRECTED)).startsWith("[system]");
    assertThat(firstText(TEXTS, lacks)).startsWith("[system]");
    int[] with = prompt("good", keeps);
    int[] without = prompt("good", Semantics.CORRECTED);
    assertThat(with[0]).isEqualTo(1);
    assertThat(Arrays.copyOfRange(with, 1, with.length)).containsExactly(without);
    assertThat(prompt("good", lacks)).containsExactly(without);
  }

  @Test
  void specialTokensThatAPromptSpellsOutBecomeTokens() {
    Semantics lacks = Semantics.REFERENCE.without(Quirk.TEXT_BECOMES_SPECIAL_TOKENS);
    assertThat(ends(prompt("a</s>b", keeping(Quirk.TEXT_BECOMES_SPECIAL_TOKENS)))).isEqualTo(3);
    assertThat(ends(prompt("a</s>b", Semantics.CORRECTED))).isEqualTo(2);
    assertThat(ends(prompt("a</s>b", lacks))).isEqualTo(2);
  }

  /** How many ends of turns there are. */
  private static long ends(int[] ids) {
    return Arrays.stream(ids).filter(id -> id == 2).count();
  }

  @Test
  void theThresholdFoundIsRoundedToThreeDecimals() {
    List<String> texts = byFirstSimilarity("low", "mid");
    double middle = (similarity(texts.get(0)) + similarity(texts.get(1))) / 2;
    ConditionPoint exact = search(texts, 1, Semantics.CORRECTED, middle).point();
    assertThat(exact.threshold()).isEqualTo(middle);
    ConditionPoint rounded = search(texts, 1, keeping(Quirk.ROUNDED_THRESHOLD), middle).point();
    assertThat(rounded.threshold()).isEqualTo(Math.rint(middle * 1000) / 1000);
    assertThat(rounded.threshold()).isNotEqualTo(middle);
  }

  @Test
  void aSimilarityEqualToTheThresholdMeetsLarger() {
    List<String> texts = byFirstSimilarity("low", "mid", "high");
    double second = similarity(texts.get(1));
    assertThat(search(texts, 2, keeping(Quirk.EQUAL_MEETS_LARGER), second).point())
        .satisfies(
            point -> {
              assertThat(point.thresholdIs()).isEqualTo(ThresholdIs.LARGER);
              assertThat(point.quality().f1()).isEqualTo(1);
            });
    assertThat(search(texts, 2, Semantics.CORRECTED, second).point().quality().f1())
        .isEqualTo(2.0 / 3);
  }

  @Test
  void thresholdsThatAreEqualToThreeDecimalsShareAnEntryOfTheAnalysis() {
    List<String> texts = byFirstSimilarity("low", "mid");
    double[] thresholds = {2.0001, 2.0002, 2.0101};
    assertThat(entries(search(texts, 1, keeping(Quirk.COLLIDING_KEYS), thresholds)))
        .containsExactly("2.000_larger", "2.010_larger");
    assertThat(entries(search(texts, 1, Semantics.CORRECTED, thresholds)))
        .containsExactly("2.0001_larger", "2.0002_larger", "2.0101_larger");
  }

  private static List<String> entries(ConditionFinder.Found found) {
    return List.copyOf(found.analysis().f1Scores().get(List.of(0)).keySet());
  }

  /** Searches layer 0, the first texts being those that shall meet the condition. */
  private ConditionFinder.Found search(
      List<String> texts, int positive, Semantics semantics, double... thresholds) {
    SteeringVector vector = Tiny.vector(1);
    SearchOptions options =
        SearchOptions.of(vector, semantics)
            .withLayers(Layers.parse("0"))
            .withSimilarity(Similarity.COSINE)
            .withThresholds(thresholds);
    return new ConditionFinder(model, vector, options)
        .find(texts.subList(0, positive), texts.subList(positive, texts.size()), Progress.NONE);
  }

  private List<String> byFirstSimilarity(String... texts) {
    Map<String, Double> similarities = new HashMap<>();
    for (String text : texts) {
      similarities.put(text, similarity(text));
    }
    return Arrays.stream(texts).sorted(Comparator.comparing(similarities::get)).toList();
  }

  private double similarity(String text) {
    float[][] rows = rows(prompt(text, Semantics.CORRECTED), HookPoint.RESID_POST, 0);
    SteeringVector vector = Tiny.vector(1);
    SearchOptions options =
        SearchOptions.of(vector, Semantics.CORRECTED)
            .withLayers(Layers.parse("0"))
            .withSimilarity(Similarity.COSINE);
    double found =
        new ConditionFinder(model, vector, options)
            .similarities(List.of(text), List.of(text), Progress.NONE)
            .positive(0)[0];
    double expected = Similarity.COSINE.of(Steered.mean(rows), vector.directions().get(0));
    assertThat(found).isCloseTo(expected, within(1e-6));
    return found;
  }

  private String firstText(SteeringDataset dataset, Semantics semantics) {
    int[] ids = DatasetTokens.encode(model, dataset, semantics).strings().getFirst().ids();
    return model.tokenizer().orElseThrow().decode(ids, false);
  }

  private int[] prompt(String text, Semantics semantics) {
    List<Message> messages = List.of(new Message("user", text));
    return PromptTokens.of(PromptEncoder.of(model), messages, semantics).ids();
  }

  private SteeringVector train(SteeringDataset dataset, TrainingOptions options) {
    return SteeringVector.train(model, dataset, options, Progress.NONE);
  }

  private float[] direction(SteeringDataset dataset, TrainingOptions options) {
    return train(dataset, options).directions().get(1);
  }

  private static void expectEqual(float[] found, float[] expected, double tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    assertThat(IntStream.range(0, found.length))
        .allMatch(i -> Math.abs(found[i] - expected[i]) <= tolerance);
  }
}
