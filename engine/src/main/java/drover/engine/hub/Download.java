package drover.engine.hub;

import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The download of one file: into a {@code .part} file that it goes on with after a lost connection
 * or in a later process, checked for size and hash, then moved into place.
 */
final class Download {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final long PROGRESS_THAT_COUNTS = 1 << 20;
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+|\\*)");

  private final HubHttp http;
  private final RetryPolicy retries;
  private final URI source;
  private final HubFile file;
  private final Path target;
  private final Path partPath;
  private final boolean partMayBeResumed;

  /** The file's ETag as this process saw it: a file that changes meanwhile starts over. */
  private Optional<String> etag = Optional.empty();

  private OptionalLong size;

  /**
   * @param identity what the content depends on (hash or commit), if it is known: a part that an
   *     earlier process left is only gone on with if it is of the same
   */
  Download(
      HubHttp http,
      RetryPolicy retries,
      URI source,
      HubFile file,
      Path target,
      Optional<String> identity) {
    this.http = http;
    this.retries = retries;
    this.source = source;
    this.file = file;
    this.target = target;
    this.size = file.size();
    this.partMayBeResumed = identity.isPresent();
    String tag = identity.map(text -> text.substring(0, Math.min(12, text.length()))).orElse("new");
    this.partPath = target.resolveSibling(file.name() + "." + tag + ".part");
  }

  /** How many bytes are still to come, as far as the hub says. */
  long remaining() {
    try {
      long have = Files.exists(partPath) ? Files.size(partPath) : 0;
      return Math.max(0, size.orElse(0) - have);
    } catch (IOException _) {
      return size.orElse(0);
    }
  }

  /**
   * Downloads the file.
   *
   * @param progress receives the bytes on disk, often
   * @throws DroverException if the hub refuses, fails too often, or sends something else
   */
  void run(LongConsumer progress) {
    removeOtherParts();
    try (PartFile part = PartFile.open(partPath, file)) {
      if (!partMayBeResumed) {
        part.restart();
      }
      boolean resumed = part.length() > 0;
      progress.accept(part.length());
      fetch(part, progress);
      if (!part.hasExpectedHash() && resumed) {
        // What an earlier process left may be at fault: once more from the start.
        part.restart();
        fetch(part, progress);
      }
      if (!part.hasExpectedHash()) {
        part.delete();
        throw new DroverException(
            source
                + " was downloaded, but its hash is not the one that the hub lists ("
                + file.sha256().or(file::gitSha1).orElseThrow()
                + "); it was deleted");
      }
      part.moveTo(target);
    }
  }

  /** Tries until the part has the file's size. */
  private void fetch(PartFile part, LongConsumer progress) {
    int failures = 0;
    while (true) {
      long before = part.length();
      try {
        attempt(part, progress);
        return;
      } catch (IOException e) {
        boolean progressed = part.length() - before >= PROGRESS_THAT_COUNTS && size.isPresent();
        failures = progressed ? 1 : failures + 1;
        if (failures >= retries.attempts()) {
          throw new DroverException(
              source
                  + " cannot be downloaded: "
                  + HubHttp.reason(e)
                  + " ("
                  + failures
                  + " tries; the same command goes on from where it stopped)",
              e);
        }
        pause(failures);
      }
    }
  }

  private void pause(int failures) {
    try {
      Thread.sleep(retries.delay(failures));
    } catch (InterruptedException e) {
      throw HubHttp.interrupted(e);
    }
  }

  private void attempt(PartFile part, LongConsumer progress) throws IOException {
    if (size.isPresent() && part.length() == size.getAsLong() && part.length() > 0) {
      return;
    }
    HttpResponse<InputStream> response = http.get(source, rangeHeaders(part));
    try (InputStream body = response.body()) {
      switch (response.statusCode()) {
        case 200 -> startOver(part, response);
        case 206 -> goOn(part, response);
        case 416 -> {
          part.restart();
          throw new HubHttp.ServerException("it does not have the rest of the file");
        }
        default -> throw HubErrors.file(response, source);
      }
      copy(body, part, progress);
    }
  }

  private Map<String, String> rangeHeaders(PartFile part) {
    Map<String, String> headers = new HashMap<>();
    boolean checkable = etag.isPresent() || PartFile.hasHash(file) || partMayBeResumed;
    if (part.length() > 0 && checkable) {
      headers.put("Range", "bytes=" + part.length() + "-");
      etag.ifPresent(tag -> headers.put("If-Range", tag));
    }
    return headers;
  }

  /**
   * The server sends the whole file: because it was asked to, cannot resume, or the file changed.
   */
  private void startOver(PartFile part, HttpResponse<?> response) {
    part.restart();
    etag = strongEtag(response);
    size = file.size();
    OptionalLong length = response.headers().firstValueAsLong("Content-Length");
    if (length.isPresent()) {
      requireSize(part, length.getAsLong());
    }
  }

  private void goOn(PartFile part, HttpResponse<?> response) throws IOException {
    Matcher range =
        CONTENT_RANGE.matcher(response.headers().firstValue("Content-Range").orElse(""));
    boolean changed = etag.isPresent() && !strongEtag(response).equals(etag);
    if (changed || !range.matches() || parse(range.group(1)) != part.length()) {
      part.restart();
      etag = Optional.empty();
      throw new HubHttp.ServerException("it sent another part of the file than was asked for");
    }
    etag = strongEtag(response);
    if (!range.group(3).equals("*")) {
      requireSize(part, parse(range.group(3)));
    }
  }

  private void requireSize(PartFile part, long actual) {
    if (size.isEmpty()) {
      size = OptionalLong.of(actual);
    } else if (size.getAsLong() != actual) {
      throw wrongSize(part, actual + " bytes");
    }
  }

  private void copy(InputStream body, PartFile part, LongConsumer progress) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int count = http.read(body, buffer); count >= 0; count = http.read(body, buffer)) {
      if (size.isPresent() && part.length() + count > size.getAsLong()) {
        throw wrongSize(part, "more bytes");
      }
      part.append(buffer, count);
      progress.accept(part.length());
    }
    if (size.isPresent() && part.length() < size.getAsLong()) {
      throw new HubHttp.ServerException(
          "it ended after " + part.length() + " of " + size.getAsLong() + " bytes");
    }
  }

  private DroverException wrongSize(PartFile part, String found) {
    part.delete();
    return new DroverException(
        source
            + " has "
            + found
            + ", but the hub lists "
            + size.getAsLong()
            + "; what was downloaded of it is deleted");
  }

  private static Optional<String> strongEtag(HttpResponse<?> response) {
    return response.headers().firstValue("ETag").filter(tag -> tag.startsWith("\""));
  }

  private static long parse(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException _) {
      return -1;
    }
  }

  /** Parts of this file as it was at another commit would only take up room. */
  private void removeOtherParts() {
    try (DirectoryStream<Path> parts =
        Files.newDirectoryStream(
            target.toAbsolutePath().getParent(),
            path -> {
              String name = path.getFileName().toString();
              return name.startsWith(file.name() + ".")
                  && name.endsWith(".part")
                  && !path.endsWith(partPath.getFileName());
            })) {
      for (Path part : parts) {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new DroverException(
          target.toAbsolutePath().getParent()
              + " cannot be cleaned of old parts: "
              + IoErrors.reason(e),
          e);
    }
  }
}
