package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.Llama;
import drover.engine.io.DroverException;
import drover.steering.search.Similarities;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several vectors, and several searches, of texts that they share. */
class SeveralAtOnceTest {
  private static final int TEXTS = 40;
  private static final TrainingOptions OPTIONS =
      TrainingOptions.BEHAVIOR.withAccumulate(new Accumulate.All());

  @TempDir private Path folder;
  private Llama model;
  private final List<String> first = texts(1);
  private final List<String> second = texts(2);
  private final List<String> third = texts(3);

  @BeforeEach
  void open() {
    model = Llama.open(Tiny.folder(folder, ""));
  }

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void theVectorsAreThoseOfOneByOne() {
    List<SteeringDataset> datasets = datasets();
    List<SteeringVector> together =
        SteeringVector.trainAll(model, datasets, OPTIONS, Progress.NONE);
    for (int i = 0; i < datasets.size(); i++) {
      expectSame(
          together.get(i), SteeringVector.train(model, datasets.get(i), OPTIONS, Progress.NONE));
    }
  }

  /** The same in the Python library's reading, where each data set has padding of its own. */
  @Test
  void paddingIsThatOfEachDataSet() {
    TrainingOptions options = OPTIONS.withSemantics(Semantics.REFERENCE);
    List<SteeringVector> together =
        SteeringVector.trainAll(model, datasets(), options, Progress.NONE);
    for (int i = 0; i < together.size(); i++) {
      expectSame(
          together.get(i), SteeringVector.train(model, datasets().get(i), options, Progress.NONE));
    }
  }

  @Test
  void whatTheyShareIsComputedOnce() {
    long alone = tokens(datasets().subList(0, 1));
    long twice = tokens(List.of(datasets().getFirst(), datasets().getFirst()));
    assertThat(twice).isEqualTo(alone);
    assertThat(tokens(datasets())).isLessThan(2 * alone);
  }

  @Test
  void projectionsTellTheirDataSet() {
    List<String> heard = new ArrayList<>();
    SteeringVector.trainAll(
        model,
        datasets().subList(0, 2),
        OPTIONS,
        Progress.NONE,
        (projection, set) -> heard.add(set + ":" + projection.layer()));
    assertThat(heard).containsExactly("0:0", "0:1", "0:2", "1:0", "1:1", "1:2");
  }

  @Test
  void similaritiesAreThoseOfOneByOne() {
    List<SteeringVector> vectors =
        SteeringVector.trainAll(model, datasets(), OPTIONS, Progress.NONE);
    List<ConditionFinder.Prompts> searches =
        List.of(
            new ConditionFinder.Prompts(finder(vectors.get(0), "0-2"), first, second),
            new ConditionFinder.Prompts(finder(vectors.get(1), "1"), third, first),
            new ConditionFinder.Prompts(finder(vectors.get(2), "0"), second, third));
    List<Similarities> together = ConditionFinder.similarities(searches, Progress.NONE);
    for (int i = 0; i < searches.size(); i++) {
      ConditionFinder.Prompts search = searches.get(i);
      Similarities alone =
          search.finder().similarities(search.positive(), search.negative(), Progress.NONE);
      assertThat(together.get(i).layers()).isEqualTo(alone.layers());
      for (int layer : alone.layers()) {
        assertThat(together.get(i).positive(layer)).containsExactly(alone.positive(layer));
        assertThat(together.get(i).negative(layer)).containsExactly(alone.negative(layer));
      }
    }
  }

  @Test
  void aDataSetThatIsStoppedTooEarlyIsTold() {
    Progress stopped =
        new Progress() {
          @Override
          public void at(long done, long total) {}

          @Override
          public boolean isStopped() {
            return true;
          }
        };
    assertThatThrownBy(() -> SteeringVector.trainAll(model, datasets(), OPTIONS, stopped))
        .isInstanceOf(DroverException.class)
        .hasMessage("stopped when 0 of 40 pairs were complete, but a vector needs at least 2");
  }

  private static void expectSame(SteeringVector one, SteeringVector other) {
    assertThat(one.directions().keySet()).isEqualTo(other.directions().keySet());
    one.directions()
        .forEach(
            (layer, direction) ->
                assertThat(direction).containsExactly(other.directions().get(layer)));
    assertThat(one.explainedVariances()).isEqualTo(other.explainedVariances());
    assertThat(one.provenance()).isEqualTo(other.provenance());
  }

  private long tokens(List<SteeringDataset> datasets) {
    AtomicLong tokens = new AtomicLong();
    SteeringVector.trainAll(model, datasets, OPTIONS, (_, total) -> tokens.set(total));
    return tokens.get();
  }

  private ConditionFinder finder(SteeringVector vector, String layers) {
    SearchOptions options = SearchOptions.of(vector, Semantics.CORRECTED);
    return new ConditionFinder(model, vector, options.withLayers(Layers.parse(layers)));
  }

  private List<SteeringDataset> datasets() {
    return List.of(dataset(first, second), dataset(second, third), dataset(third, first));
  }

  private static SteeringDataset dataset(List<String> positive, List<String> negative) {
    return SteeringDataset.ofTexts(
        IntStream.range(0, TEXTS)
            .mapToObj(i -> new ContrastPair(positive.get(i), negative.get(i)))
            .toList());
  }

  private static List<String> texts(int seed) {
    Random random = new Random(seed);
    return IntStream.range(0, TEXTS)
        .mapToObj(
            _ ->
                random
                    .ints(2 + random.nextInt(12), 'a', 'e')
                    .mapToObj(Character::toString)
                    .collect(Collectors.joining()))
        .toList();
  }
}
