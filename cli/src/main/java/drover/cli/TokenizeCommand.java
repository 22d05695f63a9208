package drover.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import drover.engine.io.StrictJson;
import drover.tokenizer.Tokenizer;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code drover tokenize}: token ids of texts. */
@Command(
    name = "tokenize",
    description =
        "Read JSON strings, one a line, and print the ids of each and what they decode to.")
final class TokenizeCommand implements Runnable {
  private final Io io;

  @Mixin private ModelFolderOption folder;

  @Option(
      names = "--no-special",
      description = "Leave out the special tokens that the tokenizer puts around every text.")
  private boolean noSpecial;

  @Option(
      names = "--parse-special",
      description = "Turn special tokens that are spelled out in a text into those tokens.")
  private boolean parseSpecial;

  TokenizeCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    Tokenizer tokenizer = open(folder.path());
    JsonLines lines = new JsonLines(io.out());
    InputStream in = new BufferedInputStream(io.in());
    long number = 0;
    for (Optional<byte[]> line = line(in); line.isPresent(); line = line(in)) {
      number++;
      Optional<String> text = text(line.get(), number);
      if (text.isPresent()) {
        int[] ids = tokenizer.encode(text.get(), !noSpecial, parseSpecial);
        lines.write(
            json -> {
              JsonLines.writeIds(json, "ids", ids);
              json.writeStringField("text", tokenizer.decode(ids, false));
            });
      }
    }
  }

  private static Tokenizer open(Path folder) {
    Path file = folder.resolve("tokenizer.json");
    if (Files.isDirectory(folder) && !Files.exists(file)) {
      throw new DroverException("model folder " + folder + " has no tokenizer.json");
    }
    return Tokenizer.load(file);
  }

  /** The bytes up to the next line feed; empty at the end of the input. */
  private static Optional<byte[]> line(InputStream in) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      int next = in.read();
      if (next < 0) {
        return Optional.empty();
      }
      for (; next >= 0 && next != '\n'; next = in.read()) {
        line.write(next);
      }
      return Optional.of(line.toByteArray());
    } catch (IOException e) {
      throw new DroverException("standard input cannot be read: " + IoErrors.reason(e), e);
    }
  }

  /** The string on a line; empty for a blank line. */
  private static Optional<String> text(byte[] line, long number) {
    String origin = "standard input line " + number;
    try (JsonParser json = StrictJson.parser(new ByteArrayInputStream(line))) {
      JsonToken first = json.nextToken();
      if (first == null) {
        return Optional.empty();
      }
      String text = json.getText();
      if (first != JsonToken.VALUE_STRING || json.nextToken() != null) {
        throw new DroverException(origin + " must hold one JSON string and nothing else");
      }
      return Optional.of(text);
    } catch (IOException e) {
      throw StrictJson.invalid(origin, e);
    }
  }
}
