package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import drover.cli.Cli.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCommandTest {
  private static final List<String> FILES = List.of("config.json", "model.safetensors");

  @TempDir private Path folder;
  private final List<String> tokens = new CopyOnWriteArrayList<>();
  private HttpServer hub;

  /** A hub with one model, o/tiny. */
  @BeforeEach
  void startHub() throws IOException {
    hub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hub.createContext("/", this::answer);
    hub.start();
  }

  @AfterEach
  void stopHub() {
    hub.stop(0);
  }

  @Test
  void infoShowsWhatTheFolderHolds() {
    Result result = Cli.run("model", "info", Folders.TINY);
    assertThat(result.status()).isZero();
    assertThat(result.out())
        .contains("architecture   llama\n")
        .contains("parameters     162240, F32\n")
        .contains("layers         3\n")
        .contains("heads          4 of 16, sharing 2 key/value heads\n")
        .contains("context        512 tokens\n")
        .contains("scaled as in Llama 3.1 by 8 (low 1, high 4, from 64 tokens)\n")
        .contains("tokenizer      none\n")
        .contains("chat template  no\n");
  }

  @Test
  void infoAsJsonIsOneObject() throws IOException {
    Path model = Folders.tinyWithTokenizer(folder.resolve("model"), "{{ messages }}");
    String line = Cli.run("model", "info", model, "--json").out();
    assertThat(line).endsWith("}\n").hasLineCount(1);
    JsonNode info = new ObjectMapper().readTree(line);
    assertThat(info.get("architecture").textValue()).isEqualTo("llama");
    assertThat(info.get("parameters").longValue()).isEqualTo(162240);
    assertThat(info.get("rope_scaling").get("rope_type").textValue()).isEqualTo("llama3");
    assertThat(info.get("tokenizer").toString())
        .isEqualTo("{\"kind\":\"byte-level BPE\",\"tokens\":98}");
    assertThat(info.get("chat_template").booleanValue()).isTrue();
    assertThat(info.get("fingerprint").textValue()).matches("[0-9a-f]{32}");
    assertThat(info.get("files").properties()).hasSize(4);
  }

  @Test
  void infoSaysWhyATokenizerIsNotUsable() throws IOException {
    Path model = Folders.tinyWithTokenizer(folder.resolve("model"), "");
    Files.writeString(
        model.resolve("tokenizer.json"), "{\"model\": {\"vocab\": [], \"type\": \"Unigram\"}}");
    assertThat(Cli.run("model", "info", model).out())
        .contains("tokenizer      Unigram, not usable: ");
  }

  @Test
  void infoRefusesWhatIsNoModel() {
    Result result = Cli.run("model", "info", folder);
    assertThat(result.err()).startsWith("drover model info: ").contains("has no config.json");
    assertThat(result.err()).hasLineCount(1);
    assertThat(result.status()).isEqualTo(2);
  }

  @Test
  void pullDownloadsAFolderAndPrintsIt() {
    Path to = folder.resolve("pulled");
    Result result =
        Cli.run("model", "pull", "o/tiny", "--to", to, "--endpoint", address(), "--token", "abc");
    assertThat(result.out()).isEqualTo(to + "\n");
    assertThat(result.err()).isEqualTo("o/tiny: 2 files at main, 0.7 MB\n");
    assertThat(result.status()).isZero();
    for (String file : FILES) {
      assertThat(to.resolve(file)).hasSameBinaryContentAs(Folders.TINY.resolve(file));
    }
    assertThat(tokens).containsOnly("Bearer abc");
  }

  @Test
  void pullTakesEndpointAndTokenFromTheEnvironment() {
    Result result =
        Cli.runWith(
            "",
            Map.of("HF_ENDPOINT", address(), "HF_TOKEN", "xyz"),
            "model",
            "pull",
            "o/tiny",
            "--to",
            folder.resolve("pulled"));
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(tokens).containsOnly("Bearer xyz");
  }

  @Test
  void pullRefusesInOneSentence() {
    for (List<String> args :
        List.of(
            List.of("o/none", "--endpoint", address()),
            List.of("../x", "--endpoint", address()),
            List.of("o/tiny", "--endpoint", "nope"),
            List.<String>of())) {
      Object[] words = new Object[args.size() + 2];
      words[0] = "model";
      words[1] = "pull";
      System.arraycopy(args.toArray(), 0, words, 2, args.size());
      Result result = Cli.run(words);
      assertThat(result.err()).startsWith("drover model pull: ").hasLineCount(1);
      assertThat(result.status()).isEqualTo(2);
      assertThat(result.out()).isEmpty();
    }
  }

  private String address() {
    return "http://" + hub.getAddress().getHostString() + ":" + hub.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      tokens.addAll(exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
      String path = exchange.getRequestURI().getPath();
      byte[] body = new byte[0];
      int status = 404;
      if (path.equals("/api/models/o/tiny/revision/main")) {
        status = 200;
        body = listing().getBytes(StandardCharsets.UTF_8);
      }
      for (String file : FILES) {
        if (path.equals("/o/tiny/resolve/main/" + file)) {
          status = 200;
          body = Files.readAllBytes(Folders.TINY.resolve(file));
        }
      }
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static String listing() throws IOException {
    return """
    {"siblings": [{"rfilename": "config.json", "size": %d},
                  {"rfilename": "model.safetensors", "size": %d},
                  {"rfilename": "pytorch_model.bin", "size": 5}]}
    """
        .formatted(
            Files.size(Folders.TINY.resolve(FILES.get(0))),
            Files.size(Folders.TINY.resolve(FILES.get(1))));
  }
}
