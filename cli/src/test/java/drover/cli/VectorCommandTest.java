package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drover.cli.Cli.Result;
import drover.steering.Accumulate;
import drover.steering.ExtractionMethod;
import drover.steering.Provenance;
import drover.steering.Provenance.Training;
import drover.steering.Semantics;
import drover.steering.SteeringVector;
import drover.steering.VectorFormat;
import drover.steering.search.ConditionPoint;
import drover.steering.search.Quality;
import drover.steering.search.ThresholdIs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorCommandTest {
  private static final String ABSOLUTE =
      "llama.cpp adds directions as they are stored, times its own scale, so strengths there are"
          + " absolute\n";

  @TempDir private Path folder;
  private Path plain;
  private Path full;

  @BeforeEach
  void save() {
    plain = folder.resolve("plain.svec");
    full = folder.resolve("full.safetensors");
    vector(Provenance.ofModelType("llama")).save(plain);
    vector(provenance()).save(full);
  }

  @Test
  void infoShowsWhatIsKnown() {
    Result result = Cli.run("vector", "info", full);
    assertThat(result.status()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .isEqualTo(
            """
            file           %s
            format         safetensors
            model type     llama
            model layers   4
            fingerprint    abc
            layers         0-1,3
            width          2
            method         pca_pairwise, rows of unit norm
            pooling        all-but-first:1
            semantics      corrected
            pairs          120
            condition      layer 1, 3, met when 0.043 is larger than the similarity (margin 0.0100); F1 0.900, precision 0.800, recall 1.000, AUC 0.970; held out F1 0.880, precision 0.875, recall 0.900, AUC 0.960

            layer      norm  explained  residual  difference
                0     5.000     0.2500     10.50           -
                1     1.000          -         -       1.500
                3     2.000          -         -           -
            """
                .formatted(full));
  }

  @Test
  void infoSaysWhatIsNotKnown() {
    assertThat(Cli.run("vector", "info", folder.resolve("plain")).out())
        .startsWith("file           " + plain + "\nformat         svec\nmodel type     llama\n")
        .contains("\nfingerprint    not known\n", "\nmethod         not known\n")
        .contains("\ncondition      none\n");
  }

  @Test
  void infoAsJsonIsOneObject() throws IOException {
    Result result = Cli.run("vector", "info", full, "--json");
    assertThat(result.out()).hasLineCount(1);
    JsonNode expected =
        new ObjectMapper()
            .readTree(
                """
                {"file": "%s", "format": "safetensors", "model_type": "llama", "model_layers": 4,
                 "model_fingerprint": "abc", "layers": [0, 1, 3], "width": 2,
                 "method": "pca_pairwise", "accumulate": "all-but-first:1",
                 "semantics": "corrected", "unit_rows": true, "pairs": 120,
                 "direction_norms": {"0": 5.0, "1": 1.0, "3": 2.0},
                 "explained_variances": {"0": 0.25}, "residual_norms": {"0": 10.5},
                 "difference_norms": {"1": 1.5},
                 "condition_point": {"layers": [1, 3], "threshold": 0.043,
                   "comparator_threshold_is": "larger", "margin": 0.01, "f1": 0.9,
                   "precision": 0.8, "recall": 1.0, "auc": 0.97, "held_out_f1": 0.88,
                   "held_out_precision": 0.875, "held_out_recall": 0.9, "held_out_auc": 0.96}}
                """
                    .formatted(full));
    assertThat(new ObjectMapper().readTree(result.out())).isEqualTo(expected);
    JsonNode bare = new ObjectMapper().readTree(Cli.run("vector", "info", plain, "--json").out());
    assertThat(bare.has("method")).isFalse();
    assertThat(bare.has("condition_point")).isFalse();
    assertThat(bare.get("residual_norms")).isEmpty();
  }

  @Test
  void aModelTypeCannotDriveTheTerminal() {
    Path file = folder.resolve("evil.svec");
    vector(Provenance.ofModelType("a\u001b[31m\nb")).save(file);
    assertThat(Cli.run("vector", "info", file).out())
        .contains("model type     a\uFFFD[31m\uFFFDb\n");
  }

  @Test
  void convertWritesBesideTheSourceAndSaysWhatIsLost() {
    Result result = Cli.run("vector", "convert", full, "--to", "svec");
    assertThat(result.out()).isEqualTo(folder.resolve("full.svec") + "\n");
    assertThat(result.err())
        .isEqualTo(
            "a .svec file does not hold the model's fingerprint, the model's depth, how it was"
                + " extracted, the norms that strengths can be measured in, the condition point\n");
    assertThat(result.status()).isZero();
    assertThat(layers("full.svec")).containsExactly(0, 1, 3);
  }

  @Test
  void convertToGgufExplainsTheIndex() {
    Result result =
        Cli.run("vector", "convert", folder.resolve("plain"), "--out", folder.resolve("a.gguf"));
    assertThat(result.out()).isEqualTo(folder.resolve("a.gguf") + "\n");
    assertThat(result.err())
        .isEqualTo(
            "left out: layers 0, because direction.1 is the first that llama.cpp takes\n"
                + "a .gguf file does not hold the explained variances\n"
                + "layer k is direction.k: corrected semantics adds it after block k, as llama.cpp"
                + " and repeng do\n"
                + ABSOLUTE);
    assertThat(layers("a.gguf")).containsExactly(1, 3);
  }

  @Test
  void referenceSemanticsMoveTheIndexByOneThereAndBack() {
    Path gguf = folder.resolve("moved.gguf");
    Result result =
        Cli.run(
            "vector",
            "convert",
            plain,
            "--to=gguf",
            "--out",
            folder.resolve("moved"),
            "--semantics=reference");
    assertThat(result.out()).isEqualTo(gguf + "\n");
    assertThat(result.err())
        .contains("left out: layers 0-1,")
        .contains(
            "layer k is direction.(k-1): reference semantics adds it before block k, and llama.cpp"
                + " and repeng add direction.N after block N\n");
    assertThat(layers("moved.gguf")).containsExactly(2);
    Result back = Cli.run("vector", "convert", gguf, "--to=svec", "--semantics=reference");
    assertThat(back.err()).startsWith("layer k is direction.(k-1): ").hasLineCount(1);
    assertThat(layers("moved.svec")).containsExactly(3);
  }

  @Test
  void semanticsThatMakeNoDifferenceAreToldSo() {
    Result result =
        Cli.run("vector", "convert", plain, "--to=safetensors", "--semantics=reference");
    assertThat(result.err())
        .isEqualTo(
            "--semantics makes no difference between svec and safetensors: both count layers"
                + " alike\n");
    assertThat(layers("plain.safetensors")).containsExactly(0, 1, 3);
  }

  @Test
  void theSourceIsNeverOverwritten() throws IOException {
    byte[] before = Files.readAllBytes(plain);
    Path link = Files.createSymbolicLink(folder.resolve("link.svec"), plain);
    for (Path out : List.of(plain, folder.resolve("../" + folder.getFileName() + "/plain"), link)) {
      refused("would be overwritten", "convert", plain, "--to", "svec", "--out", out);
    }
    refused("would be overwritten", "convert", plain, "--to", "svec");
    assertThat(plain).hasBinaryContent(before);
  }

  @Test
  void badRequestsAreRefusedInOneSentenceAndLeaveNothing() throws IOException {
    refused("unknown format 'pt'", "convert", plain, "--to", "pt");
    refused("--to is missing", "convert", plain);
    refused("--to is missing", "convert", plain, "--out", folder.resolve("x.bin"));
    refused("but --to is gguf", "convert", plain, "--to=gguf", "--out", folder.resolve("x.svec"));
    refused("unknown semantics 'x'", "convert", plain, "--to=gguf", "--semantics=x");
    refused("none.svec does not exist", "convert", folder.resolve("none"), "--to=gguf");
    refused("is a folder", "convert", plain, "--to=gguf", "--out", "/");
    refused("is not an existing folder", "convert", plain, "--out", folder.resolve("no/such.gguf"));
    refused("no command given");
    refused("Missing required parameter: 'FILE'", "info");
    Path bad = Files.writeString(folder.resolve("bad.gguf"), "GGUF");
    refused(bad + " is cut short or broken", "info", bad);
    refused(bad + " is cut short or broken", "convert", bad, "--to=svec");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(plain, full, bad);
    }
  }

  private void refused(String sentence, Object... args) {
    Object[] words = new Object[args.length + 1];
    words[0] = "vector";
    System.arraycopy(args, 0, words, 1, args.length);
    Result result = Cli.run(words);
    assertThat(result.err()).startsWith("drover vector").contains(sentence).hasLineCount(1);
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
  }

  private Iterable<Integer> layers(String name) {
    Path file = folder.resolve(name);
    assertThat(VectorFormat.of(file).suffix()).isEqualTo(name.substring(name.indexOf('.')));
    return SteeringVector.load(file).directions().keySet();
  }

  private static SteeringVector vector(Provenance provenance) {
    NavigableMap<Integer, float[]> directions = new TreeMap<>();
    directions.put(0, new float[] {3, 4});
    directions.put(1, new float[] {0, 1});
    directions.put(3, new float[] {-2, 0});
    return new SteeringVector(directions, new TreeMap<>(Map.of(0, 0.25)), provenance);
  }

  private static Provenance provenance() {
    return new Provenance(
        "llama",
        Optional.of("abc"),
        OptionalInt.of(4),
        Optional.of(
            new Training(
                ExtractionMethod.PCA_PAIRWISE,
                new Accumulate.AllButFirst(1),
                Semantics.CORRECTED,
                true,
                120)),
        new TreeMap<>(Map.of(0, 10.5)),
        new TreeMap<>(Map.of(1, 1.5)),
        Optional.of(
            new ConditionPoint(
                List.of(1, 3),
                0.043,
                ThresholdIs.LARGER,
                0.01,
                new Quality(0.9, 0.8, 1, 0.97),
                Optional.of(new Quality(0.88, 0.875, 0.9, 0.96)))));
  }
}
