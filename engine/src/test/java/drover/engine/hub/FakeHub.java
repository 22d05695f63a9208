package drover.engine.hub;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * A web server on loopback that can be told to misbehave: per path, a queue of replies for the next
 * requests, and a reply for all later ones.
 */
final class FakeHub implements AutoCloseable {
  /** A request as it came. */
  record Request(String path, Map<String, String> headers) {
    String header(String name) {
      return headers.get(name);
    }
  }

  /** Writes a response to a request. */
  interface Reply {
    void write(Request request, OutputStream out) throws IOException;
  }

  final List<Request> requests = new CopyOnWriteArrayList<>();

  private final Map<String, Reply> replies = new ConcurrentHashMap<>();
  private final Map<String, Deque<Reply>> next = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ServerSocket server;

  private final Thread acceptor;

  FakeHub() {
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    acceptor = Thread.ofVirtual().start(this::accept);
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  void always(String path, Reply reply) {
    replies.put(path, reply);
  }

  void once(String path, Reply reply) {
    next.computeIfAbsent(path, _ -> new ArrayDeque<>()).add(reply);
  }

  List<Request> requestsFor(String path) {
    return requests.stream().filter(request -> request.path().equals(path)).toList();
  }

  /** A well-behaved file: ranges, ETag, If-Range. */
  static Reply file(byte[] content, String etag) {
    return (request, out) -> {
      String range = request.header("range");
      String condition = request.header("if-range");
      Map<String, String> headers = new LinkedHashMap<>(Map.of("ETag", etag));
      if (range == null || (condition != null && !condition.equals(etag))) {
        respond(out, 200, headers, content, content.length);
        return;
      }
      int from = Integer.parseInt(range.replaceAll("\\D", ""));
      if (from >= content.length) {
        respond(out, 416, headers, new byte[0], 0);
        return;
      }
      headers.put(
          "Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
      byte[] rest = Arrays.copyOfRange(content, from, content.length);
      respond(out, 206, headers, rest, rest.length);
    };
  }

  /** The same, but the connection drops after so many bytes of the body. */
  static Reply dropping(Reply reply, int bodyBytes) {
    return (request, out) -> {
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      reply.write(request, whole);
      byte[] bytes = whole.toByteArray();
      int bodyAt = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
      out.write(bytes, 0, Math.min(bytes.length, bodyAt + bodyBytes));
    };
  }

  /** A bare status. */
  static Reply status(int status, String... headers) {
    return (_, out) -> {
      Map<String, String> map = new LinkedHashMap<>();
      for (int i = 0; i < headers.length; i += 2) {
        map.put(headers[i], headers[i + 1]);
      }
      respond(out, status, map, new byte[0], 0);
    };
  }

  /** A response whose Content-Length may be a lie. */
  static void respond(
      OutputStream out, int status, Map<String, String> headers, byte[] body, long length)
      throws IOException {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
    headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    head.append("Content-Length: " + length + "\r\nConnection: close\r\n\r\n");
    out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    out.write(body);
  }

  /** Sends the start of a body and then nothing, until this server is closed. */
  Reply stalling(byte[] content, int sent) {
    return (_, out) -> {
      respond(out, 200, Map.of(), Arrays.copyOf(content, sent), content.length);
      out.flush();
      try {
        closing.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      String first = in.readLine();
      if (first == null) {
        return;
      }
      Map<String, String> headers = new TreeMap<>();
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        int colon = line.indexOf(':');
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      Request request =
          new Request(first.substring(first.indexOf(' ') + 1, first.lastIndexOf(' ')), headers);
      requests.add(request);
      reply(request.path()).write(request, socket.getOutputStream());
      socket.getOutputStream().flush();
    } catch (IOException _) {
      // The client went away: some of the misbehaviour under test makes it.
    }
  }

  private synchronized Reply reply(String path) {
    Deque<Reply> queue = next.get(path);
    if (queue != null && !queue.isEmpty()) {
      return queue.remove();
    }
    return replies.getOrDefault(path, status(404));
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      server.close();
      // Until the acceptor has left, the system still takes connections for it.
      acceptor.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
