package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drover.cli.Cli.Result;
import drover.engine.Llama;
import drover.steering.Accumulate;
import drover.steering.ContrastPair;
import drover.steering.ExtractionMethod;
import drover.steering.Provenance;
import drover.steering.Semantics;
import drover.steering.SteeringDataset;
import drover.steering.SteeringVector;
import drover.steering.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtractCommandTest {
  private static final List<ContrastPair> EXAMPLES =
      List.of(new ContrastPair("one", "eins"), new ContrastPair("two", "zwei"));
  private static final List<ContrastPair> SUFFIXES =
      List.of(new ContrastPair("yes", "no"), new ContrastPair("sure", "never"));

  @TempDir private Path folder;
  private Path model;
  private Path pairs;
  private Path suffixes;
  private Path out;

  @BeforeEach
  void makeFiles() throws IOException {
    model = Folders.tinyWithTokenizer(folder.resolve("model"), "");
    pairs =
        file(
            "{\"train\":[{\"en\":\"one\",\"de\":\"eins\"},{\"en\":\"two\",\"de\":\"zwei\"}],"
                + "\"test\":[{\"en\":\"three\",\"de\":\"drei\"}]}");
    suffixes =
        file("{\"good\": [\"yes\", \"sure\"], \"bad\": [\"no\", \"never\"], \"few\": [\"x\"]}");
    out = folder.resolve("v.svec");
  }

  @Test
  void theVectorIsTheLibrarys() {
    Result result = extract("--out", out);
    assertThat(result.out()).isEqualTo(out + "\n");
    assertThat(result.err()).startsWith("3 layers of 64, from 2 pairs; explained variance ");
    assertThat(result.status()).isZero();
    expect(EXAMPLES, List.of(), new Accumulate.All());
  }

  @Test
  void suffixesArePutBehindEveryTextAndPooledAlone() {
    Object[] options = {
      "--suffixes", suffixes, "--positive-suffixes", "good", "--negative-suffixes", "bad"
    };
    assertThat(extract(options).err()).contains("from 2 pairs with 2 pairs of suffixes each");
    expect(EXAMPLES, SUFFIXES, new Accumulate.SuffixOnly());
  }

  @Test
  void limitsAndSplitsChooseTexts() {
    extract("--limit", 1);
    expect(EXAMPLES.subList(0, 1), List.of(), new Accumulate.All());
    extract("--split", "test", "--accumulate", 3);
    expect(List.of(new ContrastPair("three", "drei")), List.of(), new Accumulate.Last(3));
  }

  @Test
  void paddingIsTheReferencesAlone() {
    Result right = extract("--semantics=reference", "--batch-size=4");
    assertThat(right.status()).isZero();
    float[] padded = SteeringVector.load(out).directions().get(0);
    extract("--semantics=reference", "--batch-size=1");
    float[] single = SteeringVector.load(out).directions().get(0);
    extract("--semantics=reference", "--padding-side=left");
    float[] left = SteeringVector.load(out).directions().get(0);
    assertThat(padded).isNotEqualTo(single).isNotEqualTo(left);
    String sentence =
        "--batch-size and --padding-side need --semantics reference: otherwise nothing is padded";
    refused(sentence, "--batch-size=4");
    refused(sentence, "--padding-side=left");
    refused(
        "the batch size is 0, but must be at least 1", "--semantics=reference", "--batch-size=0");
    refused(
        "the padding side is 'top', but must be right or left",
        "--semantics=reference",
        "--padding-side=top");
  }

  @Test
  void methodsKindsOfTokensAndUnitRowsAreTheLibrarys() {
    extract("--method=whitened_mean_diff", "--accumulate=all-but-first:1", "--unit-rows");
    expect(
        EXAMPLES,
        List.of(),
        TrainingOptions.BEHAVIOR
            .withMethod(ExtractionMethod.WHITENED_MEAN_DIFF)
            .withAccumulate(new Accumulate.AllButFirst(1))
            .withUnitRows(true));
    extract("--accumulate=user");
    expect(EXAMPLES, List.of(), new Accumulate.User());
  }

  @Test
  void forConditionsThereIsAChoiceOfItsOwn() {
    Path file = folder.resolve("c.safetensors");
    assertThat(extract("--condition", "--out", file).err()).hasLineCount(1);
    Provenance.Training training = SteeringVector.load(file).provenance().training().orElseThrow();
    assertThat(training)
        .isEqualTo(
            new Provenance.Training(
                ExtractionMethod.WHITENED_MEAN_DIFF,
                new Accumulate.User(),
                Semantics.CORRECTED,
                true,
                2));
    assertThat(extract("--condition").err())
        .endsWith(
            out
                + " cannot say how it was made: as a condition it needs --mode user --similarity"
                + " cosine; a .safetensors file would say so\n");
    extract("--condition", "--no-unit-rows", "--accumulate=all", "--method=mean_diff");
    expect(
        EXAMPLES,
        List.of(),
        TrainingOptions.BEHAVIOR
            .withMethod(ExtractionMethod.MEAN_DIFF)
            .withAccumulate(new Accumulate.All()));
  }

  @Test
  void textsCanBeSpreadOverTheFile() throws IOException {
    pairs =
        file(
            "{\"en\": [\"a\", \"b\", \"c\", \"d\", \"e\"], \"de\": [\"v\", \"w\", \"x\", \"y\","
                + " \"z\"]}");
    extract("--limit=2", "--spread");
    expect(
        List.of(new ContrastPair("a", "v"), new ContrastPair("c", "x")),
        List.of(),
        new Accumulate.All());
    extract("--limit=9", "--spread");
    float[] all = SteeringVector.load(out).directions().get(1);
    extract();
    assertThat(SteeringVector.load(out).directions().get(1)).containsExactly(all);
  }

  @Test
  void figuresShowEveryLayerAndTheVarianceOverLayers() throws IOException {
    Path figures = folder.resolve("some/figures");
    assertThat(extract("--figures", figures, "--layers=0,2").status()).isZero();
    try (Stream<Path> files = Files.list(figures)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "pca_layer_0.png",
              "pca_layer_0.svg",
              "pca_layer_2.png",
              "pca_layer_2.svg",
              "macroscopic_analysis.png",
              "macroscopic_analysis.svg");
    }
    assertThat(figures.resolve("pca_layer_2.svg")).content().contains("PCA, layer 2", "positive");
    refused("cannot be made: it exists already", "--figures", out);
  }

  @Test
  void everyKindOfFileIsRead() throws IOException {
    for (String content :
        List.of(
            "[{\"en\": \"one\", \"de\": \"eins\"}, {\"en\": \"two\", \"de\": \"zwei\"}]",
            "{\"en\": \"one\", \"de\": \"eins\"}\n{\"en\": \"two\", \"de\": \"zwei\"}\n",
            "{\"en\": [\"one\", \"two\"], \"de\": [\"eins\", \"zwei\"]}")) {
      pairs = file(content);
      assertThat(extract().status()).isZero();
      expect(EXAMPLES, List.of(), new Accumulate.All());
    }
  }

  @Test
  void layersAreChosenAndTheSuffixOfTheFileIsAdded() {
    Result result = extract("--layers", "0,2", "--out", folder.resolve("w"));
    assertThat(result.out()).isEqualTo(folder.resolve("w.svec") + "\n");
    assertThat(SteeringVector.load(folder.resolve("w.svec")).directions()).containsOnlyKeys(0, 2);
  }

  @Test
  void aPlanSteersWhatIsGenerated() throws IOException {
    extract();
    Path plan =
        Files.writeString(
            folder.resolve("plan.json"),
            """
            {"behaviors": [{"vector": "v.svec", "layers": "0-1", "strength": 30},
                           {"vector": "v.svec", "layers": [2], "strength": 0}]}
            """);
    JsonNode base = generate();
    JsonNode steered = generate("--steer", plan);
    assertThat(base.get("behaviors").toString()).isEqualTo("[]");
    assertThat(steered.get("behaviors").toString()).isEqualTo("[\"B1\",\"B2\"]");
    assertThat(steered.get("conditions").toString()).isEqualTo("[]");
    assertThat(steered.get("ids")).isNotEqualTo(base.get("ids"));
  }

  @Test
  void aPlanThatCannotBeCarriedOutIsRefused() throws IOException {
    extract();
    for (String plan :
        List.of(
            "{\"behaviors\": [{\"vector\": \"none\", \"layers\": [0], \"strength\": 1}]}",
            "{\"behaviors\": [{\"vector\": \"v\", \"layers\": [7], \"strength\": 1}]}",
            "{\"behaviours\": []}",
            "{")) {
      Result result = Cli.run("generate", "--model", model, "--prompt", "x", "--steer", file(plan));
      assertThat(result.err()).startsWith("drover generate: ").hasLineCount(1);
      assertThat(result.status()).isEqualTo(2);
    }
  }

  @Test
  void badRequestsAreRefusedInOneSentence() throws IOException {
    refused("unknown method 'nope'", "--method=nope");
    refused("accumulate is 'nope'", "--accumulate=nope");
    refused("accumulate is suffix-only, but there is an empty suffix", "--accumulate=suffix-only");
    refused("the model has layers 0 to 2", "--layers=3");
    refused("'x' is no list of layers", "--layers=x");
    refused("--limit is 0, but must be at least 1", "--limit=0");
    refused("need each other", "--suffixes", suffixes);
    refused("need each other", "--positive-suffixes", "good");
    refused(
        "2 texts of 'good' cannot be paired with 1 of 'few'",
        "--suffixes",
        suffixes,
        "--positive-suffixes=good",
        "--negative-suffixes=few");
    refused("has no array 'dev'; it has 'train', 'test'", "--split=dev");
    refused("is not an existing folder", "--out", folder.resolve("no/such"));
    pairs = file("{\"train\": [{\"en\": \"a\", \"de\": 5}]}");
    refused(pairs + ": 'de' of element 0 is '5', expected a text");
    pairs = file("[{\"en\": \"a\", \"de\": \"b\"}]");
    refused(pairs + " has no splits, so there is no 'train'", "--split=train");
    pairs = file("[]");
    refused(pairs + " holds no texts");
    pairs = file("[");
    refused(pairs + " is not valid JSON");
    pairs = folder.resolve("missing");
    refused(pairs + " cannot be read: there is no such file or folder");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".svec"));
    }
  }

  private void refused(String sentence, Object... options) {
    Result result = extract(options);
    assertThat(result.err()).startsWith("drover extract: ").contains(sentence).hasLineCount(1);
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
  }

  private void expect(
      List<ContrastPair> examples, List<ContrastPair> suffixPairs, Accumulate accumulate) {
    expect(examples, suffixPairs, TrainingOptions.BEHAVIOR.withAccumulate(accumulate));
  }

  private void expect(
      List<ContrastPair> examples, List<ContrastPair> suffixPairs, TrainingOptions options) {
    try (Llama llama = Llama.open(model)) {
      SteeringVector expected =
          SteeringVector.train(
              llama,
              new SteeringDataset(examples, suffixPairs),
              options,
              drover.steering.Progress.NONE);
      SteeringVector found = SteeringVector.load(out);
      assertThat(found.directions().keySet()).isEqualTo(expected.directions().keySet());
      expected
          .directions()
          .forEach(
              (layer, direction) ->
                  assertThat(found.directions().get(layer)).containsExactly(direction));
    }
  }

  private JsonNode generate(Object... options) throws IOException {
    List<Object> args =
        new ArrayList<>(
            List.of(
                "generate", "--model", model, "--prompt", "Hi", "--max-new-tokens", 9, "--json"));
    args.addAll(List.of(options));
    return new ObjectMapper().readTree(Cli.run(args.toArray()).out());
  }

  private Result extract(Object... options) {
    List<Object> args =
        new ArrayList<>(
            List.of(
                "extract",
                "--model",
                model,
                "--pairs",
                pairs,
                "--positive",
                "en",
                "--negative",
                "de"));
    args.addAll(List.of(options));
    if (!args.contains("--out")) {
      args.addAll(List.of("--out", out));
    }
    return Cli.run(args.toArray());
  }

  private Path file(String content) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "file", ".json"), content);
  }
}
