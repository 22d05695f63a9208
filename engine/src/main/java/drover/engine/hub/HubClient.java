package drover.engine.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import drover.engine.ModelConfig;
import drover.engine.io.AtomicFile;
import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import drover.engine.io.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Downloads model folders from a HuggingFace-compatible hub: only the files that Drover reads, all
 * of one commit, each checked for size and hash, going on where an earlier download stopped.
 *
 * <pre>{@code
 * try (HubClient hub = new HubClient("https://huggingface.co", Optional.empty())) {
 *   hub.pull("HuggingFaceTB/SmolLM2-135M-Instruct", "main", folder, progress -> {});
 * }
 * }</pre>
 */
public final class HubClient implements AutoCloseable {
  private static final int LARGEST_LISTING = 32 << 20;
  private static final String ID =
      "[A-Za-z0-9][A-Za-z0-9._-]{0,95}(/[A-Za-z0-9][A-Za-z0-9._-]{0,95})?";
  private static final String REVISION = "[A-Za-z0-9][A-Za-z0-9._/-]{0,199}";

  private final URI endpoint;
  private final boolean hasToken;
  private final RetryPolicy retries;
  private final HubHttp http;

  /**
   * @param endpoint the hub's address, such as {@code https://huggingface.co}
   * @param token sent to the endpoint's own host and no other
   * @throws DroverException if the endpoint is not an http or https address
   */
  public HubClient(String endpoint, Optional<String> token) {
    this(endpoint, token, RetryPolicy.DEFAULT);
  }

  HubClient(String endpoint, Optional<String> token, RetryPolicy retries) {
    this.endpoint = endpoint(endpoint);
    this.hasToken = token.isPresent();
    this.retries = retries;
    this.http = new HubHttp(this.endpoint, token.map(HubClient::checkToken), retries.stall());
  }

  private static URI endpoint(String text) {
    String trimmed = text.strip().replaceAll("/+$", "");
    try {
      URI uri = new URI(trimmed);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (web && uri.getHost() != null && uri.getQuery() == null && uri.getUserInfo() == null) {
        return uri;
      }
    } catch (URISyntaxException _) {
      // Falls through to the same refusal.
    }
    throw new DroverException(
        "the hub's endpoint is "
            + DroverException.quote(text)
            + ", but must be an address such as https://huggingface.co");
  }

  private static String checkToken(String token) {
    String stripped = token.strip();
    if (!stripped.matches("[\\x21-\\x7e]+")) {
      throw new DroverException("the hub's token is empty or has characters that no token has");
    }
    return stripped;
  }

  /**
   * Asks the hub which files of a model are needed.
   *
   * @param id ORG/NAME
   * @param revision a branch, tag or commit; "main" for the newest
   * @throws DroverException if the hub refuses or cannot be reached, or the model has no config or
   *     no safetensors files
   */
  public HubModel model(String id, String revision) {
    if (!id.matches(ID) || id.contains("..")) {
      throw new DroverException(
          "the model's name is " + DroverException.quote(id) + ", but must be like ORG/NAME");
    }
    if (!revision.matches(REVISION) || revision.contains("..")) {
      throw new DroverException(
          "the revision is "
              + DroverException.quote(revision)
              + ", but must be a branch, tag or commit");
    }
    String path = "/api/models/" + id + "/revision/" + encode(revision) + "?blobs=true";
    return ModelListing.parse(id, revision, listing(URI.create(endpoint + path), id, revision));
  }

  private ObjectNode listing(URI uri, String id, String revision) {
    for (int failures = 1; ; failures++) {
      try {
        HttpResponse<InputStream> response = http.get(uri, Map.of());
        try (InputStream body = response.body()) {
          if (response.statusCode() != 200) {
            throw HubErrors.model(response, endpoint, id, revision, hasToken);
          }
          return StrictJson.readObject(uri.toString(), readAll(uri, body));
        }
      } catch (IOException e) {
        if (failures >= retries.attempts()) {
          throw new DroverException(
              endpoint + " cannot be asked for " + id + ": " + HubHttp.reason(e), e);
        }
        pause(failures);
      }
    }
  }

  private byte[] readAll(URI uri, InputStream body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    for (int count = http.read(body, buffer); count >= 0; count = http.read(body, buffer)) {
      bytes.write(buffer, 0, count);
      if (bytes.size() > LARGEST_LISTING) {
        throw new DroverException(
            uri
                + " answered with more than "
                + LARGEST_LISTING
                + " bytes, which is no list of files");
      }
    }
    return bytes.toByteArray();
  }

  private void pause(int failures) {
    try {
      Thread.sleep(retries.delay(failures));
    } catch (InterruptedException e) {
      throw HubHttp.interrupted(e);
    }
  }

  /**
   * Downloads a model into a folder, which is made if it is not there. Files that are already there
   * and whole are kept; others of the same names are replaced. The config comes first, so that a
   * model that cannot be run is refused before its weights are downloaded.
   *
   * @param id ORG/NAME
   * @param revision a branch, tag or commit; "main" for the newest
   * @param progress called many times a second, on this thread
   * @return what was downloaded
   * @throws DroverException if the hub refuses, fails too often or sends something else than it
   *     lists, the model is not supported, or the disk has no room
   */
  public HubModel pull(String id, String revision, Path folder, Consumer<PullProgress> progress) {
    HubModel model = model(id, revision);
    createFolder(folder);
    Pull pull = new Pull(model, folder, progress);
    pull.run();
    return model;
  }

  /** One pull's files and counts. */
  private final class Pull {
    private final HubModel model;
    private final Path folder;
    private final Consumer<PullProgress> progress;
    private final long totalBytes;
    private long finishedBytes;
    private long received;

    Pull(HubModel model, Path folder, Consumer<PullProgress> progress) {
      this.model = model;
      this.folder = folder;
      this.progress = progress;
      this.totalBytes = model.files().stream().mapToLong(file -> file.size().orElse(0)).sum();
    }

    void run() {
      List<HubFile> missing = new ArrayList<>();
      for (HubFile file : model.files()) {
        if (PartFile.isComplete(folder.resolve(file.name()), file)) {
          finishedBytes += file.size().orElse(0);
        } else {
          missing.add(file);
        }
      }
      long needed = missing.stream().mapToLong(file -> download(file).remaining()).sum();
      AtomicFile.requireRoom(folder.resolve("model.safetensors"), needed);
      Path config = folder.resolve("config.json");
      for (HubFile file : model.files()) {
        if (missing.contains(file)) {
          fetch(file);
        }
        if (file.name().equals("config.json")) {
          ModelConfig.load(config);
        }
      }
    }

    private void fetch(HubFile file) {
      long[] last = {-1};
      download(file)
          .run(
              bytes -> {
                received += last[0] < 0 ? 0 : Math.max(0, bytes - last[0]);
                last[0] = bytes;
                report(file, bytes);
              });
      finishedBytes += file.size().orElse(last[0]);
    }

    private void report(HubFile file, long bytes) {
      progress.accept(
          new PullProgress(
              file.name(),
              bytes,
              file.size().orElse(0),
              finishedBytes + bytes,
              totalBytes,
              received));
    }

    private Download download(HubFile file) {
      String path = "/" + model.id() + "/resolve/" + encode(model.pinned()) + "/" + file.name();
      Optional<String> identity = file.sha256().or(file::gitSha1).or(model::commit);
      return new Download(
          http, retries, URI.create(endpoint + path), file, folder.resolve(file.name()), identity);
    }
  }

  private static void createFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new DroverException(folder + " cannot be created: " + IoErrors.reason(e), e);
    }
  }

  private static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8);
  }

  /** Ends all connections. */
  @Override
  public void close() {
    http.close();
  }
}
