package drover.engine.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.Golden;
import drover.engine.ModelFolder;
import drover.engine.io.DroverException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HubClientTest {
  private static final String ID = "acme/tiny";
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final String API = "/api/models/acme/tiny/revision/main?blobs=true";
  private static final String MODEL = "/acme/tiny/resolve/" + COMMIT + "/model.safetensors";
  private static final String ETAG = "\"v1\"";
  private static final RetryPolicy FAST =
      new RetryPolicy(3, Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofSeconds(1));

  @TempDir Path temp;
  private final FakeHub hub = new FakeHub();
  private Path folder;
  private byte[] config;
  private byte[] weights;

  @BeforeEach
  void offerAModel() throws IOException {
    folder = temp.resolve("tiny");
    config = Files.readAllBytes(Golden.folder("tiny-llama3-rope").resolve("config.json"));
    weights = Files.readAllBytes(Golden.folder("tiny-llama3-rope").resolve("model.safetensors"));
    hub.always(API, json(listing(blob("config.json", config), lfs("model.safetensors", weights))));
    hub.always("/acme/tiny/resolve/" + COMMIT + "/config.json", FakeHub.file(config, "\"c\""));
    hub.always(MODEL, FakeHub.file(weights, ETAG));
  }

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  void downloadsAModelThatOpens() throws IOException {
    List<PullProgress> reports = new ArrayList<>();
    try (HubClient client = client(Optional.empty())) {
      HubModel model = client.pull(ID, "main", folder, reports::add);
      assertThat(model.commit()).hasValue(COMMIT);
    }
    try (ModelFolder opened = ModelFolder.open(folder)) {
      assertThat(opened.weights().names()).isNotEmpty();
    }
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("config.json", "model.safetensors");
    long total = (long) config.length + weights.length;
    assertThat(reports.getLast())
        .isEqualTo(
            new PullProgress(
                "model.safetensors", weights.length, weights.length, total, total, total));
    assertThat(reports).isSortedAccordingTo(Comparator.comparingLong(PullProgress::bytes));
  }

  @Test
  void downloadsOnlyWhatIsNeeded() {
    byte[] any = {1};
    hub.always(
        API,
        json(
            listing(
                blob("README.md", any),
                blob("pytorch_model.bin", any),
                blob("model.gguf", any),
                blob("onnx/model.safetensors", any),
                blob("tokenizer.json", any),
                blob("tokenizer.model", any),
                blob("config.json", config),
                blob("chat_template.jinja", any),
                lfs("model-00001-of-00002.safetensors", any),
                lfs("model-00002-of-00002.safetensors", any),
                blob("model.safetensors.index.json", any))));
    try (HubClient client = client(Optional.empty())) {
      assertThat(client.model(ID, "main").files().stream().map(HubFile::name))
          .containsExactly(
              "config.json",
              "chat_template.jinja",
              "model.safetensors.index.json",
              "tokenizer.json",
              "model-00001-of-00002.safetensors",
              "model-00002-of-00002.safetensors");
    }
  }

  @Test
  void keepsWhatIsThereAndWhole() {
    pull();
    hub.requests.clear();
    pull();
    assertThat(hub.requests).extracting(FakeHub.Request::path).containsExactly(API);
  }

  @Test
  void replacesAFileThatIsThereButBroken() throws IOException {
    pull();
    byte[] broken = weights.clone();
    broken[broken.length - 1] ^= 1;
    Files.write(folder.resolve("model.safetensors"), broken);
    pull();
    assertThat(folder.resolve("model.safetensors")).hasBinaryContent(weights);
  }

  @Test
  void goesOnAfterDroppedConnections() {
    hub.once(MODEL, FakeHub.dropping(FakeHub.file(weights, ETAG), 100_000));
    hub.once(MODEL, FakeHub.dropping(FakeHub.file(weights, ETAG), 50_000));
    pull();
    assertThat(folder.resolve("model.safetensors")).hasBinaryContent(weights);
    List<FakeHub.Request> requests = hub.requestsFor(MODEL);
    assertThat(requests).hasSize(3);
    assertThat(requests.get(1).header("if-range")).isEqualTo(ETAG);
    assertThat(start(requests.get(1))).isBetween(1, 100_000);
    assertThat(start(requests.get(2))).isBetween(start(requests.get(1)), 150_000);
  }

  /** Where a request goes on: behind what arrived, which a dropped connection may cut short. */
  private static int start(FakeHub.Request request) {
    assertThat(request.header("range")).matches("bytes=[0-9]+-");
    return Integer.parseInt(request.header("range").replaceAll("[^0-9]", ""));
  }

  @Test
  void goesOnInALaterProcess() {
    hub.once(MODEL, FakeHub.dropping(FakeHub.file(weights, ETAG), 100_000));
    hub.once(MODEL, FakeHub.status(500));
    hub.once(MODEL, FakeHub.status(503));
    assertRefused()
        .hasMessageContaining("model.safetensors cannot be downloaded")
        .hasMessageContaining("it answered with status 503 (3 tries; the same command goes on");
    assertThat(folder.resolve("model.safetensors")).doesNotExist();
    hub.requests.clear();
    List<PullProgress> reports = pull();
    int start = start(hub.requestsFor(MODEL).getFirst());
    assertThat(start).isBetween(1, 100_000);
    assertThat(folder.resolve("model.safetensors")).hasBinaryContent(weights);
    assertThat(reports.getLast().received()).isEqualTo(weights.length - start);
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("config.json", "model.safetensors");
  }

  @Test
  void startsOverWhereWhatAnEarlierProcessLeftIsBroken() throws IOException {
    hub.once(MODEL, FakeHub.dropping(FakeHub.file(weights, ETAG), 100_000));
    hub.once(MODEL, FakeHub.status(500));
    hub.once(MODEL, FakeHub.status(500));
    assertRefused();
    try (var parts = Files.newDirectoryStream(folder, "*.part")) {
      for (Path part : parts) {
        Files.write(part, new byte[100_000]);
      }
    }
    pull();
    assertThat(folder.resolve("model.safetensors")).hasBinaryContent(weights);
  }

  @Test
  void startsOverWhereTheServerIgnoresRanges() {
    FakeHub.Reply whole = (_, out) -> FakeHub.respond(out, 200, Map.of(), weights, weights.length);
    hub.once(MODEL, FakeHub.dropping(whole, 100_000));
    hub.always(MODEL, whole);
    pull();
    assertThat(folder.resolve("model.safetensors")).hasBinaryContent(weights);
  }

  @Test
  void startsOverWhereTheFileChangesMeanwhile() {
    byte[] before = weights.clone();
    Arrays.fill(before, (byte) 1);
    hub.once(MODEL, FakeHub.dropping(FakeHub.file(before, "\"v0\""), 100_000));
    pull();
    assertThat(hub.requestsFor(MODEL).get(1).header("if-range")).isEqualTo("\"v0\"");
    assertThat(folder.resolve("model.safetensors")).hasBinaryContent(weights);
  }

  @Test
  void startsOverWhereTheServerMixesTwoVersions() {
    hub.once(MODEL, FakeHub.dropping(FakeHub.file(weights, ETAG), 100_000));
    hub.once(
        MODEL,
        (request, out) ->
            FakeHub.file(new byte[weights.length], "\"v2\"")
                .write(new FakeHub.Request(MODEL, Map.of("range", request.header("range"))), out));
    pull();
    assertThat(folder.resolve("model.safetensors")).hasBinaryContent(weights);
  }

  @Test
  void refusesWrongBytesOfTheRightLength() {
    byte[] wrong = weights.clone();
    wrong[12_345] ^= 1;
    hub.always(MODEL, FakeHub.file(wrong, ETAG));
    assertRefused()
        .hasMessageContaining("model.safetensors was downloaded, but its hash is not the one")
        .hasMessageEndingWith("; it was deleted");
    assertThat(folder.toFile().list()).containsExactly("config.json");
  }

  @Test
  void refusesWrongBytesOfASmallFileByItsGitHash() {
    byte[] wrong = config.clone();
    wrong[0] = ' ';
    hub.always("/acme/tiny/resolve/" + COMMIT + "/config.json", FakeHub.file(wrong, ETAG));
    assertRefused().hasMessageContaining("config.json was downloaded, but its hash is not");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesAFileOfAnotherLengthThanListed() {
    hub.always(MODEL, FakeHub.file(Arrays.copyOf(weights, weights.length + 1), ETAG));
    assertRefused()
        .hasMessageContaining(
            "has " + (weights.length + 1) + " bytes, but the hub lists " + weights.length);
    hub.always(MODEL, FakeHub.file(Arrays.copyOf(weights, weights.length - 1), ETAG));
    assertRefused().hasMessageContaining("has " + (weights.length - 1) + " bytes, but the hub");
    assertThat(folder.toFile().list()).containsExactly("config.json");
  }

  @Test
  void refusesMoreBytesThanListedWhereNoLengthIsSent() {
    hub.always(
        MODEL,
        (_, out) -> {
          out.write(
              "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.UTF_8));
          out.write(weights);
          out.write(new byte[100_000]);
        });
    assertRefused().hasMessageContaining("has more bytes, but the hub lists " + weights.length);
  }

  @Test
  void givesUpOnAServerThatPromisesMoreThanItSends() {
    hub.always(
        MODEL,
        (_, out) ->
            FakeHub.respond(
                out, 200, Map.of(), Arrays.copyOf(weights, weights.length / 2), weights.length));
    assertRefused().hasMessageContaining("the connection was lost (3 tries");
  }

  @Test
  void givesUpOnAServerThatEndsTooEarlyWithoutALength() {
    hub.always(
        MODEL,
        (_, out) -> {
          out.write(
              "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.UTF_8));
          out.write(weights, 0, 1000);
        });
    assertRefused().hasMessageContaining("it ended after 1000 of " + weights.length + " bytes");
  }

  @Test
  void givesUpOnAServerThatFallsSilent() {
    hub.always(MODEL, hub.stalling(weights, 1000));
    assertRefused().hasMessageContaining("it sent nothing for 1 seconds (3 tries");
  }

  @Test
  void givesUpOnAServerThatNeverAnswers() {
    hub.close();
    assertRefused()
        .hasMessage("%s cannot be asked for acme/tiny: it cannot be reached", hub.endpoint());
  }

  @Test
  void sendsTheTokenToTheHubAndToNoOtherHost() {
    try (FakeHub storage = new FakeHub()) {
      storage.always("/blob?signature=1", FakeHub.file(weights, ETAG));
      hub.always(MODEL, FakeHub.status(302, "Location", storage.endpoint() + "/blob?signature=1"));
      try (HubClient client = client(Optional.of("hf_secret"))) {
        client.pull(ID, "main", folder, _ -> {});
      }
      assertThat(hub.requests)
          .isNotEmpty()
          .allSatisfy(r -> assertThat(r.header("authorization")).isEqualTo("Bearer hf_secret"));
      assertThat(storage.requests)
          .hasSize(1)
          .allSatisfy(r -> assertThat(r.headers()).doesNotContainKey("authorization"));
    }
    assertThat(folder.resolve("model.safetensors")).hasBinaryContent(weights);
  }

  @Test
  void resumesBehindARedirect() {
    try (FakeHub storage = new FakeHub()) {
      storage.once("/blob", FakeHub.dropping(FakeHub.file(weights, ETAG), 70_000));
      storage.always("/blob", FakeHub.file(weights, ETAG));
      hub.always(MODEL, FakeHub.status(307, "Location", storage.endpoint() + "/blob"));
      pull();
      assertThat(start(storage.requests.get(1))).isBetween(1, 70_000);
    }
    assertThat(folder.resolve("model.safetensors")).hasBinaryContent(weights);
  }

  @Test
  void followsARenamedModel() {
    hub.always(
        "/api/models/acme/old/revision/main?blobs=true", FakeHub.status(307, "Location", API));
    try (HubClient client = client(Optional.empty())) {
      assertThat(client.model("acme/old", "main").files()).hasSize(2);
    }
  }

  @Test
  void refusesEndlessOrStrangeRedirects() {
    hub.always(MODEL, FakeHub.status(302, "Location", MODEL));
    assertRefused().hasMessageContaining("redirects more than 10 times");
    hub.always(MODEL, FakeHub.status(302, "Location", "file:///etc/passwd"));
    assertRefused().hasMessageContaining("only addresses as secure as its own are followed");
    hub.always(MODEL, FakeHub.status(302, "Location", "http://[bad"));
    assertRefused().hasMessageContaining("not a valid address");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          401 | X            | asks for a token for acme/tiny: it is private or gated, or does not exist
          403 | GatedRepo    | does not let this account read acme/tiny: accept its terms at
          404 | RepoNotFound | has no model acme/tiny
          404 | RevisionNotFound | has no revision 'main'
          400 | X            | answered with status 400 for acme/tiny
          500 | X            | cannot be asked for acme/tiny: it answered with status 500
          """)
  void saysWhatARefusalMeans(int status, String code, String meaning) {
    hub.always(API, FakeHub.status(status, "X-Error-Code", code));
    assertRefused().hasMessageContaining(meaning).hasMessageContaining(hub.endpoint());
  }

  @Test
  void saysThatATokenIsNotAcceptedWithoutRepeatingIt() {
    hub.always(API, FakeHub.status(401));
    try (HubClient client = client(Optional.of("hf_secret"))) {
      assertThatThrownBy(() -> client.model(ID, "main"))
          .isInstanceOf(DroverException.class)
          .hasMessage("%s does not accept the token for acme/tiny", hub.endpoint());
    }
    assertThatThrownBy(() -> client(Optional.of("hf_se\ncret")))
        .isInstanceOf(DroverException.class)
        .hasMessageNotContaining("hf_se");
  }

  @Test
  void saysWhichFileTheHubDoesNotHand() {
    hub.always(MODEL, FakeHub.status(403));
    assertRefused()
        .hasMessageContaining("model.safetensors cannot be downloaded: the hub does not");
    hub.always(MODEL, FakeHub.status(404));
    assertRefused()
        .hasMessageContaining("model.safetensors cannot be downloaded: there is no such");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../config.json", "/etc/passwd", "a/../../b", "..", "a\\\\..\\\\b"})
  void refusesNamesThatLeaveTheFolder(String name) {
    hub.always(API, json(listing(blob(name, config), blob("config.json", config))));
    assertRefused().hasMessageContaining("which would lie outside its folder");
    assertThat(folder).doesNotExist();
  }

  @Test
  void refusesAModelWithoutSafetensorsOrConfig() {
    hub.always(API, json(listing(blob("config.json", config), blob("pytorch_model.bin", config))));
    assertRefused()
        .hasMessage(
            "acme/tiny has no weights in safetensors files, only pytorch_model.bin, which is not"
                + " read");
    hub.always(API, json(listing(lfs("model.safetensors", weights))));
    assertRefused().hasMessageContaining("acme/tiny has no config.json");
  }

  @Test
  void refusesAnUnsupportedModelBeforeItsWeightsAreDownloaded() {
    byte[] mistral = "{\"model_type\": \"mistral\"}".getBytes(StandardCharsets.UTF_8);
    hub.always(API, json(listing(blob("config.json", mistral), lfs("model.safetensors", weights))));
    hub.always("/acme/tiny/resolve/" + COMMIT + "/config.json", FakeHub.file(mistral, ETAG));
    assertRefused().hasMessageContaining("model_type 'mistral' is not supported");
    assertThat(hub.requestsFor(MODEL)).isEmpty();
  }

  @Test
  void refusesWhatTheDiskHasNoRoomFor() {
    String huge =
        "{\"rfilename\":\"model.safetensors\",\"lfs\":{\"size\":4398046511104,\"sha256\":\""
            + "0".repeat(64)
            + "\"}}";
    hub.always(API, json(listing(blob("config.json", config), huge)));
    assertRefused().hasMessageContaining("cannot be written: it needs 4398046");
    assertThat(hub.requestsFor(MODEL)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "{", "<html></html>", "{\"siblings\": 5}", "{\"siblings\": [5]}"})
  void refusesAnAnswerThatIsNoListOfFiles(String answer) {
    hub.always(API, json(answer));
    assertRefused();
  }

  @Test
  void downloadsFromAHubThatListsNamesOnly() {
    hub.always(
        API,
        json(
            "{\"siblings\":[{\"rfilename\":\"config.json\"},{\"rfilename\":\"model.safetensors\"}]}"));
    String model = "/acme/tiny/resolve/main/model.safetensors";
    hub.always("/acme/tiny/resolve/main/config.json", FakeHub.file(config, "\"c\""));
    hub.once(model, FakeHub.dropping(FakeHub.file(weights, ETAG), 100_000));
    hub.always(model, FakeHub.file(weights, ETAG));
    pull();
    assertThat(start(hub.requestsFor(model).get(1))).isBetween(1, 100_000);
    assertThat(folder.resolve("model.safetensors")).hasBinaryContent(weights);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b/c", "../x", "a b/c", "acme/..", "/x"})
  void refusesNamesThatAreNotAModels(String id) {
    try (HubClient client = client(Optional.empty())) {
      assertThatThrownBy(() -> client.model(id, "main"))
          .isInstanceOf(DroverException.class)
          .hasMessageContaining("must be like ORG/NAME");
      assertThat(hub.requests).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "huggingface.co", "ftp://x", "http://", "https://a b", "file:///x"})
  void refusesEndpointsThatAreNotWebAddresses(String endpoint) {
    assertThatThrownBy(() -> new HubClient(endpoint, Optional.empty()))
        .isInstanceOf(DroverException.class)
        .hasMessageContaining("must be an address such as https://huggingface.co");
  }

  private HubClient client(Optional<String> token) {
    return new HubClient(hub.endpoint() + "/", token, FAST);
  }

  private List<PullProgress> pull() {
    List<PullProgress> reports = new ArrayList<>();
    try (HubClient client = client(Optional.empty())) {
      client.pull(ID, "main", folder, reports::add);
    }
    return reports;
  }

  private AbstractThrowableAssert<?, ?> assertRefused() {
    return assertThatThrownBy(this::pull)
        .isInstanceOf(DroverException.class)
        .satisfies(e -> assertThat(e.getMessage()).isNotBlank().doesNotContain("\n", "Exception"));
  }

  private static FakeHub.Reply json(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return (_, out) -> FakeHub.respond(out, 200, Map.of(), bytes, bytes.length);
  }

  private static String listing(String... siblings) {
    return "{\"sha\":\"" + COMMIT + "\",\"siblings\":[" + String.join(",", siblings) + "]}";
  }

  private static String blob(String name, byte[] content) {
    byte[] head = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
    return "{\"rfilename\":\"%s\",\"size\":%d,\"blobId\":\"%s\"}"
        .formatted(name, content.length, hash("SHA-1", head, content));
  }

  private static String lfs(String name, byte[] content) {
    return "{\"rfilename\":\"%s\",\"size\":%d,\"blobId\":\"%s\",\"lfs\":{\"size\":%d,\"sha256\":\"%s\"}}"
        .formatted(
            name,
            content.length,
            "0".repeat(40),
            content.length,
            hash("SHA-256", new byte[0], content));
  }

  private static String hash(String algorithm, byte[] head, byte[] content) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      digest.update(head);
      return HexFormat.of().formatHex(digest.digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
