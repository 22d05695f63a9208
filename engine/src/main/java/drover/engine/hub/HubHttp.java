package drover.engine.hub;

import drover.engine.io.DroverException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * GET requests as a hub needs them: redirects are followed here and not by the client, so that the
 * token goes to the hub itself and to no other host; and a server that falls silent is an error
 * instead of a wait without end.
 */
final class HubHttp implements AutoCloseable {
  private static final int MOST_REDIRECTS = 10;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

  /** A failure that is worth another try, described in words that end a sentence. */
  static final class ServerException extends IOException {
    private static final long serialVersionUID = 1L;

    ServerException(String message) {
      super(message);
    }
  }

  private final HttpClient client;
  private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
  private final URI endpoint;
  private final Optional<String> token;
  private final Duration stall;

  HubHttp(URI endpoint, Optional<String> token, Duration stall) {
    this.endpoint = endpoint;
    this.token = token;
    this.stall = stall;
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  /**
   * The response to a GET, of any status but a redirect or one worth another try.
   *
   * @throws IOException if the connection fails or the status is transient (408, 429, 5xx)
   */
  HttpResponse<InputStream> get(URI uri, Map<String, String> headers) throws IOException {
    URI at = uri;
    for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      HttpResponse<InputStream> response = send(at, headers);
      int status = response.statusCode();
      if (status == 408 || status == 429 || status >= 500) {
        response.body().close();
        throw new ServerException("it answered with status " + status);
      }
      Optional<String> location = response.headers().firstValue("Location");
      if (status < 300 || status >= 400 || location.isEmpty()) {
        return response;
      }
      response.body().close();
      at = redirect(at, location.get());
    }
    throw new DroverException(
        uri + " cannot be downloaded: the hub redirects more than " + MOST_REDIRECTS + " times");
  }

  private HttpResponse<InputStream> send(URI uri, Map<String, String> headers) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(stall)
            .header("User-Agent", "drover")
            // Lengths and ranges must be those of the file itself.
            .header("Accept-Encoding", "identity");
    headers.forEach(request::header);
    if (isHub(uri)) {
      token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    }
    try {
      return client.send(request.build(), BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static URI redirect(URI from, String location) {
    URI to;
    try {
      to = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new DroverException(
          from + " redirects to " + DroverException.quote(location) + ", not a valid address", e);
    }
    boolean secure = "https".equalsIgnoreCase(to.getScheme());
    boolean plain = "http".equalsIgnoreCase(to.getScheme());
    if (to.getHost() == null || !(secure || (plain && from.getScheme().equals("http")))) {
      throw new DroverException(
          from
              + " redirects to "
              + DroverException.quote(location)
              + ", but only addresses as secure as its own are followed");
    }
    return to;
  }

  private boolean isHub(URI uri) {
    return uri.getScheme().equalsIgnoreCase(endpoint.getScheme())
        && uri.getHost().equalsIgnoreCase(endpoint.getHost())
        && uri.getPort() == endpoint.getPort();
  }

  /**
   * Reads what has arrived, as {@link InputStream#read(byte[])}, but fails where nothing does.
   *
   * @throws IOException also if the server is silent for too long; the stream is then closed
   */
  int read(InputStream in, byte[] buffer) throws IOException {
    Future<Integer> count = readers.submit(() -> in.read(buffer));
    try {
      return count.get(stall.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      in.close();
      throw new ServerException("it sent nothing for " + stall.toSeconds() + " seconds");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException("reading a response failed", e.getCause());
    } catch (InterruptedException e) {
      in.close();
      throw interrupted(e);
    }
  }

  /** Why a request failed, in words that end a sentence. */
  static String reason(IOException error) {
    return switch (error) {
      case ServerException e -> e.getMessage();
      case HttpTimeoutException _ -> "it did not answer in time";
      case ConnectException _ -> "it cannot be reached";
      case SSLException e -> "the secure connection failed: " + e.getMessage();
      default -> "the connection was lost";
    };
  }

  static DroverException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new DroverException("the download was interrupted", cause);
  }

  @Override
  public void close() {
    readers.shutdownNow();
    client.shutdownNow();
  }
}
