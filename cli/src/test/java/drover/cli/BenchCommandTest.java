package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import drover.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path folder;

  @Test
  void everyBenchmarkRunsOnTheSmallModel() throws IOException {
    Path curves = folder.resolve("curves");
    Result result =
        Cli.run("bench", "--quick", "--what", "all", "--curves", curves, "--json", "--threads", 1);
    assertThat(result.status()).as(result.err()).isZero();
    List<String> names = new ArrayList<>();
    for (String line : result.out().lines().toList()) {
      JsonNode figure = JSON.readTree(line);
      names.add(figure.path(figure.has("curve") ? "curve" : "what").textValue());
      assertThat(figure.path("model").textValue()).isEqualTo("the small model");
      assertThat(figure.path("weights").textValue()).isEqualTo("BF16");
      assertThat(figure.path("device").textValue()).isEqualTo("vector");
      assertThat(figure.path("threads").intValue()).isEqualTo(1);
      assertThat(figure.path("vector_bits").intValue()).isGreaterThanOrEqualTo(64);
      if (figure.has("what")) {
        assertThat(figure.path("median").doubleValue()).isPositive();
        assertThat(figure.path("least").doubleValue())
            .isLessThanOrEqualTo(figure.path("most").doubleValue());
        assertThat(figure.path("runs").intValue()).isPositive();
        assertThat(figure.path("unit").textValue()).isNotEmpty();
      } else {
        assertThat(figure.path("points")).isNotEmpty();
      }
    }
    assertThat(names)
        .containsExactly(
            "start",
            "memory",
            "open",
            "first-token cold",
            "first-token warm",
            "memory reading",
            "F32 multiply-adds",
            "prefill 24",
            "decode 6",
            "decode-q8 6",
            "batch 4 x 6 + 4",
            "steering decode",
            "steering prefill",
            "plans, 8 texts",
            "extract",
            "extract-tutorial",
            "condition-vector-500",
            "condition-vector",
            "six-conditions",
            "condition",
            "condition-tutorial",
            "layer decode",
            "layer prefill 24",
            "profile prefill 24",
            "profile decode",
            "profile batch of 4",
            "prefill",
            "decode",
            "extraction",
            "batch");
    try (Stream<Path> files = Files.list(curves)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .hasSize(13)
          .contains("curves.json", "prefill-time.png", "decode-time.png", "batch-memory.png");
    }
    assertThat(curves.resolve("curves.json")).content().hasLineCount(4);
  }

  @Test
  void aLimitIsGivenWithItsNameAndTheShareOfItThatIsReached() throws IOException {
    Result result =
        Cli.run("bench", "--model", Folders.TINY, "--quick", "--what", "decode", "--json");
    JsonNode figure = JSON.readTree(result.out().lines().toList().getLast());
    assertThat(figure.path("limited_by").textValue())
        .isEqualTo("read bandwidth / bytes of weights per token");
    assertThat(figure.path("of_limit").doubleValue())
        .isEqualTo(figure.path("median").doubleValue() / figure.path("limit").doubleValue());
  }

  @Test
  void theMemoryOfQuantisedWeightsIsComparedWithTheirOwnSize() throws IOException {
    double quantised = weightsInMemory("q8_0");
    double own = weightsInMemory("file");
    // 34 bytes for 32 elements instead of 64; of the embedding, single rows are looked up.
    assertThat(quantised).isBetween(0.4 * own, 34.0 / 64 * own);
  }

  private static double weightsInMemory(String type) throws IOException {
    Result result = Cli.run("bench", "--quick", "--what", "memory", "--json", "--weights", type);
    assertThat(result.status()).as(result.err()).isZero();
    return JSON.readTree(result.out()).path("details").path("weights_mb").doubleValue();
  }

  @Test
  void twoDevicesAreComparedInTurn() throws IOException {
    Result result =
        Cli.run(
            "bench",
            "--model",
            Folders.TINY,
            "--quick",
            "--what",
            "prefill,decode",
            "--json",
            "--against",
            "scalar");
    List<String> lines = result.out().lines().toList();
    for (String line : lines.subList(lines.size() - 2, lines.size())) {
      JsonNode figure = JSON.readTree(line);
      assertThat(figure.path("ratio_to").textValue()).isEqualTo("on scalar");
      assertThat(figure.path("ratio").doubleValue()).isPositive();
    }
  }

  @Test
  void aPersonReadsLines() {
    Result result = Cli.run("bench", "--model", Folders.TINY, "--quick", "--what", "open");
    assertThat(result.out()).matches("(?s).*, F32 weights, on vector: .*\\Ropen +[0-9.]+ ms.*\\R");
  }

  @Test
  void random135mWeightsAreMeasuredAndDeleted() throws IOException {
    Result result =
        Cli.run("bench", "--shape", "135m", "--scratch", folder, "--quick", "--what", "open");
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).startsWith("random 135m, BF16 weights, on ");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void randomWeightsHaveNoTokenizerToExtractWith() {
    Result result = Cli.run("bench", "--model", Folders.TINY, "--quick", "--what", "extract");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .endsWith(
            "extractions and searches need a model with a tokenizer, which random weights lack\n");
  }

  @Test
  void anUnknownBenchmarkIsRefused() {
    assertThat(Cli.run("bench", "--model", Folders.TINY, "--what", "open,nope"))
        .isEqualTo(
            new Result(
                2,
                "",
                "drover bench: unknown benchmark 'nope'; there are all, start, memory, open,"
                    + " first-token, prefill, decode, decode-q8, batch, steering, plans, extract,"
                    + " extract-tutorial, condition-vector-500, condition-vector, six-conditions,"
                    + " condition, condition-tutorial, layer, profile\n"));
  }

  @Test
  void anUnknownShapeAndNoRunsAreRefused() {
    assertThat(Cli.run("bench", "--shape", "2b").err())
        .isEqualTo("drover bench: there is no shape '2b'; there are 135m, 1b, 8b\n");
    assertThat(Cli.run("bench", "--runs", "0").err())
        .contains("--runs is 0, but must be at least 1");
  }
}
